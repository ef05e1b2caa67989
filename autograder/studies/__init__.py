"""Studies: small experiments with the course's own networks, beside what the papers report."""
