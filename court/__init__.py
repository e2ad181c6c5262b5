"""The domain, pure: nothing in here knows Discord, SQL, a vendor's SDK or the environment."""
