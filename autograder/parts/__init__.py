"""Stand-ins for functions of the labs, for checks of what builds on them.

Where a function fails a check, it is tried again on right parts, so that a mistake in a part costs
nothing there. Each stand-in is a file of its own that is sent, as text, to a second worker made for
that trial alone: the worker that earns points never holds an answer.
"""
