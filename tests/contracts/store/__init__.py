"""What every `court.ports.Store` must do, asked of every database in which a record can be kept."""
