"""One repository per aggregate, each over the connection of one transaction."""
