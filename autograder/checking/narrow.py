"""Checks of large networks on narrow copies first: what passes there need not be run at length."""

from __future__ import annotations

from collections.abc import Callable

from autograder.checking.remote import Remote


def narrow_first(student: Remote, run: Callable[[bool], None]) -> None:
    """Call `run(True)`, on narrow layers; if that fails, `run(False)` decides, on the real ones.

    It begins as the example does, and its calls are those that are told.
    """
    session = student._session
    before = session.snapshot()
    try:
        run(True)
    except Exception:
        session.restore(before)
        session.reset()
        run(False)
