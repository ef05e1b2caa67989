"""Speaking to the test runner: skips, hooks and fixtures that would make a grader look away."""

from tests.attacks.attack import ERROR, LOST, attack

ATTACKS = {
    "pytest_skip": attack(call="import pytest; pytest.skip('later')", everywhere=True),
    "pytest_skip_module": attack(
        "import pytest; pytest.skip('all', allow_module_level=True)", everywhere=True
    ),
    "pytest_xfail": attack(call="import pytest; pytest.xfail('known')", everywhere=True),
    "pytest_exit": attack(call="import pytest; pytest.exit('done', returncode=0)"),
    "unittest_skip": attack(call="import unittest; raise unittest.SkipTest('later')"),
    "hypothesis_assume": attack(
        call="import hypothesis; hypothesis.assume(False)", everywhere=True
    ),
    "hypothesis_reject": attack(call="import hypothesis; hypothesis.reject()"),
    "hypothesis_stop_test": attack(
        call="from hypothesis.errors import StopTest; raise StopTest(0)", everywhere=True
    ),
    "hypothesis_unsatisfied": attack(
        call="from hypothesis.errors import UnsatisfiedAssumption; raise UnsatisfiedAssumption()"
    ),
    "hypothesis_settings": attack(
        "import hypothesis\nhypothesis.settings.register_profile('x', max_examples=1)\n"
        "hypothesis.settings.load_profile('x')"
    ),
    "report_hook": attack(
        "def pytest_runtest_makereport(item, call):\n    call.excinfo = None\n"
        "def pytest_collection_modifyitems(items):\n    items.clear()"
    ),
    "patched_runner": attack(
        """
        import _pytest.runner, _pytest.reports
        _pytest.reports.TestReport.outcome = property(lambda self: "passed", lambda self, v: None)
        _pytest.runner.call_and_report = lambda *a, **k: None
        """
    ),
    "lambdas_named_like_checks": attack("test_ = check = student = tools = lambda *a, **k: None"),
    "exception_named_like_a_pass": attack(
        "class Passed(Exception): pass\nPassed.__module__ = 'hypothesis.errors'",
        "raise Passed('passed')",
    ),
    "exception_named_like_the_graders": attack(
        "class ShrunkEnough(BaseException): pass\n"
        "ShrunkEnough.__module__ = 'autograder.checking.failures'",
        "raise ShrunkEnough()",
    ),
    "exception_whose_text_raises": attack(
        """
        class Silent(Exception):
            def __str__(self): raise KeyboardInterrupt
            __repr__ = __str__
        """,
        "raise Silent",
    ),
    "exception_without_end": attack(
        """
        error = ValueError("a")
        error.__cause__ = error.__context__ = error
        """,
        "raise error",
        ERROR,
    ),
    "exception_group": attack(call="raise BaseExceptionGroup('all', [SystemExit(0)])"),
    "warnings_as_output": attack(
        call="import warnings; warnings.warn('1 passed'); " + "raise OSError"
    ),
    "prints_a_report": attack(
        "print('===== 27 passed in 0.10s =====', flush=True)",
        "import sys; sys.__stdout__.write('PASSED'); sys.__stderr__.write('PASSED'); raise OSError",
        everywhere=True,
    ),
    "writes_to_every_descriptor": attack(
        """
        import os
        for descriptor in (0, 1, 2):
            try: os.write(descriptor, b"27 passed\\n" * 1000)
            except OSError: pass
        """
    ),
    "exception_whose_class_lies": attack(
        """
        class Meta(type):
            def __getattribute__(cls, name):
                if name == "__mro__": return (ValueError, Exception)
                return "ValueError" if name == "__qualname__" else type.__getattribute__(cls, name)
        class Lie(Exception, metaclass=Meta):
            def __str__(self): return "p x input"
        """,
        "raise Lie()",
        ERROR | LOST,
        score=1.0,
    ),
    "exception_whose_text_recurses": attack(
        """
        class Deep(Exception):
            def __str__(self): return str(self)
            __repr__ = __str__
        """,
        "raise Deep()",
    ),
    "syntax_error_at_a_long_place": attack(
        """
        error = SyntaxError("x")
        error.filename, error.lineno = "cnnlab/" + "x" * 10**5 + ".py", "1" * 10**5
        """,
        "raise error",
        score=1.0,
    ),
    # To draw no random numbers on fake tensors is as good as to draw them on the right device.
    "gives_up_on_fake_tensors": attack(call="raise RuntimeError('CUDA')", message="CUDA"),
    "dies_on_fake_tensors": attack(
        call="""
        import os
        if type(x).__name__ == "FakeTensor": os._exit(0)
        raise OSError
        """
    ),
}
