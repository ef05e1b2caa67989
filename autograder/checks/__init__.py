"""The hidden checks: one file per lab module, named after it."""
