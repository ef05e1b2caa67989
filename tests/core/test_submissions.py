"""Reading submissions: every layout of the contract, and a reason for whatever cannot be read."""

from __future__ import annotations

import io
import os
import random
import stat
import zipfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.grading import submissions as submissions_module
from autograder.grading.submissions import (
    ENCRYPTED,
    IS_LINK,
    MAX_MODULE_BYTES,
    NOT_A_FILE,
    NOT_TEXT,
    OTHER_ARCHIVE,
    TOO_LARGE,
    TOO_MANY,
    Submission,
    read_submission,
    read_submissions,
)
from autograder.results import BadUsage
from cnnlab.labs import MODULES
from cnnlab.text import Text

CODE = "p = 0.5\n"
OTHER = "p = 0.25\n"
STUB = "raise NotImplementedError\n"


def write(root: Path, files: Mapping[str, str | bytes]) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


def write_zip(path: Path, files: Mapping[str, str | bytes], method: int = 0) -> None:
    with zipfile.ZipFile(path, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content, compress_type=method)


def read_one(root: Path) -> Submission:
    (submission,) = read_submissions(root)
    return submission


def reason_of(submission: Submission, module: str = "dropout") -> Text:
    """Why `module`, and with it perhaps the whole submission, was not taken."""
    assert module not in submission.sources
    return submission.problems[module]


@pytest.mark.parametrize(
    "name",
    [
        "cnnlab/dropout.py",
        "dropout.py",
        "deep/er/cnnlab/dropout.py",
        "somewhere/dropout.py",
        "dropout/cnnlab/dropout.py",
        "dropout/dropout.py",
        "práctica 2/cnnlab/dropout.py",
    ],
)
def test_layouts(tmp_path: Path, name: str) -> None:
    write(tmp_path / "folders" / "ana", {name: CODE, "cnnlab/extra.py": OTHER})
    (tmp_path / "zips").mkdir()
    write_zip(tmp_path / "zips" / "ana.zip", {name: CODE, "cnnlab/extra.py": OTHER})
    for layout in ("folders", "zips"):
        submission = read_one(tmp_path / layout)
        assert submission.student == "ana"
        assert submission.sources == {"dropout": CODE}
        assert submission.problems == {}


def test_layouts_mix(tmp_path: Path) -> None:
    write(tmp_path, {"ana/cnnlab/dropout.py": CODE, "eva/dropout.py": CODE, "notes.txt": "x"})
    write_zip(tmp_path / "blas.ZIP", {"blas/cnnlab/dropout.py": CODE})
    write_zip(tmp_path / "zoe.zip", {"dropout.py": CODE}, zipfile.ZIP_DEFLATED)
    submissions = read_submissions(tmp_path)
    assert [s.student for s in submissions] == ["ana", "blas", "eva", "zoe"]
    assert {s.sources["dropout"] for s in submissions} == {CODE}
    assert len({s.sha256 for s in submissions}) == 1


def test_nbgrader_takes_the_assignments_own_lab(tmp_path: Path) -> None:
    """Each assignment's folder holds the whole package; only its own lab is worked on there."""
    for assignment in ("batchnorm", "dropout"):
        stubs = {f"ana/{assignment}/cnnlab/{module}.py": STUB for module in MODULES}
        write(tmp_path, stubs | {f"ana/{assignment}/cnnlab/{assignment}.py": CODE})
    sources = read_one(tmp_path).sources
    assert sources["batchnorm"] == sources["dropout"] == CODE
    assert sources["vgg"] == STUB


def test_nbgrader_takes_both_modules_of_transfer(tmp_path: Path) -> None:
    for assignment, content in (("dropout", STUB), ("transfer", CODE)):
        modules = ("training", "transfer")
        write(tmp_path, {f"ana/{assignment}/cnnlab/{m}.py": content for m in modules})
    assert read_one(tmp_path).sources == {"training": CODE, "transfer": CODE}


def test_the_package_is_preferred_to_stray_copies(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "ana/cnnlab/dropout.py": CODE,
            "ana/dropout.py": OTHER,
            "ana/backup/cnnlab/dropout.py": OTHER,
            "ana/tests/dropout.py": OTHER,
            "ana/.venv/cnnlab/dropout.py": OTHER,
            "ana/site-packages/cnnlab/dropout.py": OTHER,
        },
    )
    assert read_one(tmp_path).sources == {"dropout": CODE}


def test_two_different_copies_are_a_problem_and_equal_ones_are_not(tmp_path: Path) -> None:
    files = {"ana/a/dropout.py": CODE, "ana/b/dropout.py": OTHER}
    write(tmp_path, files | {"ana/a/vgg.py": CODE, "ana/b/vgg.py": CODE})
    submission = read_one(tmp_path)
    assert reason_of(submission).en == (
        "The module is there twice, with different contents: a/dropout.py, b/dropout.py."
    )
    assert submission.sources == {"vgg": CODE}


def test_one_bad_module_leaves_the_others(tmp_path: Path) -> None:
    write(tmp_path / "ana" / "cnnlab", {"dropout.py": b"\xff\xfe", "vgg.py": CODE})
    submission = read_one(tmp_path)
    assert submission.sources == {"vgg": CODE}
    assert submission.problems == {"dropout": NOT_TEXT}


@pytest.mark.parametrize(
    ("content", "source"),
    [
        ("# ñ\n".encode(), "# ñ\n"),
        (b"\xef\xbb\xbfp = 1\n", "p = 1\n"),
        ("# coding: latin-1\n# ñ\n".encode("latin-1"), "# coding: latin-1\n# ñ\n"),
        (b"p = 1\r\nq = 2\r\n", "p = 1\nq = 2\n"),
        (b"", ""),
    ],
    ids=["utf-8", "bom", "latin-1", "crlf", "empty"],
)
def test_text_is_decoded_as_python_does(tmp_path: Path, content: bytes, source: str) -> None:
    write(tmp_path, {"ana/dropout.py": content})
    assert read_one(tmp_path).sources["dropout"] == source


@pytest.mark.parametrize(
    "content",
    [
        "# ñ\n".encode("latin-1"),
        "p = 1\n".encode("utf-16"),
        b"p = 1\0\n",
        b"# coding: klingon\n",
        b"# coding: zlib\n",
        b"# coding: unicode_escape\np = '\\ud800'\n",
        b"\x89PNG\r\n\x1a\n",
    ],
    ids=["latin-1", "utf-16", "nul", "unknown", "no text codec", "surrogate", "image"],
)
def test_what_is_not_text_is_a_problem(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, {"ana/dropout.py": content})
    assert reason_of(read_one(tmp_path)) == NOT_TEXT


def test_the_size_limit(tmp_path: Path) -> None:
    (tmp_path / "zips").mkdir()
    for size, is_taken in ((MAX_MODULE_BYTES, True), (MAX_MODULE_BYTES + 1, False)):
        write(tmp_path / "folders", {"ana/dropout.py": b"#" * size})
        write_zip(tmp_path / "zips/a.zip", {"dropout.py": b"#" * size}, zipfile.ZIP_DEFLATED)
        for layout in ("folders", "zips"):
            submission = read_one(tmp_path / layout)
            assert ("dropout" in submission.sources) is is_taken
            assert is_taken or reason_of(submission) == TOO_LARGE


def test_a_size_that_lies_is_found_out(tmp_path: Path) -> None:
    write_zip(tmp_path / "ana.zip", {"dropout.py": b"#" * 2**22}, zipfile.ZIP_DEFLATED)
    content = (tmp_path / "ana.zip").read_bytes()
    (tmp_path / "ana.zip").write_bytes(content.replace((2**22).to_bytes(4, "little"), b"\1\0\0\0"))
    assert "dropout" not in read_one(tmp_path).sources


def test_links_are_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    write(secret, {"dropout.py": CODE, "cnnlab/vgg.py": CODE})
    folder = tmp_path / "class"
    (folder / "ana").mkdir(parents=True)
    (folder / "ana" / "dropout.py").symlink_to(secret / "dropout.py")
    (folder / "ana" / "cnnlab").symlink_to(secret / "cnnlab")
    (folder / "eva").symlink_to(secret)
    (folder / "zoe.zip").symlink_to(secret / "dropout.py")
    ana, eva, zoe = read_submissions(folder)
    assert [ana.sources, eva.sources, zoe.sources] == [{}, {}, {}]
    assert ana.problems == {"dropout": IS_LINK}
    assert reason_of(eva, "vgg") == reason_of(zoe, "vgg") == IS_LINK


@pytest.mark.parametrize(
    ("mode", "reason"), [(stat.S_IFLNK, IS_LINK), (stat.S_IFIFO, NOT_A_FILE), (stat.S_IFREG, None)]
)
def test_only_regular_members_are_read(tmp_path: Path, mode: int, reason: Text | None) -> None:
    info = zipfile.ZipInfo("cnnlab/dropout.py")
    info.external_attr = (mode | 0o644) << 16
    with zipfile.ZipFile(tmp_path / "ana.zip", "w") as archive:
        archive.writestr(info, "/etc/passwd")
    assert read_one(tmp_path).problems.get("dropout") == reason


def test_what_only_looks_like_a_file_does_not_block(tmp_path: Path) -> None:
    (tmp_path / "ana").mkdir()
    os.mkfifo(tmp_path / "ana" / "dropout.py")
    (tmp_path / "ana" / "vgg.py").mkdir()
    submission = read_one(tmp_path)
    assert submission.sources == {}
    assert reason_of(submission) == reason_of(submission, "vgg") == NOT_A_FILE


@pytest.mark.parametrize(
    "name",
    [
        "../dropout.py",
        "a/../../dropout.py",
        "../notes.txt",
        "/dropout.py",
        "\\dropout.py",
        "..\\dropout.py",
        "C:/dropout.py",
        "c:dropout.py",
        "\\\\host\\share\\dropout.py",
    ],
)
def test_paths_outside_the_submission_are_refused(tmp_path: Path, name: str) -> None:
    write_zip(tmp_path / "ana.zip", {"cnnlab/vgg.py": CODE, name: CODE})
    reason = reason_of(read_one(tmp_path), "vgg")
    assert reason.en.startswith("The zip holds a path outside the submission: ")


@pytest.mark.parametrize("name", ["cnnlab\\dropout.py", "a\\cnnlab/dropout.py"])
def test_backslashes_separate_folders(tmp_path: Path, name: str) -> None:
    write_zip(tmp_path / "ana.zip", {name: CODE})
    assert read_one(tmp_path).sources == {"dropout": CODE}


def test_a_colon_in_a_name_is_no_drive(tmp_path: Path) -> None:
    write_zip(tmp_path / "ana.zip", {"práctica: 2/dropout.py": CODE, "foto 10:32.png": b"\x89"})
    assert read_one(tmp_path).sources == {"dropout": CODE}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_member_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "ana.zip", "w") as archive:
        archive.writestr("cnnlab/dropout.py", CODE)
        archive.writestr("cnnlab/dropout.py", OTHER)
    assert reason_of(read_one(tmp_path)).en == "The zip holds cnnlab/dropout.py twice."


def test_an_encrypted_zip_says_so(tmp_path: Path) -> None:
    write_zip(tmp_path / "ana.zip", {"dropout.py": CODE})
    content = bytearray((tmp_path / "ana.zip").read_bytes())
    for signature, flags_at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(signature) + flags_at] |= 1
    (tmp_path / "ana.zip").write_bytes(content)
    assert reason_of(read_one(tmp_path)) == ENCRYPTED


@pytest.mark.parametrize("content", [b"", b"PK", b"no zip at all", b"PK\x05\x06" + bytes(17)])
def test_a_broken_zip_says_so(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, {"ana.zip": content, "eva/dropout.py": CODE})
    ana, eva = read_submissions(tmp_path)
    assert all(reason.en.startswith("The zip is broken: ") for reason in ana.problems.values())
    assert set(ana.problems) == set(MODULES)
    assert eva.sources == {"dropout": CODE}


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
@pytest.mark.filterwarnings("ignore")
def test_no_damage_ends_the_run(tmp_path: Path, method: int) -> None:
    write_zip(tmp_path / "ana.zip", {"cnnlab/dropout.py": CODE * 20, "ñ.txt": "x"}, method)
    whole = (tmp_path / "ana.zip").read_bytes()
    generator = random.Random(method)
    for _ in range(300):
        content = bytearray(whole)
        for _ in range(generator.randint(1, 4)):
            content[generator.randrange(len(content))] = generator.randrange(256)
        (tmp_path / "ana.zip").write_bytes(content[: generator.randint(1, 2 * len(content))])
        read_one(tmp_path)


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submissions_module, "MAX_ENTRIES", 3)
    names = ["dropout.py", "a/1", "a/2", "a/3"]
    write(tmp_path / "ana", dict.fromkeys(names, CODE))
    write_zip(tmp_path / "eva.zip", dict.fromkeys(names, CODE))
    assert [reason_of(s) for s in read_submissions(tmp_path)] == [TOO_MANY, TOO_MANY]


def test_other_archives_and_double_submissions_have_a_reason(tmp_path: Path) -> None:
    write(tmp_path, {"ana.tar.gz": b"\x1f\x8b", "eva/dropout.py": CODE})
    write_zip(tmp_path / "eva.zip", {"dropout.py": CODE})
    ana, eva = read_submissions(tmp_path)
    assert reason_of(ana) == OTHER_ARCHIVE
    assert reason_of(eva).en == "There are two submissions: eva / eva.zip."


@pytest.mark.parametrize(
    "student", ["=1+1", "a b", "ñandú", "x\ny", "<b>", "-rf", "a'\"`$(ls)", "💡"]
)
def test_strange_ids_are_kept(tmp_path: Path, student: str) -> None:
    write(tmp_path / student, {"dropout.py": CODE})
    assert read_one(tmp_path).student == student


def test_ids_that_are_no_text_become_text(tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/a\xff"
    os.mkdir(folder)
    with open(folder + b"/dropout.py", "w") as file:
        file.write(CODE)
    assert read_one(tmp_path).student == "a\\xff"


def test_the_digest_is_that_of_the_lab_modules(tmp_path: Path) -> None:
    write(tmp_path, {"a/dropout.py": CODE, "b/cnnlab/dropout.py": CODE, "b/notes.md": "x"})
    write(
        tmp_path,
        {"c/dropout.py": OTHER, "d/vgg.py": CODE, "e/notes.md": "x", "f/dropout.py": b"\xff"},
    )
    a, b, *others = (submission.sha256 for submission in read_submissions(tmp_path))
    assert a == b
    assert len({a, *others}) == 1 + len(others)
    assert all(len(digest) == 64 for digest in (a, *others))


def test_an_empty_submission_is_a_submission(tmp_path: Path) -> None:
    (tmp_path / "ana").mkdir()
    submission = read_one(tmp_path)
    assert (submission.sources, submission.problems) == ({}, {})


@pytest.mark.parametrize("files", [{}, {"notes.txt": "x", ".hidden/dropout.py": CODE}])
def test_a_folder_without_submissions_is_bad_usage(tmp_path: Path, files: dict[str, str]) -> None:
    write(tmp_path, files)
    with pytest.raises(BadUsage, match="no submissions"):
        read_submissions(tmp_path)


def test_no_folder_and_a_single_submission_are_bad_usage(tmp_path: Path) -> None:
    write(tmp_path, {"cnnlab/dropout.py": CODE})
    with pytest.raises(BadUsage, match="one submission"):
        read_submissions(tmp_path)
    for path in (tmp_path / "nowhere", tmp_path / "cnnlab" / "dropout.py"):
        with pytest.raises(BadUsage, match="no such folder"):
            read_submissions(path)


def test_a_zip_in_memory_is_never_unpacked_to_disk(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("cnnlab/dropout.py", CODE)
    (tmp_path / "ana.zip").write_bytes(buffer.getvalue())
    read_one(tmp_path)
    assert [path.name for path in tmp_path.rglob("*")] == ["ana.zip"]


def test_times_are_those_that_nbgrader_noted(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "ana/dropout/timestamp.txt": "2026-11-01 10:00:00.000000 UTC",
            "ana/dropout/cnnlab/dropout.py": CODE,
            "ana/vgg/timestamp.txt": "2026-11-02T10:00:00+02:00\n",
            "ana/resnet/timestamp.txt": "2026-11-02 10:00:00",  # of which zone?
            "ana/batchnorm/timestamp.txt": "yesterday",
            "ana/all_conv/timestamp.txt": b"\xff\xfe",
            "ana/timestamp.txt": "2026-11-03 10:00:00.000000 UTC",
        },
    )
    (tmp_path / "ana" / "transfer").mkdir()
    (tmp_path / "ana" / "transfer" / "timestamp.txt").symlink_to(
        tmp_path / "ana" / "dropout" / "timestamp.txt"
    )
    assert read_one(tmp_path).times == {
        "dropout": datetime(2026, 11, 1, 10, tzinfo=UTC),
        "vgg": datetime(2026, 11, 2, 8, tzinfo=UTC),
    }


def test_a_digest_is_of_one_lab_alone(tmp_path: Path) -> None:
    write(tmp_path, {"ana/dropout.py": CODE, "ana/transfer.py": CODE, "ana/training.py": CODE})
    before = read_one(tmp_path)
    write(tmp_path, {"ana/training.py": OTHER})
    after = read_one(tmp_path)
    assert before.digest("dropout") == after.digest("dropout")
    assert before.digest("transfer") != after.digest("transfer")


def test_one_submission_is_read_by_itself(tmp_path: Path) -> None:
    write(tmp_path, {"submission/dropout.py": CODE, "beside/vgg.py": CODE})
    submission = read_submission("ana", tmp_path / "submission")
    assert (submission.student, submission.sources) == ("ana", {"dropout": CODE})
