"""The report in a real browser: sorting, filtering, paper, both languages, and hostile students."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from autograder.reports.command import Request, report
from cnnlab.text import Lang
from tests.reports.classroom import (
    class_of,
    failed,
    lab,
    missing,
    student,
    unreadable,
    write_class,
)
from tests.reports.generated import large_class

LONG = "x" * 190
NAMES = {
    "markup": "<img src=x onerror=window.stolen=1>",
    "quotes": "\"' onmouseover='window.stolen=1",
    "address": "javascript:window.stolen=1#?%2e%2e&",
    "backwards": "\u202egpj.exe",
    "template": "{{ 7 * 7 }} {shown} {name}",
    "formula": "=1+1",
    "arabic": "علي",
    "long": LONG,
}
HOSTILE = "</script></style><script>window.stolen = 1</script><svg onload='window.stolen = 1'>"
WIDTH_OF_A4_LANDSCAPE = 1062  # CSS pixels, between margins of 8 mm
PHONE = {"width": 390, "height": 800}


def write_report(folder: Path, lang: Lang) -> Path:
    pixel = failed("dropout/zeroes_whole_maps", misconception="mask-per-pixel", hint="Of a map?")
    variance = failed("batchnorm/running_var", counterexample="BatchNorm2d(1)(x)")
    results = class_of(
        student("ana", lab("dropout"), lab("batchnorm", variance)),
        student("Ángel Ñ", lab("dropout", pixel), lab("batchnorm")),
        student("blas", missing("dropout"), lab("batchnorm", variance)),
        student("zoe", lab("dropout", pixel), unreadable("batchnorm", "It is not text.")),
        lang=lang,
    )
    return report(Request(write_class(folder / str(lang), results)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("report")


@pytest.fixture(scope="module")
def english(folder: Path) -> Path:
    return write_report(folder, Lang.EN)


@pytest.fixture(scope="module")
def spanish(folder: Path) -> Path:
    return write_report(folder, Lang.ES)


@pytest.fixture(scope="module")
def hostile(folder: Path) -> Path:
    bad = failed(
        "dropout/zeroes_whole_maps",
        HOSTILE,
        counterexample=f"dropout2d('{HOSTILE}', {LONG})",
        misconception=HOSTILE,
        hint=HOSTILE,
    )
    students = [
        student(name, lab("dropout", bad), unreadable("batchnorm", HOSTILE))
        for name in NAMES.values()
    ]
    return report(Request(write_class(folder / "hostile", class_of(*students))))


@pytest.fixture(scope="module")
def large(folder: Path) -> Path:
    return report(Request(write_class(folder / "large", large_class(5))))


def shown_names(page: Page) -> list[str]:
    return page.locator("#heat tbody tr:visible th").all_inner_texts()


def test_a_button_in_the_header_sorts_by_its_column(page: Page, english: Path) -> None:
    page.goto(english.as_uri())
    assert shown_names(page) == ["ana", "blas", "zoe", "Ángel Ñ"]  # as the files are
    page.get_by_role("button", name="Total").click()
    assert shown_names(page) == ["Ángel Ñ", "ana", "zoe", "blas"]  # 16, 15, 6, 5
    sorted_by = page.locator("#heat th[aria-sort]")
    expect(sorted_by).to_have_count(1)
    expect(sorted_by).to_have_attribute("aria-sort", "descending")
    page.get_by_role("button", name="Total").press("Enter")
    assert shown_names(page) == ["blas", "zoe", "ana", "Ángel Ñ"]
    expect(sorted_by).to_have_attribute("aria-sort", "ascending")
    page.get_by_role("button", name="dropout2d", exact=True).click()
    assert shown_names(page)[:1] == ["ana"]  # 100, 33, 33, and nothing
    assert shown_names(page)[-1:] == ["blas"]
    page.get_by_role("button", name="Student").click()
    assert shown_names(page) == ["ana", "Ángel Ñ", "blas", "zoe"]  # as people sort


def test_checks_of_a_lab_are_sorted_too(page: Page, english: Path) -> None:
    page.goto((english.parent / "labs" / "dropout.html").as_uri())
    page.get_by_role("button", name="Pass (%)").click()
    page.get_by_role("button", name="Pass (%)").click()
    rates = page.locator("table.sortable tbody tr td:nth-child(2)").all_inner_texts()
    assert rates == ["33 (1 of 3)", "100 (3 of 3)", "100 (3 of 3)"]


def test_students_are_found_by_any_part_of_their_name(page: Page, english: Path) -> None:
    page.goto(english.as_uri())
    expect(page.get_by_role("status")).to_have_text("4 of 4 students")
    page.get_by_label("Find a student").fill("N")
    assert shown_names(page) == ["ana", "Ángel Ñ"]
    page.get_by_label("Find a student").fill("n angel")  # words in any order, accents or not
    assert shown_names(page) == ["Ángel Ñ"]
    expect(page.get_by_role("status")).to_have_text("1 of 4 students")
    page.get_by_label("Find a student").fill("nobody")
    assert shown_names(page) == []


def test_one_lab_is_shown_alone(page: Page, english: Path) -> None:
    page.goto(english.as_uri())
    page.get_by_label("Show").select_option("batchnorm")
    columns = page.locator("#heat thead tr:last-child th:visible").all_inner_texts()
    assert [words.strip() for words in columns] == ["mark", "batch_stats", "BatchNorm2d"]
    row = page.locator("#heat tbody tr", has_text="blas")
    assert row.locator("td:visible").all_inner_texts() == ["5", "5", "100", "29"]
    page.get_by_label("Show").select_option("")
    expect(page.locator("#heat thead tr:last-child th:visible")).to_have_count(6)


def test_a_student_s_page_is_one_click_from_the_heat_map(page: Page, english: Path) -> None:
    page.goto(english.as_uri())
    page.locator("#heat").get_by_role("link", name="Ángel Ñ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ángel Ñ")
    step = page.locator(".steps li")
    expect(step).to_have_text("dropout2d: Checks that fail: 1. 4 points to gain")
    step.get_by_role("link").click()
    failure = page.locator("article")
    expect(failure).to_be_in_viewport()
    expect(failure).to_contain_text("A map is zeroed whole or not at all.")
    expect(failure).to_contain_text("Hint: Of a map?")
    expect(page.get_by_role("link", name="Tompson et al. 2015")).to_have_attribute(
        "href", "https://arxiv.org/abs/1411.4280"
    )


def test_the_same_pages_in_spanish(page: Page, spanish: Path) -> None:
    page.goto(spanish.as_uri())
    expect(page.locator("html")).to_have_attribute("lang", "es")
    expect(page.get_by_role("status")).to_have_text("4 de 4 estudiantes")
    page.get_by_role("button", name="Total").click()
    page.locator("#heat").get_by_role("link", name="blas").click()
    expect(page.get_by_role("heading", level=2).first).to_have_text("Qué hacer primero")
    expect(page.locator(".steps li").first).to_have_text(
        "Entrega cnnlab/dropout.py: no está en lo entregado. 10 puntos por ganar"
    )


def test_hostile_names_and_messages_are_only_words(page: Page, hostile: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    pages = [hostile, *hostile.parent.glob("labs/*.html"), *hostile.parent.glob("students/*.html")]
    for path in pages:
        page.goto(path.as_uri())
        assert page.evaluate("window.stolen") is None, path
        assert page.locator("img, svg[onload]").count() == 0
        assert page.locator("script").count() == (0 if path.parent.name == "students" else 1)
        assert page.evaluate("document.documentElement.scrollWidth") <= 1300, path
        assert "\u202e" not in page.content()
        assert page.get_by_text("</script></style>").count() > 0 or path.stem == "batchnorm"
    assert len(asked) == len(pages) == 3 + len(NAMES)


def test_each_hostile_name_leads_to_its_page(page: Page, hostile: Path) -> None:
    for name in NAMES.values():
        page.goto(hostile.as_uri())
        shown = name.replace("\u202e", "\ufffd")[:40]
        page.locator("#heat").get_by_role("link", name=shown).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(shown)


def test_paper_shows_everything_and_no_controls(page: Page, large: Path) -> None:
    page.emulate_media(media="print", color_scheme="dark")
    page.goto(large.as_uri())
    expect(page.locator("#filter")).to_be_hidden()
    expect(page.get_by_role("navigation")).to_be_hidden()
    for place in page.locator(".scroll").all():
        assert place.evaluate("e => getComputedStyle(e).overflow") == "visible"
    assert page.locator("#heat").evaluate("e => e.offsetWidth") <= WIDTH_OF_A4_LANDSCAPE
    white = page.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    assert white == "rgb(255, 255, 255)"
    full = page.locator("#heat td.h5").first
    assert full.evaluate("e => getComputedStyle(e).backgroundColor") == "rgb(143, 193, 234)"


def pages_of(index: Path) -> Iterator[Path]:
    yield index
    yield next(index.parent.glob("labs/*.html"))
    yield next(index.parent.glob("students/*.html"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(page: Page, spanish: Path, large: Path, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    for path in (*pages_of(spanish), *pages_of(large)):
        page.goto(path.as_uri())
        violations = Axe().run(page).response["violations"]
        found = [
            (violation["id"], violation["impact"], violation["nodes"][0]["html"])
            for violation in violations
        ]
        assert found == [], path


def test_a_phone_scrolls_within_tables_alone(page: Page, large: Path) -> None:
    page.set_viewport_size(PHONE)
    for path in pages_of(large):
        page.goto(path.as_uri())
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
