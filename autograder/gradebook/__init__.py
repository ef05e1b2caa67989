"""The course in nbgrader: what a release holds, and marks from the trusted grader."""
