"""`autograder gradescope-zip`: what Gradescope's "Configure Autograder" asks for, for one lab.

The zip holds the grader's own sources, so that no package of it has to be published, and the
versions of its libraries that are installed here.
"""

from __future__ import annotations

import importlib.metadata
import io
import stat
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from packaging.requirements import Requirement

from autograder.exports.gradescope_results import DID_NOT_START, Visibility, encoded, not_graded
from autograder.exports.gradescope_run import SETTINGS, Settings
from autograder.output import write_output
from autograder.project import ROOT
from autograder.results import BadUsage, GraderError
from cnnlab.labs import LABS
from cnnlab.text import Lang, Text

PACKAGES = ("autograder", "cnnlab", "solutions")
EXTRA = "instructor"
SCRIPTS = ("setup.sh", "run_autograder")
EXECUTABLE = stat.S_IFREG | 0o755
ORDINARY = stat.S_IFREG | 0o644
WRITTEN = Text(
    es="Escrito: {path}. Se sube en «Configure Autograder», con 10 puntos y 3 GB de memoria.",
    en='Written: {path}. It goes under "Configure Autograder", with 10 points and 3 GB of memory.',
)


@dataclass(frozen=True)
class Request:
    """The command's arguments."""

    lab: str
    out: Path
    visibility: Visibility = Visibility.VISIBLE
    isolation: str = "auto"
    time_factor: float = 1.0
    lang: Lang = Lang.ES


def gradescope_zip(request: Request) -> str:
    """Write the zip; what to tell about it."""
    if request.lab not in LABS:
        raise BadUsage(f"{request.lab}: no such lab; the labs are {', '.join(LABS)}")
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in _files(request):
            info = zipfile.ZipInfo(name)  # dated 1980, so that the same grader is the same zip
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = (EXECUTABLE if name in SCRIPTS else ORDINARY) << 16
            archive.writestr(info, data)
    write_output(request.out, content.getvalue())
    return WRITTEN.in_(request.lang).format(path=request.out)


def _files(request: Request) -> Iterator[tuple[str, bytes]]:
    templates = Environment(
        loader=PackageLoader("autograder", "templates/gradescope"),
        autoescape=False,  # shell scripts; what is filled in is our own
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    for name in SCRIPTS:
        yield name, templates.get_template(name).render(python=python).encode()
    settings = Settings(
        lab=request.lab,
        lang=request.lang,
        visibility=request.visibility,
        isolation=request.isolation,
        time_factor=request.time_factor,
    )
    yield SETTINGS, msgspec.json.encode(settings)
    reason = DID_NOT_START.in_(request.lang)
    yield "not_graded.json", encoded(not_graded(reason, request.lang))
    yield "requirements.txt", "".join(f"{pin}\n" for pin in _pins()).encode()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                yield path.relative_to(ROOT).as_posix(), path.read_bytes()


def _pins() -> list[str]:
    """The libraries that grading needs, in the versions that are installed here."""
    try:
        stated = map(Requirement, importlib.metadata.requires("cnnlab") or [])
        needed = {r.name for r in stated if not r.marker or r.marker.evaluate({"extra": EXTRA})}
        # A build's own label, as in 2.14.1+cpu, is no version that another machine would find.
        versions = {name: importlib.metadata.version(name).partition("+")[0] for name in needed}
    except importlib.metadata.PackageNotFoundError as error:
        raise GraderError(
            f"{error.name} is not installed, so its version is not known; "
            "pip install 'cnnlab[instructor]'"
        ) from error
    return [f"{name}=={version}" for name, version in sorted(versions.items())]
