"""Calls that go along with the next request, and what is seen of that: nothing but their errors."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator

import pytest
import torch

from autograder.checking import rejects
from autograder.checking.failures import EarlierCall, StudentError, WorkerLost
from autograder.checking.limits import CALL
from autograder.checking.remote import Remote, Session, fake_cuda, later
from autograder.results import CheckStatus
from autograder.worker.protocol import Raised
from tests.core.conftest import Grade
from tests.core.in_process import InProcessWorker, ScriptedWorker

SOURCE = """
import torch
from torch import nn

class Dropout2d(nn.Module):
    def __init__(self, p=0.5):
        if p > 1:
            raise ValueError("p must lie in [0, 1]")
        super().__init__()
        self.scale = nn.Parameter(torch.ones(3))

    def train(self, mode=True):
        if mode == "fail":
            raise ValueError("p must lie in [0, 1]")
        return super().train(mode)

    def forward(self, x):
        return x * self.scale

class VGG(Dropout2d):
    pass

class Odd:
    def train(self):
        return None

def dropout2d(x, p=0.5):
    raise ValueError("p must lie in [0, 1]")

def drawn():
    return torch.rand(2)
"""


@pytest.fixture
def worker(own_package: None) -> InProcessWorker:
    return InProcessWorker()


@pytest.fixture
def session(worker: InProcessWorker) -> Iterator[Session]:
    session = Session(lambda: worker, {"dropout": SOURCE})
    session.begin_check(0, CALL)
    yield session
    session.close()


@pytest.fixture
def student(session: Session) -> Remote:
    return session.root("dropout")


def test_calls_go_along_with_the_next_request(worker: InProcessWorker, student: Remote) -> None:
    layer = student.Dropout2d().train().double().eval()
    assert len(worker.requests) == 2  # the sources, and the layer
    assert layer(torch.ones(1, 3)).dtype is torch.float64
    assert len(worker.requests) == 3
    assert layer.training is False


def test_their_tensors_go_along_too(session: Session) -> None:
    tools = session.root("tools")
    state = {"weight": torch.tensor([[2.0, 3.0]]), "bias": torch.tensor([1.0])}
    linear = tools.loaded("nn.Linear(2, 1)", state)
    other = tools.loaded("nn.Linear(2, 1)", {**state, "bias": torch.tensor([5.0])})
    x = torch.tensor([[1.0, 10.0]])
    assert linear(x).item() == 33.0
    assert other(x).item() == 37.0


def test_they_are_made_in_order_after_the_seed(session: Session, student: Remote) -> None:
    expected = torch.Generator().manual_seed(7)
    session.begin_check(7, CALL)
    layer = session.root("torch").nn.Linear(2, 2, bias=False)
    first = torch.empty(2, 2).uniform_(-(0.5**0.5), 0.5**0.5, generator=expected)
    assert torch.allclose(session.root("tools").parameters(layer)["weight"], first)
    session.root("tools").seed_torch(1)
    assert torch.equal(student.drawn(), torch.rand(2, generator=expected.manual_seed(1)))


def test_classes_are_asked_for_where_they_matter(student: Remote) -> None:
    assert student.Dropout2d().train().types[0] == "cnnlab.dropout.Dropout2d"
    assert student.Odd().train().types == ("builtins.NoneType", "builtins.object")


def test_objects_are_released_though_their_calls_still_wait(
    worker: InProcessWorker, student: Remote
) -> None:
    layer = student.Dropout2d()
    for _ in range(3):
        layer.train()
    for _ in range(2):  # the last of them is remembered until the next answer
        layer(torch.ones(1, 3))
        gc.collect()
    layer(torch.ones(1, 3))
    assert sum(number < 0 for number in worker.interpreter._objects) == 0


def test_an_error_is_that_of_the_call_that_was_put_off(session: Session, student: Remote) -> None:
    layer = student.Dropout2d()
    layer.train("fail")
    layer.eval()
    before = session.requests_of_example
    with pytest.raises(EarlierCall, match="p must lie"), rejects("p"):
        student.dropout2d(1)
    assert session.last_call is not None
    assert session.last_call.en == "Dropout2d().train('fail')"
    assert session.requests_of_example == before - 1
    assert layer(torch.ones(1, 3)).shape == (1, 3)  # nothing of it comes again


def test_an_error_of_the_request_itself_is_its_own(student: Remote) -> None:
    student.Dropout2d().train()
    with pytest.raises(StudentError), rejects("q"):
        student.missing()
    with rejects("p"):
        student.dropout2d(1)


def test_a_new_example_begins_with_nothing_of_the_last(session: Session, student: Remote) -> None:
    student.Dropout2d().train("fail")
    session.begin_example({}, 1)
    assert student.Dropout2d().training is True


def test_nothing_waits_on_fake_cuda(worker: InProcessWorker, student: Remote) -> None:
    layer = student.Dropout2d()
    with fake_cuda(student):
        layer.train()
    assert len(worker.requests) == 3


def test_students_code_waits_where_a_check_says_so(
    worker: InProcessWorker, student: Remote
) -> None:
    layer = later(student.Dropout2d)(0.5).train()
    later(layer)(torch.zeros(1, 3))
    assert worker.requests == []
    assert torch.equal(layer(torch.ones(1, 3)), torch.ones(1, 3))
    assert len(worker.requests) == 2  # the sources, and all of it
    assert later(student.drawn)().types[0] == "torch.Tensor"


def test_a_class_in_capitals_is_no_constant(worker: InProcessWorker, student: Remote) -> None:
    assert later(student.VGG)(0.5).training is True
    assert len(worker.requests) == 2


def test_an_error_of_students_code_that_waits_is_not_the_one_expected(
    session: Session, student: Remote
) -> None:
    layer = later(student.Dropout2d)(p=2).eval()
    with pytest.raises(EarlierCall, match="p must lie"), rejects("p"):
        layer(torch.ones(1, 3))
    assert session.last_call is not None
    assert session.last_call.en == "Dropout2d(p=2)"


def look_at_weights(session: Session) -> None:
    later(session.root("dropout").dropout2d)(1, p=0.25)
    session.root("tools").state_dict(session.root("torch").nn.Linear(2, 1))


def call_a_layer(session: Session) -> None:
    later(session.root("dropout").Dropout2d)(0.25)(1)


@pytest.mark.parametrize(
    ("use", "told"),
    [(look_at_weights, "dropout2d(1, p=0.25)"), (call_a_layer, "Dropout2d(0.25)(1)")],
)
def test_students_code_that_may_have_lost_a_worker_is_told(
    own_package: None, use: Callable[[Session], None], told: str
) -> None:
    session = Session(lambda: InProcessWorker(dies_at=2), {"dropout": SOURCE})
    session.begin_check(0, CALL)
    with pytest.raises(WorkerLost):
        use(session)
    session.close()
    assert session.last_call is not None
    assert session.last_call.en == told


def test_each_of_the_students_calls_in_a_message_has_its_time(
    session: Session, worker: InProcessWorker, student: Remote
) -> None:
    layer = later(student.Dropout2d)()
    later(layer.train())(torch.zeros(1, 3))
    layer(torch.ones(1, 3))
    layer(torch.ones(1, 3))
    assert [limit.cpu / CALL.cpu for limit in worker.limits] == [1, 3, 1]


@pytest.mark.parametrize("earlier", [0, 1, -1, 10**9])
def test_a_worker_that_names_no_such_call_is_ended(earlier: int) -> None:
    answer = Raised(("ValueError",), "", None, earlier=earlier), bytearray()
    session = Session(lambda: ScriptedWorker(lambda: answer), {"dropout": ""})
    with pytest.raises(WorkerLost) as lost:
        session.root("dropout").f()
    assert lost.value.status is CheckStatus.CRASHED


ENDS_WITH = """
@check(points=10, target="dropout2d", es="acaba bien", en="it ends well"{more})
def test_end(student):
    layer = student.Dropout2d()
    layer(layer.scale)
    layer.train("fail")
"""


@pytest.mark.parametrize("more", ["", ', parts={"drawn": "library_average.LibraryAverage"}'])
def test_a_check_ends_when_all_its_calls_are_made(grade: Grade, more: str) -> None:
    (check,) = grade(ENDS_WITH.format(more=more), SOURCE).checks
    assert check.status is CheckStatus.ERROR
    assert check.counterexample is not None
    assert check.counterexample.en == "Dropout2d().train('fail')"
    assert check.message is not None
    assert "ValueError: p must lie in [0, 1]" in check.message.en
