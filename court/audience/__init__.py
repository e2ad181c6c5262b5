"""The members' votes."""
