"""`autograder report`: which files there are, what they hold, and what is refused."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from autograder.grading.records import Results
from autograder.misconceptions import misconceptions_of
from autograder.reports.anonymity import KEY_FILE, pseudonym
from autograder.reports.command import Request, report
from autograder.reports.folder import write_report
from autograder.reports.pages import render_pages
from autograder.results import BadUsage
from cnnlab.labs import LABS
from cnnlab.text import Lang
from tests.gradebook.test_release import hidden_lines
from tests.reports.classroom import class_of, failed, lab, student, unreadable, write_class
from tests.reports.generated import large_class

NAMED = "ana.pérez"


def small_class(lang: Lang = Lang.EN) -> Results:
    told = failed("dropout/zeroes_whole_maps", f"Your code raised ValueError: {NAMED} was here.")
    example = failed("batchnorm/running_var", counterexample=f"BatchNorm2d('{NAMED.upper()}')")
    return class_of(
        student(NAMED, lab("dropout", told), lab("batchnorm", example)),
        student("zoe", lab("dropout"), unreadable("batchnorm", f"No file {NAMED}/batchnorm.py.")),
        student("mar", lab("dropout"), lab("batchnorm")),
        lang=lang,
    )


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return write_class(tmp_path / "results", small_class())


def files_of(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_page_for_the_class_each_lab_and_each_student(results: Path) -> None:
    assert report(Request(results)) == results / "report" / "index.html"
    assert files_of(results / "report") == {
        "index.html",
        "labs/dropout.html",
        "labs/batchnorm.html",
        f"students/{NAMED}.html",
        "students/mar.html",
        "students/zoe.html",
    }


def addresses(page: Path) -> Iterator[str]:
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    for tag in soup.find_all(True):
        for attribute in ("href", "src", "action", "data", "srcset", "poster"):
            if tag.get(attribute):
                yield f"{tag.name} {tag[attribute]}"


def test_pages_load_nothing_from_elsewhere(results: Path) -> None:
    folder = report(Request(results)).parent
    for page in folder.rglob("*.html"):
        for address in addresses(page):
            local = address.startswith(("a #", "link data:,")) or "://" not in address
            assert local or address.startswith(("a https://arxiv.org", "a https://doi.org")), page
        text = page.read_text(encoding="utf-8")
        assert "url(" not in text
        assert "@import" not in text


def test_students_pages_stand_alone(results: Path) -> None:
    """They may be given away: they lead to no page of the class, and name no other student."""
    folder = report(Request(results)).parent / "students"
    for page in folder.iterdir():
        assert not [a for a in addresses(page) if not a.startswith(("a #", "a http", "link data"))]
    assert "zoe" not in (folder / "mar.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("lang", "title"), [(Lang.ES, "Informe de la clase"), (Lang.EN, "Class report")]
)
def test_language_is_that_of_the_results(tmp_path: Path, lang: Lang, title: str) -> None:
    results = write_class(tmp_path / "results", small_class(lang))
    text = report(Request(results, lang=lang)).read_text(encoding="utf-8")
    assert f'<html lang="{lang}">' in text
    assert f"<h1>{title}</h1>" in text
    other = Lang.EN if lang is Lang.ES else Lang.ES
    with pytest.raises(BadUsage, match=rf"autograder grade SUBMISSIONS --out .* --lang {other}`"):
        report(Request(results, lang=other))


def everything_in(folder: Path) -> str:
    pages = sorted(folder.rglob("*.html"))
    names = " ".join(page.relative_to(folder).as_posix() for page in pages)
    return names + "".join(unescape(page.read_text(encoding="utf-8")) for page in pages)


def test_an_anonymous_report_names_nobody(results: Path) -> None:
    text = everything_in(report(Request(results, anonymous=True)).parent).lower()
    for name in (NAMED, "zoe", "mar.html", "ana.p%c3%a9rez"):
        assert name not in text
    assert "your code raised valueerror: … was here." in text  # and the rest is still there
    key = (results / KEY_FILE).read_bytes()
    assert f"students/{pseudonym(NAMED, key)}.html" in text


def test_redaction_spares_words_that_hold_an_id(tmp_path: Path) -> None:
    told = failed("dropout/zeroes_whole_maps", "In canal 1: ana, Ana, Cubana and analysis.")
    results = write_class(tmp_path / "r", class_of(student("ana", lab("dropout", told))))
    text = everything_in(report(Request(results, anonymous=True)).parent)
    assert "In canal 1: …, …, Cubana and analysis." in text


def test_pseudonyms_stay_and_their_order_is_not_that_of_names(tmp_path: Path) -> None:
    ids = [f"student-{number:02}" for number in range(20)]
    results = write_class(
        tmp_path / "results", class_of(*(student(id, lab("dropout")) for id in ids))
    )
    first = files_of(report(Request(results, anonymous=True)).parent)
    assert files_of(report(Request(results, anonymous=True)).parent) == first
    key = (results / KEY_FILE).read_bytes()
    assert (results / KEY_FILE).stat().st_mode & 0o077 == 0
    names = [pseudonym(id, key) for id in ids]
    assert len(set(names)) == 20
    assert names != sorted(names)
    text = (results / "report" / "index.html").read_text(encoding="utf-8")
    assert sorted(names, key=text.index) == sorted(names)
    assert names[0] != pseudonym(ids[0], b"another key" * 3)


def test_a_new_report_replaces_the_old_one(results: Path) -> None:
    folder = report(Request(results)).parent
    (results / "students" / "zoe.json").unlink()
    report(Request(results))
    assert "students/zoe.html" not in files_of(folder)
    assert not [path for path in results.iterdir() if path.name.startswith(".")]


def test_a_folder_with_other_things_is_left_alone(results: Path, tmp_path: Path) -> None:
    for names in (("notes.txt",), ("index.html", "labs"), ("index.html", "thesis.tex")):
        folder = tmp_path / "-".join(names)
        folder.mkdir()
        for name in names:
            (folder / name).write_text("mine")
        with pytest.raises(BadUsage, match="name another folder"):
            report(Request(results, out=folder))
        assert files_of(folder) == set(names)
    with pytest.raises(BadUsage, match="name another folder"):
        report(Request(results, out=results))
    annotated = report(Request(results)).parent
    (annotated / "notes.txt").write_text("mine")
    with pytest.raises(BadUsage, match=r"holds notes\.txt"):
        report(Request(results))
    assert (annotated / "notes.txt").is_file()
    (tmp_path / "empty").mkdir()
    assert report(Request(results, out=tmp_path / "empty")).is_file()


def test_nothing_is_half_written(tmp_path: Path) -> None:
    def pages_until_the_disk_is_full() -> Iterator[tuple[str, str]]:
        yield "index.html", "new"
        raise OSError(28, "No space left on device")

    folder = tmp_path / "report"
    write_report(folder, render_pages(small_class(), Lang.EN, anonymous=False))
    before = (folder / "index.html").read_bytes()
    with pytest.raises(BadUsage, match="No space left"):
        write_report(folder, pages_until_the_disk_is_full())
    assert (folder / "index.html").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["report"]


def test_results_of_another_version_are_refused(tmp_path: Path) -> None:
    strange = failed("dropout/zeroes_whole_maps")
    wrong_target = type(strange)(
        **{**{f: getattr(strange, f) for f in strange.__struct_fields__}, "target": "dropout3d"}
    )
    for number, labs in enumerate([lab("dropout", wrong_target), lab("gan")]):
        results = write_class(tmp_path / str(number), class_of(student("ana", labs)))
        with pytest.raises(BadUsage, match="this version does not know"):
            report(Request(results))
        assert not (results / "report").exists()


def test_the_command_says_where_and_refuses_in_one_line(results: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "autograder", "report"]
    done = subprocess.run([*command, results], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout) == (0, f"{results / 'report' / 'index.html'}\n")
    refused = subprocess.run([*command, tmp_path], capture_output=True, text=True, timeout=60)
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "no results there" in refused.stderr


def test_students_pages_hold_nothing_hidden() -> None:
    """No line of a check, a reference or a misconception, and no belief that no record told."""
    results = large_class(40)
    lines = {
        line
        for path, text in render_pages(results, Lang.EN, anonymous=False)
        if path.startswith("students/")
        for line in unescape(text).splitlines()
    }
    keys = {
        check.misconception for s in results.students for labs in s.labs for check in labs.checks
    }
    library = [
        m for of_lab in LABS.values() for name in of_lab.modules for m in misconceptions_of(name)
    ]
    assert len(keys) > 100  # most of the library is behind one of these failures
    hidden = hidden_lines() | {m.belief.en for m in library} | {m.belief.es for m in library}
    hidden |= {m.key for m in library if "-" in m.key}
    assert len(hidden) > 1000
    text = "\n".join(lines)
    assert [line for line in sorted(hidden) if line in text] == []


def test_a_class_of_500_weighs_less_than_two_megabytes() -> None:
    path, text = next(render_pages(large_class(500), Lang.EN, anonymous=False))
    assert path == "index.html"
    assert len(text.encode()) < 2_000_000
