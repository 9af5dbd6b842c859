"""Settings and goals: the program's defaults, the town's own, their validation."""
