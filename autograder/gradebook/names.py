"""What nbgrader's converters tell their preprocessors."""

from __future__ import annotations

from typing import Any

from nbgrader.converters.base import NbGraderException

from cnnlab.labs import LABS, Lab


def lab_of(resources: Any) -> Lab:
    """The lab of the notebook at hand: an assignment has the name of its lab."""
    name = resources["nbgrader"]["assignment"]
    if name not in LABS:
        raise NbGraderException(
            f"assignment {name!r}: no lab has this name; the labs are {', '.join(LABS)}"
        )
    return LABS[name]


def coursedir_of(preprocessor: Any) -> Any:
    """nbgrader's `CourseDirectory`, from a preprocessor: it belongs to an exporter, which belongs
    to a converter.
    """
    return preprocessor.parent.parent.coursedir
