"""The composition root: settings, lifetimes, the Discord client, the command line and the demo."""
