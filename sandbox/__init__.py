"""A local cloud, so that the real Pulumi engine runs the whole kit on a laptop, with no account."""
