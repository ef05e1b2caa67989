"""Sanitised notebooks: nothing that a student wrote runs where it is read, and formulas stay."""

from __future__ import annotations

import re
from typing import Any

from nbconvert.preprocessors.sanitize import SanitizeHTML
from nbformat import NotebookNode

NO_TAG = re.compile(r"&lt;(?![A-Za-z/!?])")  # HTML takes it for text whatever follows
# Where Markdown's links and their definitions lead. Without a colon or an entity it is a file.
DOUBTFUL_LINK = re.compile(
    r"\](?=\(\s*+(?!https?://|mailto:|[^:&)]*\))|:\s*+(?!https?://|mailto:))"
)


class HarmlessHTML(SanitizeHTML):
    """As `SanitizeHTML`, which looks at tags only, but links of Markdown lead to no script either.

    And `&` and `<` of a text without tags are not escaped: Markdown does so itself, and in
    a formula or a piece of code once is enough.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: Any, cell_index: int
    ) -> tuple[NotebookNode, Any]:
        clean = super().preprocess_cell
        cell, resources = clean(cell, resources, cell_index)  # type: ignore[no-untyped-call]  # nbconvert's is untyped
        if cell.cell_type == "markdown":
            if "<" not in cell.source:
                text = NO_TAG.sub("<", cell.source.replace("&gt;", ">"))
                cell.source = text.replace("&amp;", "&")
            cell.source = DOUBTFUL_LINK.sub("] ", cell.source)
        return cell, resources
