"""Stand-ins for functions of the labs, for checks of what builds on them.

Where a function fails a check, it is tried again on right parts, so that a mistake in a part costs
nothing there. A stand-in may use those named before it by the check, under the names that they
replace. The file of a stand-in is sent, as text, to a second worker made for such trials
alone: the student's own worker never holds an answer. A file that serves one function holds nothing
that answers another, but for what is a single call of the first.
"""
