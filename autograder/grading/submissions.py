"""Reading what students handed in: folders and zips, the lab modules only, as text, never run.

A module that cannot be taken (a link, too large, not text, there twice) has a reason in `problems`;
a submission that cannot be read at all has the same reason for every module.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import stat
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath, PureWindowsPath

from autograder.printable import printable, readable_name
from autograder.results import BadUsage
from cnnlab.labs import LABS, MODULES
from cnnlab.text import Text

MAX_MODULE_BYTES = 512 * 1024
MAX_ENTRIES = 20_000
MAX_DEPTH = 12
TIMESTAMP = "timestamp.txt"  # nbgrader's
SKIPPED_FOLDERS = frozenset({"__pycache__", "__MACOSX", "site-packages", "node_modules"})
OTHER_ARCHIVES = (".tar", ".tgz", ".gz", ".bz2", ".xz", ".7z", ".rar")
LAB_OF_MODULE = {module: lab.name for lab in LABS.values() for module in lab.modules}
MODULE_OF_FILE = {f"{module}.py": module for module in MODULES}


@dataclass(frozen=True)
class Submission:
    """One student's lab modules: sources by module name, and why others could not be read.

    `cells` are those of a notebook that is to be run for a reader. `times` has when nbgrader took
    each lab; where it did not, a student can have written that.
    """

    student: str
    sources: Mapping[str, str]
    problems: Mapping[str, Text] = field(default_factory=dict)
    sha256: str = ""
    cells: tuple[str, ...] = ()
    times: Mapping[str, datetime] = field(default_factory=dict)

    def digest(self, lab: str) -> str:
        """What was read for one lab, in short."""
        digest = hashlib.sha256()
        for module in LABS[lab].modules:
            read = repr((module, self.sources.get(module), self.problems.get(module)))
            digest.update(read.encode("utf-8", "surrogatepass"))
        return digest.hexdigest()[:16]


class Unreadable(Exception):
    """A file or a whole submission that cannot be taken, with the reason."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason.en)
        self.reason = reason


@dataclass(frozen=True)
class Candidate:
    """A lab module's file: the folders above it within the submission, and how to read it."""

    folders: tuple[str, ...]
    module: str
    read: Callable[[], bytes]

    @property
    def path(self) -> str:
        return "/".join((*self.folders, f"{self.module}.py"))


def read_submissions(folder: Path) -> list[Submission]:
    """Every submission below `folder`, by student id; `BadUsage` where there is none."""
    if not folder.is_dir():
        raise BadUsage(f"{folder}: no such folder of submissions")
    if (folder / "cnnlab").is_dir():
        raise BadUsage(
            f"{folder}: this is one submission (it holds cnnlab/); name the folder above it"
        )
    entries: dict[str, list[Path]] = {}
    for entry in sorted(folder.iterdir()):
        student = _student_of(entry)
        if student is not None:
            entries.setdefault(student, []).append(entry)
    if not entries:
        raise BadUsage(f"{folder}: no submissions; expected a folder or a .zip for each student")
    return [_read_entry(student, paths) for student, paths in sorted(entries.items())]


def read_submission(student: str, folder: Path) -> Submission:
    """The submission that is `folder` itself."""
    return _read_entry(student, [folder])


def _student_of(entry: Path) -> str | None:
    """The student id of an entry, or None for a file that is no submission."""
    if entry.name.startswith("."):
        return None
    if entry.suffix.lower() == ".zip" and not entry.is_dir():
        return readable_name(entry.name[: -len(".zip")])
    if entry.is_dir() or entry.is_symlink() or entry.suffix.lower() in OTHER_ARCHIVES:
        return readable_name(entry.name)
    return None


def _read_entry(student: str, paths: list[Path]) -> Submission:
    try:
        if len(paths) > 1:
            names = " / ".join(readable_name(path.name) for path in paths)
            raise Unreadable(
                Text(es=f"Hay dos entregas: {names}.", en=f"There are two submissions: {names}.")
            )
        return _read_submission(student, paths[0])
    except Unreadable as problem:
        digest = hashlib.sha256(problem.reason.en.encode("utf-8", "replace")).hexdigest()
        return Submission(student, {}, dict.fromkeys(MODULES, problem.reason), digest)


def _read_submission(student: str, path: Path) -> Submission:
    if path.is_symlink():
        raise Unreadable(IS_LINK)
    if path.is_dir():
        return replace(_choose(student, _files_of_folder(path)), times=_collected(path))
    if path.suffix.lower() != ".zip":
        raise Unreadable(OTHER_ARCHIVE)
    try:
        with zipfile.ZipFile(path) as archive:
            return _choose(student, _members_of_zip(archive))
    except Unreadable:
        raise
    except OSError as error:
        raise Unreadable(_cannot_read(error)) from error
    except Exception as error:  # a damaged archive makes zipfile raise whatever its parts raise
        detail = printable(str(error))
        raise Unreadable(
            Text(es=f"El zip está dañado: {detail}.", en=f"The zip is broken: {detail}.")
        ) from error


def _collected(root: Path) -> dict[str, datetime]:
    """When nbgrader took each lab of a student's folder; a note that tells no time is none."""
    times = {}
    for lab in LABS:
        path = os.path.join(root, lab, TIMESTAMP)
        if os.path.exists(path):
            with contextlib.suppress(Unreadable, ValueError):
                times[lab] = parsed_time(_File(path)().decode())
    return times


def parsed_time(words: str) -> datetime:
    """A time of ISO 8601, or as nbgrader writes it; `ValueError` where it has no time zone."""
    time = datetime.fromisoformat(words.strip().replace(" UTC", "+00:00"))
    if time.tzinfo is None:
        raise ValueError("a time without its zone")
    return time.astimezone(UTC)


def _choose(student: str, candidates: Iterable[Candidate]) -> Submission:
    """Take one file for each module and read it."""
    of_module: dict[str, list[Candidate]] = {module: [] for module in MODULES}
    for candidate in candidates:
        of_module[candidate.module].append(candidate)
    digest = hashlib.sha256()
    sources: dict[str, str] = {}
    problems: dict[str, Text] = {}
    for module, found in of_module.items():
        if not found:
            continue
        found.sort(key=_rank)
        try:
            content = found[0].read()
            for rival in found[1:]:
                if _rank(rival)[:-1] == _rank(found[0])[:-1] and rival.read() != content:
                    raise Unreadable(_twice(found[0], rival))
            sources[module] = _decode(content)
            digest.update(f"{module}:{len(content)}:".encode() + content)
        except Unreadable as problem:
            problems[module] = problem.reason
            digest.update(f"{module}!{problem.reason.en}".encode("utf-8", "replace"))
    return Submission(student, sources, problems, digest.hexdigest())


def _rank(candidate: Candidate) -> tuple[bool, bool, int, str]:
    """Best first: below a folder named after its lab (nbgrader), in `cnnlab/`, least deep."""
    return (
        LAB_OF_MODULE[candidate.module] not in candidate.folders,
        candidate.folders[-1:] != ("cnnlab",),
        len(candidate.folders),
        candidate.path,
    )


def _holds_modules(folders: tuple[str, ...]) -> bool:
    """Whether a file below these folders may be a lab module."""
    return (
        not any(part.startswith(".") or part in SKIPPED_FOLDERS for part in folders)
        # A submission may hold the whole release; its own tests and hints are no modules.
        and "tests" not in folders
    )


@dataclass(frozen=True)
class _File:
    path: str

    def __call__(self) -> bytes:
        """Read a regular file that is no link, without waiting on what only looks like one."""
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        try:
            if os.path.islink(self.path):
                raise Unreadable(IS_LINK)
            descriptor = os.open(self.path, flags)
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                os.close(descriptor)
                raise Unreadable(NOT_A_FILE)
            with os.fdopen(descriptor, "rb") as file:
                # No more than needed: as much memory as is asked for is taken at once.
                return _within_limit(file.read(min(status.st_size, MAX_MODULE_BYTES) + 1))
        except OSError as error:
            raise Unreadable(_cannot_read(error)) from error


def _files_of_folder(root: Path) -> Iterator[Candidate]:
    seen = 0
    for folder, subfolders, files in os.walk(root):
        folders = Path(folder).relative_to(root).parts
        subfolders[:] = sorted(
            name
            for name in subfolders
            if not name.startswith(".") and name not in SKIPPED_FOLDERS and len(folders) < MAX_DEPTH
        )
        seen += len(files) + len(subfolders)
        if seen > MAX_ENTRIES:
            raise Unreadable(TOO_MANY)
        if not _holds_modules(folders):
            continue
        for name in [*files, *subfolders]:  # a folder of a module's name is a problem to tell
            module = MODULE_OF_FILE.get(name)
            if module:
                yield Candidate(folders, module, _File(os.path.join(folder, name)))


@dataclass(frozen=True)
class _Member:
    archive: zipfile.ZipFile
    info: zipfile.ZipInfo

    def __call__(self) -> bytes:
        if self.info.flag_bits & 0x1:
            raise Unreadable(ENCRYPTED)
        mode = self.info.external_attr >> 16
        if mode and not (stat.S_ISREG(mode) or stat.S_IFMT(mode) == 0):
            raise Unreadable(IS_LINK if stat.S_ISLNK(mode) else NOT_A_FILE)
        if self.info.file_size > MAX_MODULE_BYTES:
            raise Unreadable(TOO_LARGE)
        with self.archive.open(self.info) as file:
            return _within_limit(file.read(MAX_MODULE_BYTES + 1))


def _members_of_zip(archive: zipfile.ZipFile) -> Iterator[Candidate]:
    infos = archive.infolist()
    if len(infos) > MAX_ENTRIES:
        raise Unreadable(TOO_MANY)
    names: set[str] = set()
    for info in infos:
        windows_path = PureWindowsPath(info.filename)  # takes both kinds of slash, and drives
        if windows_path.anchor or ".." in windows_path.parts:
            raise Unreadable(_outside(info.filename))
        path = PurePosixPath(windows_path.as_posix())
        module = MODULE_OF_FILE.get(path.name)
        if info.is_dir() or module is None or not _holds_modules(path.parent.parts):
            continue
        if str(path) in names:
            raise Unreadable(_repeated(info.filename))
        names.add(str(path))
        yield Candidate(path.parent.parts, module, _Member(archive, info))


def _within_limit(content: bytes) -> bytes:
    if len(content) > MAX_MODULE_BYTES:
        raise Unreadable(TOO_LARGE)
    return content


def _decode(content: bytes) -> str:
    """Python source by its declared encoding, UTF-8 unless it says otherwise."""
    try:
        source = importlib.util.decode_source(content)
        source.encode()  # an escaping codec can bring half a character
    except (UnicodeError, SyntaxError, LookupError) as error:
        raise Unreadable(NOT_TEXT) from error
    if "\0" in source:
        raise Unreadable(NOT_TEXT)
    return source


IS_LINK = Text(
    es="Es un enlace, y los enlaces no se siguen.", en="It is a link, and links are not followed."
)
NOT_A_FILE = Text(es="No es un archivo normal.", en="It is not a regular file.")
NOT_TEXT = Text(es="No es texto de Python.", en="It is not Python text.")
ENCRYPTED = Text(es="El zip está cifrado.", en="The zip is encrypted.")
OTHER_ARCHIVE = Text(
    es="Solo se leen carpetas y archivos .zip.", en="Only folders and .zip files are read."
)
TOO_MANY = Text(
    es=f"Tiene más de {MAX_ENTRIES} archivos.", en=f"It has more than {MAX_ENTRIES} files."
)
TOO_LARGE = Text(
    es=f"Un módulo ocupa más de {MAX_MODULE_BYTES // 1024} KiB.",
    en=f"A module is larger than {MAX_MODULE_BYTES // 1024} KiB.",
)


def _cannot_read(error: OSError) -> Text:
    return Text(
        es=f"No se puede leer: {error.strerror}.", en=f"It cannot be read: {error.strerror}."
    )


def _outside(name: str) -> Text:
    shown = printable(name)
    return Text(
        es=f"El zip contiene una ruta fuera de la entrega: {shown}.",
        en=f"The zip holds a path outside the submission: {shown}.",
    )


def _repeated(name: str) -> Text:
    shown = printable(name)
    return Text(es=f"El zip contiene {shown} dos veces.", en=f"The zip holds {shown} twice.")


def _twice(first: Candidate, second: Candidate) -> Text:
    names = printable(f"{first.path}, {second.path}")
    return Text(
        es=f"El módulo está dos veces, con contenidos distintos: {names}.",
        en=f"The module is there twice, with different contents: {names}.",
    )
