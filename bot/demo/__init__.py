"""`court demo`: the real bot on a simulated Discord, with a docket that the real engine rehearsed."""
