"""The errors of the command: each reaches the student as one line, never as a traceback."""

from __future__ import annotations

from cnnlab.text import Lang, Text


class CnnlabError(Exception):
    """Something that the student can mend; `text` says what, where and what to do."""

    exit_status = 1

    def __init__(self, text: Text, **values: object) -> None:
        super().__init__(text.en.format(**values))
        self.text = text
        self.values = values

    def in_(self, lang: Lang) -> str:
        return self.text.in_(lang).format(**self.values)


class UsageProblem(CnnlabError):
    """The command was called with something it cannot work on."""

    exit_status = 2
