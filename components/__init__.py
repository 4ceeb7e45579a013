"""Capabilities: a promise here, kept by the file of the same name in each cloud's folder."""
