"""What a check is written with.

    @check(points=1.5, target="BatchNorm2d", es="…", en="…")
    @given(x=image_batches())
    def test_running_var_is_unbiased(student, x): ...

`student` stands for the student's module; calling it runs the student's code in a worker and brings
back values. The fixtures `remote_torch` and `tools` stand for the worker's PyTorch and for
`autograder.worker.tools`.
"""

from autograder.checking.check import check
from autograder.checking.compare import (
    assert_close,
    assert_device,
    assert_equal,
    assert_float,
    assert_instance,
    assert_shape,
    assert_that,
    rejects,
)
from autograder.checking.limits import TRAINING, Limit
from autograder.checking.remote import Remote, fake_cuda, later, on_meta, prepare_part

__all__ = [
    "TRAINING",
    "Limit",
    "Remote",
    "assert_close",
    "assert_device",
    "assert_equal",
    "assert_float",
    "assert_instance",
    "assert_shape",
    "assert_that",
    "check",
    "fake_cuda",
    "later",
    "on_meta",
    "prepare_part",
    "rejects",
]
