"""Forbidden library calls: found however they are named, and never where there are none."""

from __future__ import annotations

import ast
import contextlib
import functools
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from autograder.checking.failures import ForbiddenCall, StudentError
from autograder.checking.forbidden import (
    FORBIDDEN,
    find_forbidden,
    forbidden_operators,
    is_forbidden_name,
)
from autograder.checking.remote import fake_cuda
from autograder.project import SOLUTIONS, STUBS
from autograder.worker import interpreter as interpreter_module
from autograder.worker.interpreter import Interpreter
from autograder.worker.protocol import Load, Raised, Request, Returned
from autograder.worker.witness import ForbiddenOperator, Witness, catalogue
from cnnlab.labs import LABS, MODULES
from tests.conftest import variants
from tests.core.conftest import StartSession

IMPORTS = """import torch
import torch.nn.functional as F
from torch import nn
"""
DROPOUT = FORBIDDEN["dropout"]
LAB_OF_MODULE = {module: lab for lab in LABS.values() for module in lab.modules}


def found_in(body: str, lab: str = "dropout") -> set[str]:
    targets: Iterable[str] = LABS[lab].names
    return set(find_forbidden(IMPORTS + body, FORBIDDEN[lab], targets))


@pytest.mark.parametrize(
    "body",
    [
        "def dropout2d(x): return F.dropout2d(x)",
        "def dropout2d(x): return torch.nn.functional.dropout(x)",
        "def dropout2d(x): return nn.Dropout2d()(x)",
        "def dropout2d(x): return torch.feature_dropout(x, 0.5, True)",
        "def dropout2d(x): return torch.ops.aten.native_dropout(x, 0.5, True)[0]",
        "import torch as t\ndef dropout2d(x): return t.dropout(x, 0.5, True)",
        "import torch.nn as layers\ndef dropout2d(x): return layers.Dropout()(x)",
        "from torch.nn.functional import dropout2d as d\ndef dropout2d(x): return d(x)",
        "def dropout2d(x):\n    from torch.nn import functional\n    return functional.dropout(x)",
        "d = F.dropout2d\ndef dropout2d(x): return d(x)",
        "d: object = F.dropout2d\ndef dropout2d(x): return d(x)",
        "d = e = F.dropout2d\ndef dropout2d(x): return e(x)",
        "lib = nn\npart = lib.functional\ndef dropout2d(x): return part.dropout2d(x)",
        "def dropout2d(x):\n    d = F.dropout2d\n    return d(x)",
        "def dropout2d(x): return getattr(F, 'dropout2d')(x)",
        "def dropout2d(x): return getattr(getattr(torch, 'nn'), 'functional').dropout(x)",
        "def dropout2d(x): return __import__('torch').nn.functional.dropout(x)",
        "import importlib\n"
        "def dropout2d(x): return importlib.import_module('torch.nn.functional').dropout(x)",
        "def helper(x): return F.dropout(x)\ndef dropout2d(x): return helper(x)",
        "def a(x): return F.dropout(x)\ndef b(x): return a(x)\ndef dropout2d(x): return b(x)",
        "def dropout2d(x, function=F.dropout2d): return function(x)",
        "def dropout2d(x): return (lambda y: F.dropout(y))(x)",
        "def deco(f): return F.dropout2d\n@deco\ndef dropout2d(x): pass",
        "@F.dropout2d\ndef dropout2d(x): pass",
        "dropout2d = F.dropout2d",
        "async def dropout2d(x): return F.dropout2d(x)",
    ],
)
def test_calls_are_found_however_they_are_named(body: str) -> None:
    assert found_in(body) == {"dropout2d"}


@pytest.mark.parametrize(
    "body",
    [
        "class Dropout2d(nn.Dropout2d): pass",
        "class Dropout2d(nn.Module):\n    layer = nn.Dropout2d()",
        "class Dropout2d(nn.Module):\n    def __init__(self): self.layer = nn.Dropout2d()",
        "class Base(nn.Dropout2d): pass\nclass Dropout2d(Base): pass",
        "class Mixin:\n    draw = F.dropout2d\nclass Dropout2d(Mixin, nn.Module): pass",
        "from torch.nn import Dropout2d\nclass Dropout2d(Dropout2d): pass",
        "class Dropout2d(nn.Module, metaclass=nn.Dropout): pass",
    ],
)
def test_classes_answer_for_their_bases_and_attributes(body: str) -> None:
    assert found_in(body) == {"Dropout2d"}


@pytest.mark.parametrize(
    "body",
    [
        "",
        "def dropout2d(x: nn.Dropout2d) -> F.dropout2d:\n    y: nn.Dropout = x\n    return y",
        "def dropout2d(x):\n    '''Like nn.Dropout2d.'''\n    return x  # F.dropout",
        "def dropout2d(x): return x\nclass Dropout2d(nn.Module):\n"
        "    def __init__(self): self.dropout = dropout2d\n"
        "    def forward(self, x): return self.dropout(x)",
        "class Dropout2d(nn.Module):\n    def forward(self, dropout): return dropout.dropout(2)",
        "from torch.nn.functional import dropout2d\ndef dropout2d(x): return x\n"
        "class Dropout2d(nn.Module):\n    def forward(self, x): return dropout2d(x)",
        "from .dropout import Dropout as D\ndef dropout2d(x): return D(x)",
        "def unused(x): return F.dropout(x)\ndef dropout2d(x): return x",
        "def dropout2d(x): return x * torch.bernoulli(torch.full(x.shape[:2], 0.5))",
    ],
)
def test_names_that_are_not_calls_are_left_alone(body: str) -> None:
    assert found_in(body) == set()


@pytest.mark.parametrize(
    "source",
    [
        "def dropout2d(:",
        "\0",
        "def dropout2d(x): return " + "x + " * 2500 + "x",
        "import torch\ndef dropout2d(x): return torch" + ".x" * 2500,
        "def dropout2d(x): return " + "(" * 5000,
    ],
    ids=["syntax", "nul", "deep", "long name", "brackets"],
)
def test_strange_sources_are_no_evidence(source: str) -> None:
    assert find_forbidden(source, DROPOUT, ["dropout2d"]) == {}


def test_evidence_names_the_first_line() -> None:
    body = "def dropout2d(x):\n    if x:\n        return F.dropout(x)\n    return nn.Dropout()"
    evidence = find_forbidden(IMPORTS + body, DROPOUT, ["dropout2d"])["dropout2d"]
    assert (evidence.name, evidence.line) == ("torch.nn.functional.dropout", 6)


@pytest.mark.parametrize(
    ("lab", "body", "target"),
    [
        ("batchnorm", "def batch_stats(x): return F.layer_norm(x, (2,))", "batch_stats"),
        ("batchnorm", "class BatchNorm2d(nn.GroupNorm): pass", "BatchNorm2d"),
        ("vgg", "import torchvision\ndef VGG(): return torchvision.models.vgg16()", "VGG"),
        ("resnet", "from torchvision.models import resnet18 as ResNet\nResNet = ResNet", "ResNet"),
        ("conv_arithmetic", "def same_padding(k): return torch.zeros(k).shape[0]", "same_padding"),
    ],
)
def test_every_labs_rule_has_teeth(lab: str, body: str, target: str) -> None:
    assert found_in(body, lab) == {target}


def test_arithmetic_may_mention_torch_without_calling_it() -> None:
    body = "def conv2d_output_shape(s: torch.Size): return isinstance(s, torch.Size)"
    assert found_in(body, "conv_arithmetic") == set()


@pytest.mark.parametrize(
    "name",
    [
        "torch.nn.Module",
        "torch.var_mean",
        "torch.nn.functional.relu",
        "torch.nn.Parameter",
        "torch.linalg.vector_norm",
        "torch.norm",
    ],
)
def test_ordinary_names_are_no_normalisation(name: str) -> None:
    assert not is_forbidden_name(FORBIDDEN["batchnorm"], name)


@pytest.mark.parametrize(
    "path",
    [*SOLUTIONS.glob("*.py"), *STUBS.glob("*.py"), *variants()],
    ids=lambda path: f"{path.parent.name}-{path.stem}",
)
def test_right_code_trips_nothing(path: Path) -> None:
    module = path.stem if path.stem in MODULES else path.parent.name
    lab = LAB_OF_MODULE.get(module)
    if lab is not None and lab.name in FORBIDDEN:
        source = path.read_text(encoding="utf-8")
        assert find_forbidden(source, FORBIDDEN[lab.name], lab.targets[module]) == {}


HIDDEN = (
    IMPORTS
    + """
def dropout2d(x, name):
    return vars(F)[name](x, 0.5)

def dropout_then_fail(x):
    nn.Dropout2d()(x)
    raise ValueError

class Dropout2d(nn.Module):
    def forward(self, x):
        return x.where(torch.rand(2, 3, 1, 1) < 0.5, 0.0)
"""
)


@pytest.mark.parametrize("name", ["dropout2d", "dropout", "feature_alpha_dropout"])
def test_the_witness_hears_what_the_parser_cannot_see(
    start_session: StartSession, name: str
) -> None:
    assert find_forbidden(HIDDEN, DROPOUT, ["dropout2d"]) == {}
    student = start_session(HIDDEN, forbidden_operators("dropout")).root("dropout")
    with pytest.raises(ForbiddenCall, match="dropout"):
        student.dropout2d(torch.ones(2, 3, 1, 1), name)


def test_the_witness_hears_calls_that_end_in_an_exception(start_session: StartSession) -> None:
    student = start_session(HIDDEN, forbidden_operators("dropout")).root("dropout")
    with pytest.raises(ForbiddenCall):
        student.dropout_then_fail(torch.ones(2, 3, 1, 1))


def test_the_witness_lets_other_calls_pass(start_session: StartSession) -> None:
    student = start_session(HIDDEN, forbidden_operators("dropout")).root("dropout")
    assert student.Dropout2d()(torch.ones(2, 3, 4, 4)).shape == (2, 3, 4, 4)


def test_forward_mode_derivatives_work_as_ever(start_session: StartSession) -> None:
    source = IMPORTS + "def rate(x): return torch.func.jvp(torch.square, (x,), (x,))[1]"
    student = start_session(source, forbidden_operators("batchnorm")).root("dropout")
    assert student.rate(torch.tensor([3.0])).tolist() == [18.0]


def test_without_a_rule_nothing_is_forbidden(start_session: StartSession) -> None:
    student = start_session(HIDDEN).root("dropout")
    student.dropout2d(torch.ones(2, 3, 1, 1), "dropout2d")
    with pytest.raises(StudentError):
        student.dropout_then_fail(torch.ones(2, 3, 1, 1))


DEVIOUS = Path(__file__).with_name("devious.py").read_text(encoding="utf-8")
WAYS = [node.name for node in ast.parse(DEVIOUS).body if isinstance(node, ast.FunctionDef)]


@pytest.mark.parametrize("way", WAYS)
def test_every_way_to_the_built_in_layer_is_heard(start_session: StartSession, way: str) -> None:
    student = start_session(DEVIOUS, forbidden_operators("batchnorm")).root("dropout")
    x = torch.arange(120.0).reshape(2, 3, 4, 5)
    with pytest.raises(ForbiddenCall):
        getattr(student, way)(x, torch.zeros(3), torch.ones(3))


RECORDERS = Path(__file__).with_name("recorders.py").read_text(encoding="utf-8")
RECORDINGS = [
    node.name
    for node in ast.parse(RECORDERS).body
    if isinstance(node, ast.FunctionDef) and not node.args.args and node.name != "library"
]


@pytest.mark.parametrize("way", RECORDINGS)
def test_what_an_operator_is_made_of_cannot_be_kept_from_the_import(
    start_session: StartSession, way: str
) -> None:
    source = f"{RECORDERS}\nkept = {way}()\ndef normalise(x): return kept(x)\n"
    x = torch.randn(3, 2, 4, 5)
    expected = (x - x.mean((0, 2, 3), keepdim=True)) / x.std((0, 2, 3), correction=0, keepdim=True)
    free = start_session(source).root("dropout").normalise(x)
    torch.testing.assert_close(free, expected, rtol=1e-3, atol=1e-3)
    student = start_session(source, forbidden_operators("batchnorm")).root("dropout")
    with pytest.raises(ForbiddenCall, match="norm"):
        student.normalise(x)


TAPE = f"""{IMPORTS}
from torch.utils._python_dispatch import TorchDispatchMode

AUTOGRAD, SNAPSHOT = torch._C.DispatchKey.AutogradCPU, torch._C.DispatchKey.PythonTLSSnapshot
ON_CPU = torch._C.DispatchKeySet(AUTOGRAD) | torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)
operator = torch.ops.aten.feature_dropout.default
arguments = (torch.ones(2, 3, 4, 5), 0.5, True)

class Tape(TorchDispatchMode):
    seen = []

    def __torch_dispatch__(self, function, types, arguments=(), keywords=None):
        self.seen.append(function)
        return function(*arguments, **(keywords or {{}}))

def names(): return [function.name() for function in Tape.seen]

with Tape():
    """


SOME_ARGUMENTS: dict[str, Any] = {
    **dict.fromkeys(("int", "SymInt"), 1),
    **dict.fromkeys(("float", "number", "Scalar"), 1.0),
    **{"List[int]": [1, 1], "List[SymInt]": [1, 1]},
    **{"bool": False, "str": "none"},
}


def argument(kind: str, tensor: Tensor) -> Any:
    """Something of a type in an operator's schema; `KeyError` for a rare one."""
    of_tensor = {"Tensor": tensor, "List[Tensor]": [tensor, tensor], "Device": tensor.device}
    return None if kind.startswith("Optional") else {**SOME_ARGUMENTS, **of_tensor}[kind]


def calls(name: str, tensor: Tensor) -> Iterator[Callable[[], object]]:
    """A call of each operator of that name in a namespace of torch's own."""
    for space, overload, _ in catalogue().overloads.get(name, ()):
        operator = getattr(
            getattr(getattr(torch.ops, space), name), overload[len(name) + 1 :] or "default"
        )
        with contextlib.suppress(KeyError):
            given = [a for a in operator._schema.arguments if not a.has_default_value()]
            values = {a.name: argument(str(a.type), tensor) for a in given}
            by_place = [values[a.name] for a in given if not a.kwarg_only]
            by_name = {a.name: values[a.name] for a in given if a.kwarg_only}
            yield functools.partial(operator, *by_place, **by_name)


@pytest.mark.skipif(not hasattr(torch.library, "get_kernel"), reason="needs PyTorch 2.9")
@pytest.mark.parametrize(
    ("lab", "least"), [("conv_arithmetic", 1500), ("dropout", 100), ("batchnorm", 300)]
)
def test_no_forbidden_operator_answers_after_the_start(lab: str, least: int) -> None:
    tensors = [
        torch.ones(2, 2, 4, 4, device=device, requires_grad=needs_gradient)
        for device in ("cpu", "meta")
        for needs_gradient in (False, True)
    ]
    witness = Witness(forbidden_operators(lab))
    witness.start()
    refused = 0
    answered: list[str] = []
    try:
        for name in witness.names:
            for tensor in tensors:
                for is_inference in (False, True):
                    for call in calls(name, tensor):
                        try:
                            with torch.inference_mode(is_inference):
                                call()
                            answered.append(name)
                        except ForbiddenOperator:
                            refused += 1
                        except Exception:  # torch's own, before it comes to the kernel
                            pass
    finally:
        witness.stop()
    assert not answered
    assert refused > least


@pytest.mark.skipif(not hasattr(torch.library, "get_kernel"), reason="needs PyTorch 2.9")
def test_all_that_is_slow_is_done_before_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that a server can do it before it forks a worker."""
    replaced: list[str] = []
    witness = Witness(forbidden_operators("dropout"))
    with monkeypatch.context() as patched:
        patched.setattr(torch.library.Library, "impl", lambda self, *what: replaced.append(what))
        torch.dropout(torch.ones(2), 0.5, train=True)  # as a module may while it is imported
        witness.start()
    try:
        with pytest.raises(ForbiddenOperator, match="dropout"):
            torch.dropout(torch.ones(2), 0.5, train=True)
        assert witness.heard() == ("dropout",)
    finally:
        witness.stop()
    assert not replaced


def test_a_worker_uses_the_witness_of_its_server(
    own_package: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbidden = forbidden_operators("dropout")
    interpreter = Interpreter(witness=Witness(forbidden))
    try:
        with monkeypatch.context() as patched:
            patched.setattr(interpreter_module, "Witness", no_other)
            own, other = (
                interpreter.execute(Request(number, Load({}, names)), bytearray())[0].outcome
                for number, names in enumerate((forbidden, ("conv2d",)))
            )
    finally:
        interpreter.close()
    assert own == Returned(None)
    assert isinstance(other, Raised)
    assert other.message == "another witness"


def no_other(names: Iterable[str]) -> Witness:
    raise AssertionError("another witness")


@pytest.mark.skipif(not hasattr(torch.library, "get_kernel"), reason="needs PyTorch 2.9")
@pytest.mark.parametrize(
    "call",
    [
        "operator.decompose(*arguments)",
        "operator.redispatch(ON_CPU, *arguments)",
        "operator._op_dk(torch._C.DispatchKey.CompositeImplicitAutograd, *arguments)",
        "with torch._C._ExcludeDispatchKeyGuard(torch._C.DispatchKeySet(SNAPSHOT)):\n"
        "        operator(*arguments)",
    ],
)
def test_no_dispatch_key_leads_to_what_an_operator_is_made_of(
    start_session: StartSession, call: str
) -> None:
    free = start_session(TAPE + call).root("dropout").names()
    assert "aten::bernoulli_.float" in free
    student = start_session(TAPE + call, forbidden_operators("dropout")).root("dropout")
    with pytest.raises(ForbiddenCall, match="dropout"):
        student.names()


def test_a_recording_that_is_swallowed_has_recorded_nothing(start_session: StartSession) -> None:
    source = RECORDERS + (
        "\ntry: kept = graph_of_any_shape()\nexcept RuntimeError: kept = None\n"
        "def is_kept(): return kept is not None\n"
    )
    student = start_session(source, forbidden_operators("batchnorm")).root("dropout")
    with pytest.raises(ForbiddenCall):
        student.is_kept()
    assert student.is_kept() is False


def test_a_script_cannot_leave_the_dispatcher(start_session: StartSession) -> None:
    source = IMPORTS + (
        "unit = torch.jit.CompilationUnit('def f(x: Tensor):\\n return torch.layer' + "
        "'_norm(x, [4], None, None, 1e-5, False).clone()\\n')\n"
        "def normalise(x): return torch._C._jit_to_static_module(unit.f.graph)(x)\n"
    )
    x = torch.tensor([[1.0, -1.0, 1.0, -1.0]])
    seen = start_session(source).root("dropout").normalise(x)
    torch.testing.assert_close(seen, x, rtol=1e-4, atol=1e-4)
    student = start_session(source, forbidden_operators("batchnorm")).root("dropout")
    with pytest.raises(StudentError, match="_jit_to_static_module"):
        student.normalise(x)


def test_torch_is_whole_again_when_the_witness_has_gone(start_session: StartSession) -> None:
    session = start_session(HIDDEN, forbidden_operators("batchnorm"))
    session.root("dropout").Dropout2d()(torch.ones(2, 3, 4, 4))
    session.close()
    x = torch.randn(4, 3, 5, 5)
    expected = (x - x.mean((0, 2, 3), keepdim=True)) / x.std((0, 2, 3), correction=0, keepdim=True)
    torch.testing.assert_close(torch.nn.BatchNorm2d(3)(x), expected, rtol=1e-4, atol=1e-4)
    assert torch.nn.functional.normalize(torch.ones(1, 4)).tolist() == [[0.5] * 4]


@pytest.mark.parametrize(
    "trial",
    [
        "nn.BatchNorm2d(3)(x)",
        "nn.BatchNorm2d(3).eval()(x)",
        "nn.BatchNorm2d(3, device='meta')(x.to('meta'))",
        "nn.BatchNorm2d(3)(x.clone().requires_grad_()).sum().backward()",
        "nn.Sequential(nn.InstanceNorm2d(3), nn.GroupNorm(3, 3), nn.LayerNorm(4))(x)",
        "torch.jit.script(nn.BatchNorm2d(3))(x)",
        "torch.jit.trace(nn.BatchNorm2d(3), x)(x)",
        "torch.fx.symbolic_trace(nn.Sequential(nn.BatchNorm2d(3)))(x)",
        "torch.vmap(lambda y: F.batch_norm(y, None, None, training=True))(x[None])",
        "torch.func.jacrev(lambda y: F.batch_norm(y, None, None, training=True))(x)",
        "torch.func.jvp(nn.BatchNorm2d(3, track_running_stats=False), (x,), (x,))",
        "torch.func.functionalize(lambda y: F.layer_norm(y, (4,)))(x)",
        "torch.utils.checkpoint.checkpoint(nn.BatchNorm2d(3), x, use_reentrant=False)",
        "torch.autocast('cpu')(nn.BatchNorm2d(3))(x)",
        "torch.inference_mode()(nn.BatchNorm2d(3))(x)",
        "torch.autograd.gradcheck(nn.InstanceNorm1d(2), x[0, :2, 0].double().requires_grad_())",
        "F.normalize(x, dim=1)",
        "torch.device('cpu').__enter__(); F.normalize(x); torch.set_default_device(None)",
    ],
)
def test_a_module_may_try_the_layer_while_it_is_imported(
    start_session: StartSession, trial: str
) -> None:
    source = f"{IMPORTS}import torch.fx\nx = torch.randn(2, 3, 4, 4)\n{trial}\ndef f(x): return x"
    student = start_session(source, forbidden_operators("batchnorm")).root("dropout")
    assert student.f(2) == 2


def test_a_network_of_torchvision_is_heard(start_session: StartSession) -> None:
    source = "def network(): return __import__('torchvision').__dict__['mod' + 'els'].resnet18()"
    student = start_session(source, forbidden_operators("resnet")).root("dropout")
    with pytest.raises(ForbiddenCall, match="torchvision"):
        student.network()


@pytest.mark.parametrize(
    ("lab", "trial"),
    [
        ("dropout", "nn.Dropout2d()(x.requires_grad_()).sum().backward()"),
        ("dropout", "nn.Sequential(nn.Dropout(), nn.AlphaDropout(), nn.FeatureAlphaDropout())(x)"),
        ("dropout", "torch.vmap(nn.Dropout2d(), randomness='different')(x[None])"),
        ("dropout", "torch.func.grad(lambda y: F.dropout2d(y).sum())(x)"),
        ("dropout", "torch.jit.script(nn.Dropout2d())(x.to('meta'))"),
        ("dropout", "F.dropout2d(x, 0.5, True, True)"),
        ("dropout", "F.dropout2d(x.as_subclass(type('Image', (torch.Tensor,), {})))"),
        ("conv_arithmetic", "nn.Conv2d(3, 4, 3, padding='same')(x).sum().backward()"),
        ("conv_arithmetic", "nn.ConvTranspose2d(3, 4, 3, device='meta')(x.to('meta'))"),
        ("conv_arithmetic", "nn.Sequential(nn.MaxPool2d(2), nn.AdaptiveAvgPool2d(1))(x)"),
        ("conv_arithmetic", "torch.func.grad(lambda y: F.conv2d(y, x).sum())(x)"),
        ("conv_arithmetic", "torch.vmap(nn.Conv2d(3, 4, 3))(x[None])"),
        ("conv_arithmetic", "torch.jit.trace(nn.Conv2d(3, 4, 3), x)(x)"),
        ("conv_arithmetic", "torch.tensor(x.tolist()), torch.rand(2), F.pad(x, (1, 1))"),
    ],
)
def test_a_module_may_try_other_layers_too(
    start_session: StartSession, lab: str, trial: str
) -> None:
    source = f"{IMPORTS}x = torch.randn(2, 3, 4, 4)\n{trial}\ndef f(x): return x"
    student = start_session(source, forbidden_operators(lab)).root("dropout")
    assert student.f(2) == 2


def test_what_is_called_before_the_import_does_not_matter(start_session: StartSession) -> None:
    source = IMPORTS + "expected = nn.BatchNorm2d(3)(torch.ones(2, 3, 4, 4))\ndef f(x): return x"
    session = start_session(source, forbidden_operators("batchnorm"))
    session.root("torch").initial_seed()
    assert session.root("dropout").f(2) == 2


def test_a_module_may_be_imported_on_a_fake_device(start_session: StartSession) -> None:
    source = IMPORTS + "expected = nn.BatchNorm2d(3)(torch.ones(2, 3, 4, 4))\ndef f(x): return x"
    student = start_session(source, forbidden_operators("batchnorm")).root("dropout")
    x = torch.ones(2, 3)
    with fake_cuda(student):
        assert student.f(x).shape == x.shape


NETWORKS = """
import copy, io, torch, torchvision
from torch import nn

networks = vars(torchvision)["mod" + "els"]
x = torch.zeros(1, 3, 32, 32)
"""


@pytest.mark.parametrize(
    "kept",
    [
        "networks.resnet18(num_classes=2).eval()",
        "copy.deepcopy(networks.resnet18(num_classes=2).eval())",
        "networks.resnet18(num_classes=2).conv1",
        "networks.squeezenet1_1(num_classes=2).features",
        "networks.vgg.make_layers([4, 'M'], False)",
        "nn.Sequential(*networks.vgg.make_layers([4, 'M'], False))",
        "torch.jit.script(networks.resnet.BasicBlock(3, 3))",
        "torch.fx.symbolic_trace(networks.resnet.BasicBlock(3, 3))",
    ],
)
def test_a_network_kept_from_the_import_is_heard(start_session: StartSession, kept: str) -> None:
    source = f"{NETWORKS}import torch.fx\nkept = {kept}\nkept(x)\n" + (
        "def copied(x): return copy.deepcopy(kept)(x)\ndef handed_out(): return kept\n"
    )
    student = start_session(source, forbidden_operators("vgg")).root("dropout")
    x = torch.zeros(1, 3, 32, 32)
    with pytest.raises(ForbiddenCall, match="torchvision"):
        student.copied(x)
    network = student.handed_out()
    with pytest.raises(ForbiddenCall, match="torchvision"):
        network(x)


def test_layers_of_torchvision_are_heard(start_session: StartSession) -> None:
    source = NETWORKS + "def layers(): return networks.vgg.make_layers([4, 'M'], False)"
    student = start_session(source, forbidden_operators("vgg")).root("dropout")
    with pytest.raises(ForbiddenCall, match="torchvision"):
        student.layers()


@pytest.mark.parametrize(
    "trial",
    [
        "reference = networks.resnet18(num_classes=2).eval(); reference(x)",
        "reference = networks.squeezenet1_1(num_classes=2); list(reference.state_dict())",
        "torch.save(networks.resnet.BasicBlock(3, 3), io.BytesIO())",
        "torch.jit.script(networks.resnet.BasicBlock(3, 3))(x)",
        "networks.resnet.BasicBlock(3, 4, 1, nn.Sequential(own, nn.ReLU()))",
        "networks.resnet.BasicBlock(3, 4, downsample=own)",
        "own.load_state_dict(networks.vgg.make_layers([4], False)[0].state_dict())",
    ],
)
def test_a_module_may_try_a_network_while_it_is_imported(
    start_session: StartSession, trial: str
) -> None:
    source = f"{NETWORKS}own = nn.Conv2d(3, 4, 3)\n{trial}\ndef f(x): return own(x)"
    student = start_session(source, forbidden_operators("vgg")).root("dropout")
    assert student.f(torch.zeros(1, 3, 8, 8)).shape == (1, 4, 6, 6)


@pytest.mark.parametrize(
    "body",
    [
        "return vars(torch)['em' + 'pty'](n).shape[0]",
        "return vars(nn)['Conv' + '2d'](1, 1, 3, device='meta')(None)",
        "return vars(torch)['ten' + 'sor']([1.0] * n).unfold(0, 2, 1).shape[0]",
        "return vars(torch)['from_' + 'numpy'](numpy.zeros((1, 1, n))).unfold(2, 3, 1).shape[2]",
        "return vars(F)['max_' + 'pool1d'](HELD, 2).shape[-1]",
    ],
)
def test_sizes_read_off_a_tensor_are_heard(start_session: StartSession, body: str) -> None:
    source = f"{IMPORTS}import numpy\nHELD = torch.zeros(1, 1, 8)\ndef size(n):\n    {body}\n"
    student = start_session(source, forbidden_operators("conv_arithmetic")).root("dropout")
    with pytest.raises(ForbiddenCall):
        student.size(8)
