"""Tests of the students' command."""
