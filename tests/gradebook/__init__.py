"""The course in nbgrader: notebooks, releases, and the cycle from release to feedback."""
