"""Submissions that are not what a submission is: links, bombs, foreign paths, other archives."""

import os
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.attacks.attack import ERROR, UNREAD, Attack

STUB = "def dropout2d(x, p=0.5, training=True, generator=None):\n    raise OSError\n"
EVIL = 'raise RuntimeError("LEAK: a file that is no lab module was run")\n'
NAME = "cnnlab/dropout.py"


def unread(write: Callable[[Path], None], message: str) -> Attack:
    return Attack("", UNREAD, message=message, write=write)


def ignored(write: Callable[[Path], None]) -> Attack:
    return Attack("", ERROR, 0.2, write=write)


def zipped(write: Callable[[zipfile.ZipFile], None]) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        with zipfile.ZipFile(folder.with_name(folder.name + ".zip"), "w") as archive:
            write(archive)

    return make


def member(name: str, **attributes: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    for attribute, value in attributes.items():
        setattr(info, attribute, value)
    return info


def link_member(archive: zipfile.ZipFile) -> None:
    archive.writestr(member(NAME, external_attr=0o120777 << 16), "/etc/passwd")


def bomb(archive: zipfile.ZipFile) -> None:
    with archive.open(zipfile.ZipInfo(NAME), "w", force_zip64=True) as file:
        for _ in range(64):
            file.write(bytes(1 << 20))


def deflated_bomb(archive: zipfile.ZipFile) -> None:
    info = member(NAME, compress_type=zipfile.ZIP_DEFLATED)
    with archive.open(info, "w", force_zip64=True) as file:
        for _ in range(1024):
            file.write(bytes(1 << 20))


def bomb_that_lies(folder: Path) -> None:
    path = folder.with_name(folder.name + ".zip")
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(NAME, bytes(64 << 20))
    data = path.read_bytes()
    size = (64 << 20).to_bytes(4, "little")
    path.write_bytes(data.replace(size, (100).to_bytes(4, "little")))


def twice(archive: zipfile.ZipFile) -> None:
    archive.writestr(NAME, STUB)
    archive.writestr(member(NAME), "x = 1")


def encrypted(folder: Path) -> None:
    path = folder.with_name(folder.name + ".zip")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(NAME, STUB)
    data = bytearray(path.read_bytes())
    data[6] |= 1  # the flag in the local header, and below in the central directory
    data[data.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(data)


def truncated(folder: Path) -> None:
    path = folder.with_name(folder.name + ".zip")
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(NAME, STUB * 100)
    path.write_bytes(path.read_bytes()[:200])


def nested(archive: zipfile.ZipFile) -> None:
    archive.writestr("cnnlab/dropout.zip", b"PK")


def not_a_zip(folder: Path) -> None:
    folder.with_name(folder.name + ".zip").write_bytes(b"PK\x03\x04" * 9)


def in_folder(*files: tuple[str, str | bytes]) -> Callable[[Path], None]:
    def make(folder: Path) -> None:
        for name, content in files:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.encode() if isinstance(content, str) else content)

    return make


def linked_file(folder: Path) -> None:
    (folder / "cnnlab").mkdir(parents=True)
    (folder / NAME).symlink_to("/etc/hostname")


def linked_submission(folder: Path) -> None:
    folder.symlink_to("/etc")


def linked_folder(folder: Path) -> None:
    folder.mkdir()
    (folder / "cnnlab").symlink_to(folder.parent.parent)
    (folder / "dropout.py").write_text(STUB)


def fifo(folder: Path) -> None:
    (folder / "cnnlab").mkdir(parents=True)
    os.mkfifo(folder / NAME)


def folder_named_like_a_module(folder: Path) -> None:
    (folder / NAME).mkdir(parents=True)


def unreadable_depth(folder: Path) -> None:
    deep = folder.joinpath(*["d"] * 40)
    deep.mkdir(parents=True)
    (deep / "dropout.py").write_text(EVIL)
    (folder / "dropout.py").write_text(STUB)


def many_files(archive: zipfile.ZipFile) -> None:
    for number in range(20_001):
        archive.writestr(f"{number}.txt", "")


SHADOWS = in_folder(
    (NAME, STUB),
    ("cnnlab/__init__.py", EVIL),
    ("conftest.py", EVIL),
    ("sitecustomize.py", EVIL),
    ("torch.py", EVIL),
    ("pytest.ini", "[pytest]\naddopts = --collect-only\n"),
    ("setup.py", EVIL),
    ("cnnlab/labs.py", EVIL),
    ("autograder/__init__.py", EVIL),
)

ATTACKS = {
    "link_in_a_zip": unread(zipped(link_member), "link"),
    "path_above": unread(zipped(lambda z: z.writestr("../../cnnlab/dropout.py", STUB)), "outside"),
    "absolute_path": unread(zipped(lambda z: z.writestr("/cnnlab/dropout.py", STUB)), "outside"),
    "windows_path": unread(zipped(lambda z: z.writestr("C:\\cnnlab\\dropout.py", STUB)), "outside"),
    "bomb": unread(zipped(bomb), "larger"),
    "deflated_bomb": unread(zipped(deflated_bomb), "larger"),
    "bomb_that_lies_about_its_size": unread(bomb_that_lies, "larger|broken"),
    "twice": unread(zipped(twice), "twice"),
    "encrypted": unread(encrypted, "encrypted"),
    "truncated": unread(truncated, "broken"),
    "many_members": unread(zipped(many_files), "20000"),
    "not_a_zip": unread(not_a_zip, "broken"),
    "nested_zip": unread(zipped(nested), "not in the submission"),
    "linked_file": unread(linked_file, "link"),
    "linked_submission": unread(linked_submission, "link"),
    "linked_folder": ignored(linked_folder),
    "pipe": unread(fifo, "regular"),
    "folder_named_like_a_module": unread(folder_named_like_a_module, "regular"),
    "too_large": unread(in_folder((NAME, "#" * (1 << 20))), "larger"),
    "not_text": unread(in_folder((NAME, b"\xff\xfe\x00")), "not Python text"),
    "null_bytes": unread(in_folder((NAME, b"x = 1\x00")), "not Python text"),
    "unknown_encoding": unread(in_folder((NAME, "# -*- coding: evil -*-\n" + STUB)), "not Python"),
    "two_different_ones": unread(
        in_folder(("a/cnnlab/dropout.py", STUB), ("b/cnnlab/dropout.py", "x = 1")), "twice"
    ),
    "compiled_module": unread(in_folder(("cnnlab/dropout.pyc", b"x")), "not in the submission"),
    "shadows_of_other_modules": ignored(SHADOWS),
    "deep_folders": ignored(unreadable_depth),
    "syntax_error": ignored(in_folder((NAME, "def dropout2d(:\n"))),
    "deeply_nested_source": ignored(in_folder((NAME, "x = " + "(" * 5000 + ")" * 5000))),
    "very_long_line": ignored(in_folder((NAME, "x = [" + "1," * 100_000 + "]\n" + STUB))),
}
