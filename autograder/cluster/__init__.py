"""Grading on a Dask cluster: units go out as bytes, results come back as data."""
