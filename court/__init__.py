"""The pure domain: nothing in it knows Discord, SQL, a vendor's SDK or the environment."""
