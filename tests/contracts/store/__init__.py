"""What every `court.ports.Store` must do, asked of the fake and of the real one alike."""
