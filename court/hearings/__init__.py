"""Working off the hearing queue: preparation, conduct, recording, budget and recount."""
