"""What a check can do with the student's objects, and how it reads when a student sees it."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest
import torch

from autograder.checking.compare import assert_device
from autograder.checking.failures import EarlierCall, Mismatch, StudentError, WorkerLost
from autograder.checking.limits import CALL
from autograder.checking.local import LocalWorker
from autograder.checking.remote import Remote, Session, fake_cuda
from autograder.checking.strategies import noise
from autograder.results import CheckStatus
from autograder.worker.protocol import Raised, Returned, Root, TensorValue
from tests.core.conftest import StartSession
from tests.core.in_process import InProcessWorker, ScriptedWorker

SOURCE = """
import torch
from torch import nn

RATE = 0.5
TABLE = {"A": (64, "M"), "B": [1, None]}
kept = torch.ones(3)

class Dropout2d(nn.Module):
    def __init__(self, p=0.5):
        super().__init__()
        self.p = p
        self.scale = nn.Parameter(torch.ones(3))

    def forward(self, x):
        return x * self.scale

def dropout2d(x, p=0.5):
    return x * 2

def layers():
    return nn.ModuleList([nn.ReLU(), nn.Flatten()])

def fail():
    raise ValueError("p must lie in [0, 1]")

def todo():
    raise NotImplementedError("todo")

def left_behind(x):
    return x + kept

def moved(x):
    return x + kept.to(x.device)

def reads_a_value(x):
    return x * float(x.mean())

def switch_everything():
    torch.set_default_dtype(torch.float64)
    torch.set_default_device("meta")
    torch.set_grad_enabled(False)
"""


@pytest.fixture
def session(start_session: StartSession) -> Iterator[Session]:
    session = start_session(SOURCE)
    session.begin_check(0, CALL)
    yield session
    session.close()


@pytest.fixture
def student(session: Session) -> Remote:
    return session.root("dropout")


def last_call(session: Session) -> tuple[str, str]:
    assert session.last_call is not None
    return session.last_call.es, session.last_call.en


def test_attributes_and_calls_bring_back_values(student: Remote) -> None:
    assert student.RATE == 0.5
    assert student.TABLE == {"A": (64, "M"), "B": [1, None]}
    assert torch.equal(student.dropout2d(torch.ones(2)), torch.full((2,), 2.0))
    assert student.Dropout2d(p=0.25).p == 0.25


def test_objects_stay_behind_and_tell_their_classes(student: Remote) -> None:
    layer = student.Dropout2d()
    assert isinstance(layer, Remote)
    assert layer.types[0] == "cnnlab.dropout.Dropout2d"
    assert "torch.nn.modules.module.Module" in layer.types
    assert torch.equal(layer(torch.ones(2, 3)), torch.ones(2, 3))


def test_indexing_iteration_and_length(student: Remote) -> None:
    layers = student.layers()
    assert len(layers) == 2
    assert layers[1].types[0].endswith("Flatten")
    assert [layer.types[0].rsplit(".", 1)[1] for layer in layers] == ["ReLU", "Flatten"]


def test_attributes_can_be_set(student: Remote) -> None:
    layer = student.Dropout2d()
    layer.p = 0.75
    assert layer.p == 0.75


def test_objects_can_be_arguments(session: Session, student: Remote) -> None:
    layer = student.Dropout2d()
    assert list(session.root("tools").parameters(layer)) == ["scale"]


def test_what_is_passed_is_a_copy(session: Session, student: Remote) -> None:
    x = torch.ones(2)
    session.root("torch").relu_(x.neg())
    session.root("tools").observe(session.root("torch").zero_, x)
    assert torch.equal(x, torch.ones(2))


def test_calls_in_words_can_be_typed_again(session: Session, student: Remote) -> None:
    student.Dropout2d(p=0.25).train()(torch.ones(1))
    words = "Dropout2d(p=0.25).train()(tensor([1.0]))"
    assert last_call(session) == (words, words)
    student.layers()[1].forward(torch.ones(1, 2, dtype=torch.float64))
    words = "layers()[1].forward(tensor([[1.0, 1.0]], dtype=torch.float64))"
    assert last_call(session) == (words, words)
    session.root("torch").flatten(torch.zeros(2), 0, end_dim=-1)
    assert last_call(session)[0] == "torch.flatten(tensor([0.0, 0.0]), 0, end_dim=-1)"


def test_large_tensors_are_named_by_their_shape(session: Session, student: Remote) -> None:
    x, y = torch.ones(2, 3, 4), torch.ones(9, dtype=torch.float64)
    session.begin_example({"x": x}, 0)
    student.dropout2d(x)
    es, en = last_call(session)
    assert (es, en) == ("dropout2d(x de forma (2, 3, 4))", "dropout2d(x of shape (2, 3, 4))")
    student.dropout2d(y)
    assert last_call(session)[1] == "dropout2d(tensor float64 of shape (9,))"


def test_a_seeded_tensor_is_shown_by_its_seed(session: Session, student: Remote) -> None:
    x = noise(1, 2, seed=7)
    session.begin_example({"x": x}, 0)
    student.dropout2d(x)
    assert last_call(session)[0] == "dropout2d(x float64 de forma (1, 2), semilla 7)"
    torch.manual_seed(7)
    assert torch.equal(torch.randn(1, 2, dtype=torch.float64), x)


def test_tools_are_shown_as_what_they_do(session: Session) -> None:
    tools, nn = session.root("tools"), session.root("torch").nn
    network = tools.sequential(nn.Flatten(), nn.Linear(2, 1))
    x = torch.zeros(1, 2)
    tools.vjp(network, x, cotangent=torch.ones(1, 1))
    words = "nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(2, 1))"
    x_words, one = "tensor([[0.0, 0.0]])", "tensor([[1.0]])"
    assert last_call(session)[0] == f"{words}({x_words}).backward({one})"
    tools.training_modes(network)  # only looks
    assert last_call(session)[0] == f"{words}({x_words}).backward({one})"
    sgd = session.root("torch").optim.SGD
    tools.fit(network, x, torch.zeros(1, dtype=torch.long), sgd, epochs=1, batch_size=1, lr=0.1)
    assert last_call(session) == (f"{words} tras entrenar", f"{words} after training")
    tools.observe(tools.build("nn.Linear(2, 1)"), x)
    assert last_call(session)[0] == f"nn.Linear(2, 1)({x_words})"


def test_several_calls_go_in_one_message(session: Session, student: Remote) -> None:
    tools, layer = session.root("tools"), student.Dropout2d()
    before = session.requests_of_example
    doubled, modes, _ = tools.several(
        (student.dropout2d, torch.ones(2)), (tools.training_modes, layer), (layer.eval,)
    )
    assert session.requests_of_example == before + 1
    assert doubled.tolist() == [2, 2]
    assert modes == {"": True}
    assert tools.training_modes(layer) == {"": False}
    with pytest.raises(StudentError, match="p must lie"):
        tools.several((layer.train,), (student.fail,), (layer.eval,))
    assert tools.training_modes(layer) == {"": True}


def test_a_network_comes_with_its_weights(session: Session) -> None:
    tools = session.root("tools")
    layers = (("Linear", 2, 1, False), ("Dropout", 0.5))
    network = tools.with_state({"0.weight": torch.tensor([[2.0, 3.0]])}, tools.network, *layers)
    assert network(torch.tensor([[1.0, 10.0]])).tolist() == [[32.0]]  # in eval mode
    tools.with_state({"0.weight": torch.ones(1, 3)}, tools.network, *layers)
    with pytest.raises(EarlierCall, match="size mismatch"):
        session.flush()


def test_long_lists_are_cut_in_words(session: Session, student: Remote) -> None:
    session.root("torch").tensor(list(range(10_000)))
    assert last_call(session)[1].endswith("18, 19, …])")


def test_exceptions_arrive_with_type_message_and_line(student: Remote) -> None:
    with pytest.raises(StudentError) as caught:
        student.fail()
    raised = caught.value.raised
    assert raised.types == ("ValueError", "Exception", "BaseException")
    assert raised.message == "p must lie in [0, 1]"
    line = SOURCE.splitlines().index('    raise ValueError("p must lie in [0, 1]")') + 1
    assert raised.place == f"cnnlab/dropout.py:{line}"


def test_unwritten_and_missing_names_are_told_apart(student: Remote) -> None:
    with pytest.raises(StudentError) as unwritten:
        student.todo()
    with pytest.raises(StudentError) as missing:
        student.nothing()
    assert unwritten.value.is_missing
    assert not missing.value.is_missing
    assert missing.value.is_import_failure


@pytest.mark.parametrize("source", ["def f(:\n", "import cnnlab.vgg\n", "from cnnlab import vgg\n"])
def test_modules_that_cannot_be_imported_say_so(start_session: StartSession, source: str) -> None:
    with pytest.raises(StudentError) as caught:
        _ = start_session(source).root("dropout").dropout2d()
    assert caught.value.is_import_failure


def test_fake_cuda_catches_a_tensor_left_on_the_cpu(student: Remote) -> None:
    with pytest.raises(Mismatch, match="left on the CPU"), fake_cuda(student):
        student.left_behind(torch.ones(2, 3))


def test_fake_cuda_takes_right_code(student: Remote) -> None:
    is_through = False
    with fake_cuda(student):
        assert_device(student.moved(torch.ones(2, 3)), "cuda")
        is_through = True
    assert is_through


def test_fake_cuda_passes_over_what_it_cannot_run(student: Remote) -> None:
    with fake_cuda(student):
        student.reads_a_value(torch.ones(3))
        pytest.fail("a fake tensor has no value")
    assert torch.equal(student.reads_a_value(torch.ones(3)), torch.ones(3))


def test_fake_cuda_does_not_excuse_other_errors(student: Remote) -> None:
    with pytest.raises(StudentError, match="p must lie"), fake_cuda(student):
        student.fail()


def test_meta_goes_in_and_out(student: Remote) -> None:
    result = student.dropout2d(torch.empty(2, 2**30, device="meta"))
    assert_device(result, "meta")
    assert result.shape == (2, 2**30)


def test_objects_are_released_with_their_stand_ins(own_package: None) -> None:
    worker = InProcessWorker()
    session = Session(lambda: worker, {"dropout": SOURCE})
    layer = session.root("dropout").Dropout2d()
    number = layer._target.number
    assert number in worker.interpreter._objects
    del layer
    session.begin_example({}, 0)  # forgets the last value
    gc.collect()
    assert session.root("dropout").RATE == 0.5
    assert number in worker.requests[-1].released
    assert number not in worker.interpreter._objects


@pytest.mark.parametrize("status", [CheckStatus.CRASHED, CheckStatus.TIMEOUT])
def test_a_lost_worker_is_replaced_and_its_objects_are_gone(
    own_package: None, status: CheckStatus
) -> None:
    workers = iter([InProcessWorker(dies_at=3, status=status), InProcessWorker()])
    session = Session(lambda: next(workers), {"dropout": SOURCE})
    student = session.root("dropout")
    stale = student.Dropout2d()
    with pytest.raises(WorkerLost):
        _ = student.RATE
    fresh = student.Dropout2d(p=0.25)
    uses = (lambda: stale.p, lambda: stale(torch.ones(3)), lambda: student.dropout2d(stale))
    for use in uses:
        with pytest.raises(WorkerLost, match="it ended") as lost:
            use()
        assert lost.value.status is status
    del stale
    assert fresh.p == 0.25


def test_switches_are_put_back_before_each_check(session: Session, student: Remote) -> None:
    student.switch_everything()
    session.begin_check(1, CALL)
    torch_there = session.root("torch")
    assert torch_there.get_default_dtype() is torch.float32
    assert torch_there.get_default_device() == torch.device("cpu")
    assert torch_there.is_grad_enabled() is True


def test_each_check_starts_from_its_own_seed(session: Session) -> None:
    def drawn(seed: int) -> torch.Tensor:
        session.begin_check(seed, CALL)
        return session.root("torch").rand(4)  # type: ignore[no-any-return]

    assert torch.equal(drawn(3), drawn(3))
    assert not torch.equal(drawn(3), drawn(4))


def test_a_stand_in_starts_from_the_checks_seed_too() -> None:
    source = "import torch\ndef dropout2d(): return torch.rand(4)"

    def drawn() -> torch.Tensor:
        session = Session(lambda: LocalWorker({"dropout": source}), {"dropout": source})
        session.begin_check(3, CALL)
        return session.root("dropout").dropout2d()  # type: ignore[no-any-return]

    assert torch.equal(drawn(), drawn())


def tensor_outside_its_message() -> tuple[Returned, bytearray]:
    value = TensorValue("Tensor", "float32", (4,), (1,), "cpu", False, 0)
    return Returned(value), bytearray(8)


@pytest.mark.parametrize(
    "answer", [tensor_outside_its_message, lambda: (Returned(Root("torch")), bytearray())]
)
def test_a_worker_that_breaks_the_protocol_is_ended(answer: object) -> None:
    worker = ScriptedWorker(answer)  # type: ignore[arg-type]
    session = Session(lambda: worker, {"dropout": ""})
    with pytest.raises(WorkerLost) as caught:
        _ = session.root("dropout").anything()
    assert caught.value.status is CheckStatus.CRASHED
    assert worker.is_closed


def test_an_exception_without_types_is_still_an_exception() -> None:
    worker = ScriptedWorker(lambda: (Raised((), "", None), bytearray()))
    with pytest.raises(StudentError):
        _ = Session(lambda: worker, {}).root("dropout").anything()
