"""What `court check` looks at, a subject a module. Nothing here writes, locks or migrates, or waits for long."""
