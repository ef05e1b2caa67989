"""Runs the code cells of a notebook as a kernel does, and keeps what they show: text and images."""

from __future__ import annotations

import base64
import importlib
import io
import sys
from typing import Any

import torch
from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell
from IPython.core.magic import Magics, line_magic, magics_class
from torch import Tensor
from traitlets import Type
from traitlets.config import Config

from autograder.worker.codec import MAX_TEXT
from autograder.worker.framing import MAX_BODY_BYTES
from autograder.worker.submitted import PACKAGE

STREAM = "stream"
TEXT = "text/plain"
IMAGE = "image/png"
ERROR = "error"
MAX_CHARACTERS = MAX_TEXT // 2  # of one text
MAX_BYTES = MAX_BODY_BYTES // 2  # of a cell's images
MAX_SHOWN = 100  # things in one cell
CUT = "\n[…]"

Shown = tuple[str, str | Tensor]  # one of the kinds above, and the text, or the image's bytes


class Screen(io.TextIOBase):
    """What one cell shows, in the order in which it does, as far as it fits into an answer."""

    def __init__(self) -> None:
        self.shown: list[Shown] = []
        self._room = MAX_BYTES

    def write(self, text: str) -> int:
        """Print on the screen, after what was printed just before."""
        before = self.shown[-1][1] if self.shown and self.shown[-1][0] == STREAM else None
        if isinstance(before, str):
            self.shown.pop()
            text = before.removesuffix(CUT) + text
        self.add(STREAM, text)
        return len(text)

    def show(self, data: dict[str, Any]) -> None:
        """Of an output's forms the first that a reader is given: an image, or text."""
        image = data.get(IMAGE)
        if isinstance(image, str):
            image = base64.b64decode(image)
        if isinstance(image, bytes) and len(image) <= self._room and len(self.shown) < MAX_SHOWN:
            self._room -= len(image)
            self.shown.append((IMAGE, torch.frombuffer(bytearray(image), dtype=torch.uint8)))
        else:
            self.add(TEXT, str(data.get(TEXT, "")))

    def add(self, kind: str, text: str) -> None:
        if len(self.shown) < MAX_SHOWN:
            cut = text if len(text) <= MAX_CHARACTERS else text[:MAX_CHARACTERS] + CUT
            self.shown.append((kind, cut))


class ScreenHook(DisplayHook):
    """Shows the value of a cell's last expression."""

    shell: CellShell

    def __call__(self, result: object = None) -> None:
        if result is not None and not self.quiet():  # type: ignore[no-untyped-call]  # IPython's
            self.shell.user_ns["_"] = result
            data, _ = self.compute_format_data(result)  # type: ignore[no-untyped-call]  # IPython's
            self.shell.screen.show(data)


class ScreenPublisher(DisplayPublisher):
    """Shows what a cell displays."""

    shell: CellShell

    def publish(self, data: dict[str, Any], *_: Any, **__: Any) -> None:
        self.shell.screen.show(data)


class CellShell(InteractiveShell):
    """An IPython shell that shows things on a `Screen`."""

    displayhook_class = Type(ScreenHook)
    display_pub_class = Type(ScreenPublisher)

    def __init__(self, **settings: Any) -> None:
        self.screen = Screen()
        super().__init__(colors="nocolor", **settings)  # type: ignore[no-untyped-call]  # IPython's
        self.register_magics(NoChecks(self))

    def enable_gui(self, gui: str | None = None) -> None:
        """There is no event loop to join; figures are shown when a cell ends."""

    def _showtraceback(self, etype: object, evalue: object, stb: list[str]) -> None:
        self.screen.add(ERROR, "\n".join(stb))


@magics_class
class NoChecks(Magics):
    """The magics of `cnnlab`, which do nothing here: the marks come from the grader."""

    @line_magic
    def check(self, line: str) -> None:
        """Nothing."""


class Cells:
    """A notebook's namespace, in which one cell after the other is run.

    It is made where folders can still be made, which IPython does.
    """

    def __init__(self) -> None:
        self._shell = CellShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
        self._shell.run_line_magic("matplotlib", "inline")  # as in a kernel, and the fonts at hand

    def begin(self) -> None:
        """In the worker, whose `cnnlab` is the student's."""
        package = importlib.import_module(PACKAGE)
        package.__dict__["load_ipython_extension"] = lambda shell: None
        sys.modules["__main__"] = self._shell.user_module

    def run(self, code: str) -> list[Shown]:
        """What the cell shows, an error among it; any later cell may still be run."""
        screen = self._shell.screen = Screen()
        real = sys.stdout, sys.stderr
        sys.stdout = sys.stderr = screen
        try:
            self._shell.run_cell(code, store_history=True)  # type: ignore[no-untyped-call]  # IPython's
        finally:
            sys.stdout, sys.stderr = real
        return screen.shown
