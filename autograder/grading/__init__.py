"""Grading a class: reading submissions, running checks side by side, keeping and writing results.

Nothing here imports PyTorch: the command starts at once, and the checks live in a server process.
"""
