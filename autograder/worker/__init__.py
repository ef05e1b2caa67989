"""The untrusted side: the process that runs student code.

Nothing here imports the rest of `autograder`, so a worker needs this folder and PyTorch only, and
holds no check, no reference and no expected value.
"""
