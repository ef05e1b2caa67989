"""Texts in the two languages of the course, and which of them to speak."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


class Lang(StrEnum):
    """A language of the course."""

    ES = "es"
    EN = "en"


@dataclass(frozen=True, slots=True)
class Text:
    """One text in Spanish and in English."""

    es: str
    en: str

    def in_(self, lang: Lang) -> str:
        return self.en if lang == Lang.EN else self.es


def default_language(environment: Mapping[str, str] = os.environ) -> Lang:
    """English where the locale says so, else Spanish.

    As in POSIX, the first variable of LC_ALL, LC_MESSAGES and LANG that is not empty decides.
    """
    locale = next((value for name in LOCALE_VARIABLES if (value := environment.get(name))), "")
    return Lang.EN if locale.lower().startswith("en") else Lang.ES
