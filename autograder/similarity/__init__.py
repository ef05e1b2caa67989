"""Submissions that share more than stub and reference explain: where to look, no verdict."""
