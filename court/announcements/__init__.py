"""What Discord is told, and its delivery."""
