"""Grading again: what a new run changed in the marks of an old one."""
