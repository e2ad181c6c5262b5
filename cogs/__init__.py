"""The Discord side: each command or button makes one service call. No SQL and no vendor SDK; one feature per folder."""
