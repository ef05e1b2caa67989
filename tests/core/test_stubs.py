"""Stubs are what is left of a solution when its regions are taken out."""

from __future__ import annotations

import ast
from pathlib import Path
from textwrap import dedent

import pytest

from autograder.project import STUBS
from autograder.results import GraderError
from autograder.stubs import BEGIN, END, outdated_stubs, stub_of, write_stubs
from cnnlab.labs import MODULES


def stub(source: str) -> str:
    return stub_of(dedent(source), "solutions/x.py")


def test_the_tree_is_up_to_date() -> None:
    assert outdated_stubs() == []


def test_a_function_raises_its_name() -> None:
    source = '''
        def same_padding(kernel_size: int) -> int:
            """The padding."""
            ### BEGIN SOLUTION
            return kernel_size // 2
            ### END SOLUTION


        def other() -> None: ...
    '''
    assert stub(source) == dedent('''
        def same_padding(kernel_size: int) -> int:
            """The padding."""
            # TODO
            raise NotImplementedError("same_padding")


        def other() -> None: ...
    ''')


def test_a_method_raises_its_qualified_name() -> None:
    source = """
        class BatchNorm2d:
            def __init__(self) -> None:
                super().__init__()
                ### BEGIN SOLUTION
                self.eps = 1
                ### END SOLUTION

            def forward(self, x):
                ### BEGIN SOLUTION
                if x:
                    return x
                ### END SOLUTION
    """
    lines = [line.strip() for line in stub(source).splitlines() if "raise" in line]
    assert lines == [
        'raise NotImplementedError("BatchNorm2d.__init__")',
        'raise NotImplementedError("BatchNorm2d.forward")',
    ]
    ast.parse(stub(source))


def test_a_constant_gets_its_stub_lines() -> None:
    source = """
        CONFIGS: dict[str, int] = {
            ### BEGIN SOLUTION
            ### STUB # TODO: the columns
            ### STUB # of table 1
            "A": 1,
            ### END SOLUTION
        }
    """
    assert stub(source) == dedent("""
        CONFIGS: dict[str, int] = {
            # TODO: the columns
            # of table 1
        }
    """)


def test_a_helper_leaves_no_trace() -> None:
    source = """
        import torch


        ### BEGIN SOLUTION
        ### STUB
        def _helper():
            return 1


        ### END SOLUTION
        def f():
            ### BEGIN SOLUTION
            return _helper()
            ### END SOLUTION
    """
    assert stub(source) == dedent("""
        import torch


        def f():
            # TODO
            raise NotImplementedError("f")
    """)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        ("x = 1\n### BEGIN SOLUTION\n", 2),
        ("### END SOLUTION\n", 1),
        ("### BEGIN SOLUTION\n### BEGIN SOLUTION\n### END SOLUTION\n", 2),
        ("### BEGIN SOLUTION\n### STUB\n### END SOLUTION\n### END SOLUTION\n", 4),
    ],
)
def test_unpaired_markers_are_one_line(source: str, line: int) -> None:
    with pytest.raises(GraderError) as caught:
        stub(source)
    assert str(caught.value).startswith(f"solutions/x.py:{line}: ")
    assert "\n" not in str(caught.value)


def test_missing_and_changed_stubs_are_written_and_others_left(tmp_path: Path) -> None:
    for module in MODULES[2:]:
        (tmp_path / f"{module}.py").write_bytes((STUBS / f"{module}.py").read_bytes())
    (tmp_path / f"{MODULES[1]}.py").write_text("edited by hand", encoding="utf-8")
    stale = [tmp_path / f"{module}.py" for module in MODULES[:2]]
    assert outdated_stubs(tmp_path) == stale
    assert write_stubs(tmp_path) == stale
    assert outdated_stubs(tmp_path) == []


def test_region_outside_a_function_needs_stub_lines() -> None:
    source = f"{BEGIN}\nSECRET = 1\n{END}\n"
    with pytest.raises(GraderError, match=r"lab\.py:1: .*### STUB"):
        stub_of(source, "lab.py")
