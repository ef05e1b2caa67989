"""Results in the formats of the systems that universities have."""
