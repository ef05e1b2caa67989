"""nbgrader's configuration of the course in this folder, in Spanish."""

from pathlib import Path

from autograder.gradebook.course import configure

configure(get_config(), Path(__file__).parent)  # noqa: F821  # nbgrader gives it
