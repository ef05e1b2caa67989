"""A module as the tokens that stay when names, comments and layout are changed."""

from __future__ import annotations

import builtins
import keyword
import re
from dataclasses import dataclass

NAME = "name"
STRING = "string"
# Python's own tokenizer stops at the first mistake of a source, and students' have mistakes.
TOKEN = re.compile(
    r'''
    (?P<blank> \s+ | \\\n | \#[^\n]* )
    | (?P<long> [rbuf]{0,2} (?: """ (?:[^\\]|\\.)*? """ | \'\'\' (?:[^\\]|\\.)*? \'\'\' ) )
    | (?P<string> [rbuf]{0,2} (?: " (?:[^"\\\n]|\\.)* " | ' (?:[^'\\\n]|\\.)* ' ) )
    | (?P<number> \.?\d [\w.]* )
    | (?P<name> \w+ )
    | (?P<other> \*\*=? | //=? | <<=? | >>=? | [-+*/%@&|^=!<>:]= | -> | . )
    ''',
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
PYTHONS_OWN = frozenset(keyword.kwlist) | frozenset(dir(builtins))


@dataclass(frozen=True, slots=True)
class Token:
    """What a token is, and its line, counted from 1."""

    kind: str
    line: int


def tokens_of(source: str) -> list[Token]:
    """The tokens of a source that need not be valid Python.

    Names that a student chooses are all alike, and so are strings; what Python defines, and the
    attributes of anything but `self`, are not. Comments, docstrings and blanks are left out.
    """
    tokens: list[Token] = []
    line = 1
    before = owner = ""
    for match in TOKEN.finditer(source):
        text, group = match[0], match.lastgroup
        is_docstring = group == "long" and before in ("", ":")
        if group != "blank" and not is_docstring:
            is_attribute = before == "." and owner != "self"
            if group in ("string", "long"):
                kind = STRING
            elif group == "name" and text not in PYTHONS_OWN and not is_attribute:
                kind = NAME
            else:
                kind = text
            tokens.append(Token(kind, line))
            owner, before = before, text
        line += text.count("\n")
    return tokens
