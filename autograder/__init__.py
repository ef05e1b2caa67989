"""The trusted side of the course: hidden checks, grading and everything an instructor runs."""
