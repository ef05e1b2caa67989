"""Similar submissions: what winnowing guarantees, what explains a match, and the page."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.cli import autograder
from autograder.grading.submissions import Submission
from autograder.project import SOLUTIONS, STUBS
from autograder.similarity.pairs import MIN_SHARED, similar_pairs
from autograder.similarity.tokens import tokens_of
from autograder.similarity.winnowing import GUARANTEE, NOISE, fingerprinted
from tests.conftest import variants

MODULE = "dropout"
NOTHING = frozenset[int]()
# Renamed, other comments, other layout, other strings.
ORIGINAL = '''\
def dropout2d(x, p=0.5, training=True, generator=None):
    """Whole maps."""
    if not 0 <= p <= 1:
        raise ValueError("p")
    keep = torch.full(x.shape[:2], 1 - p, dtype=x.dtype)
    mask = torch.bernoulli(keep, generator=generator)  # a mask for each map
    return torch.where(mask[:, :, None, None] > 0, x / (1 - p), 0)
'''
DISGUISED = """\
def dropout2d(images, q=0.5, training=True, rng=None):
    # my own idea
    if not 0 <= q <= 1: raise ValueError('q has to be a probability')

    a = torch.full(images.shape[:2], 1 - q,
                   dtype=images.dtype)
    b = torch.bernoulli(a, generator=rng)
    return torch.where(b[:, :, None, None] > 0, images / (1 - q), 0)
"""


def kinds(source: str) -> list[str]:
    return [token.kind for token in tokens_of(source)]


def hand_in(folder: Path, sources: Mapping[str, str]) -> None:
    for student, source in sources.items():
        (folder / student).mkdir(parents=True)
        (folder / student / f"{MODULE}.py").write_text(source, encoding="utf-8")


def pairs_of(sources: Mapping[str, str], min_share: float = 0.5) -> list[tuple[str, str]]:
    submissions = [Submission(student, {MODULE: text}) for student, text in sources.items()]
    return [(p.first, p.second) for p in similar_pairs(submissions, [MODULE], min_share)]


def test_names_comments_layout_and_strings_do_not_matter() -> None:
    assert kinds(ORIGINAL) == kinds(DISGUISED)


def test_what_a_student_does_not_choose_does_matter() -> None:
    assert kinds("x.mean(dim=1)") == ["name", ".", "mean", "(", "name", "=", "1", ")"]
    assert kinds("self.mean") == ["name", ".", "name"]
    assert kinds('for i in range(2): f"{i}"') != kinds("for i in list(3): 'a'")


def test_each_token_knows_its_line() -> None:
    source = '"""A\nB"""\nx = """c\nd"""\n# e\ny = 1\n'
    assert [(token.kind, token.line) for token in tokens_of(source)] == [
        *(("name", 3), ("=", 3), ("string", 3)),
        *(("name", 6), ("=", 6), ("1", 6)),
    ]


@pytest.mark.parametrize("source", ['x = "unclosed\n', '"""' * 9, "def f(:\n\\", "\x00ñ§€", ""])
def test_no_source_is_too_broken(source: str) -> None:
    for token in tokens_of(source):
        assert token.line <= source.count("\n") + 1


@settings(max_examples=50, deadline=None)
@given(
    st.randoms(use_true_random=False),
    st.integers(0, 60),
    st.integers(0, 60),
    st.integers(0, 60),
)
def test_what_is_shared_and_long_enough_is_found(
    rng: random.Random, before: int, between: int, after: int
) -> None:
    def tokens(count: int, base: int) -> str:
        return " ".join(str(base + rng.randrange(1000)) for _ in range(count))

    shared = tokens(GUARANTEE, 0)
    first = fingerprinted(f"{tokens(before, 1000)} {shared} {tokens(after, 1000)}", NOTHING)
    second = fingerprinted(f"{tokens(between, 2000)} {shared} {tokens(after, 2000)}", NOTHING)
    assert first.places.keys() & second.places.keys()
    short = tokens(NOISE - 1, 0)
    first = fingerprinted(f"{tokens(before, 1000)} {short} {tokens(after, 1000)}", NOTHING)
    second = fingerprinted(f"{tokens(between, 2000)} {short} {tokens(after, 2000)}", NOTHING)
    assert not first.places.keys() & second.places.keys()


def test_a_disguised_copy_is_found_and_all_of_it_is_shared() -> None:
    submissions = [Submission("a", {MODULE: ORIGINAL}), Submission("b", {MODULE: DISGUISED})]
    (pair,) = similar_pairs(submissions, [MODULE], 0.5)
    (shared,) = pair.modules
    assert (pair.first, pair.second, shared.module) == ("a", "b", MODULE)
    assert shared.share > 0.85  # a window at either end is not covered
    assert {5, 6, 7} <= shared.first.lines
    assert 2 not in shared.first.lines  # the docstring


def test_the_stub_and_the_reference_explain_what_they_hold() -> None:
    for folder in (STUBS, SOLUTIONS):
        source = (folder / f"{MODULE}.py").read_text(encoding="utf-8")
        assert pairs_of({"a": source, "b": source.replace("mask", "m")}) == []


def test_what_many_have_is_the_labs_own_doing() -> None:
    few = {f"s{number}": f"{ORIGINAL}\nn = {number}\n" for number in range(10)}
    assert len(pairs_of(few)) == 45
    many = {f"s{number}": f"{ORIGINAL}\nn = {number}\n" for number in range(11)}
    assert pairs_of(many) == []


def test_right_code_of_different_hands_is_not_shown() -> None:
    found = []
    for module in ("batchnorm", "conv_arithmetic", "dropout", "resnet", "vgg"):
        submissions = [
            Submission(path.stem, {module: path.read_text(encoding="utf-8")})
            for path in variants()
            if path.parent.name == module
        ]
        assert len(submissions) > 5
        found += similar_pairs(submissions, [module], 0.5)
    assert found == []


def test_the_least_share_can_be_chosen() -> None:
    half = ORIGINAL + "\n".join(f"def f{n}(a): return a + {n} * {n}" for n in range(20))
    other = ORIGINAL + "\n".join(f"class C{n}: x = [{n}, 'a', {n}]" for n in range(20))
    assert pairs_of({"a": half, "b": other}, 0.1) == [("a", "b")]
    assert pairs_of({"a": half, "b": other}, 0.9) == []


def test_little_is_no_match() -> None:
    line = "z = [x.mean(dim=1), x.var(dim=2), x.sum(dim=3)]\n"
    assert NOISE < len(kinds(line)) < MIN_SHARED
    assert pairs_of({"a": line, "b": line}) == []


def run(folder: Path, *options: str) -> tuple[BeautifulSoup, str]:
    command = ["similar", str(folder), "--out", str(folder.parent / "page.html"), *options]
    done = CliRunner().invoke(autograder, command, standalone_mode=False, catch_exceptions=False)
    text = (folder.parent / "page.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser"), done.stdout


@pytest.mark.parametrize(("lang", "caution"), [("es", "no un veredicto"), ("en", "not a verdict")])
def test_the_page_has_the_two_sides_and_says_what_it_is_not(
    tmp_path: Path, lang: str, caution: str
) -> None:
    hand_in(tmp_path / "class", {"ana": ORIGINAL, "eva": DISGUISED, "leo": "x = 1\n"})
    page, said = run(tmp_path / "class", "--lang", lang)
    assert caution in page.get_text()
    assert caution in " ".join(said.split())
    assert [heading.get_text() for heading in page.find_all("h3")] == ["ana", "eva"]
    first, second = (pre.get_text() for pre in page.find_all("pre"))
    assert "    7     return torch.where(mask[:, :, None, None] > 0, x / (1 - p), 0)" in first
    assert "    3     if not 0 <= q <= 1: raise ValueError('q has to be" in second
    assert "leo" not in page.get_text()
    assert re.search(r"ana, eva\W+dropout \d+%", said)


def test_what_students_wrote_is_only_words(tmp_path: Path) -> None:
    hostile = "</mark></pre><script>document.title = 1</script>\x1b[31m\u202e"
    sources = {f"<b>{name}": f"{ORIGINAL}\n# {hostile}\n" for name in ("a", "b")}
    hand_in(tmp_path / "class", sources)
    page, said = run(tmp_path / "class")
    assert page.find("script") is None
    assert page.find("b") is None
    assert "</script>" in page.get_text()
    assert not re.search("[\x1b\u202e]", said + page.get_text())


def test_only_the_labs_asked_for_and_so_many_pairs(tmp_path: Path) -> None:
    hand_in(tmp_path / "class", {"a": ORIGINAL, "b": DISGUISED, "c": DISGUISED})
    page, _ = run(tmp_path / "class", "--lab", "vgg")
    assert page.find_all("h2") == []
    page, _ = run(tmp_path / "class", "--top", "1", "--lang", "en")
    assert len(page.find_all("h2")) == 1
    assert "Those that share most are shown, 1;" in page.get_text()
