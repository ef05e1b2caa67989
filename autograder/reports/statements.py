"""What a check is called on a page: the property it checks, as a sentence in the run's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autograder.grading.records import CheckRecord
from autograder.reports.people import shown


@dataclass(frozen=True)
class Statements:
    """The sentences by the check's id, as the run noted them."""

    by_id: Mapping[str, str]

    def of(self, check_id: str) -> str:
        """The check's sentence; where the run has none, its name in words."""
        return self.by_id.get(check_id) or check_id.partition("/")[2].replace("_", " ")

    def seen(self, check: CheckRecord) -> str:
        """The check's message without the sentence that it may begin with."""
        return shown((check.message or "").removeprefix(self.of(check.id)))
