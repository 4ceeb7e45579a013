"""The program: the only place that reads configuration."""
