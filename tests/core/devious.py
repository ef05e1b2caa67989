"""Ways to a norm's operator that hide it from a reader of the source. Every function uses one."""

import concurrent.futures
import pickle

import torch
import torch.nn.functional as F
from torch import nn

BATCH_NORM = "batch" + "_norm"
LAYER = "Batch" + "Norm2d"
REST = (True, 0.1, 1e-5)


def variables_of_a_module(x, m, v):
    return vars(F)[BATCH_NORM](x, m, v, training=True)


def layer(x, m, v):
    return vars(nn)[LAYER](3)(x)


def layer_in_eval_mode(x, m, v):
    return vars(nn)[LAYER](3).eval()(x)


def forward_of_a_layer(x, m, v):
    return vars(nn)[LAYER].forward(vars(nn)[LAYER](3), x)


def layer_of_more_dimensions(x, m, v):
    return vars(nn)["Batch" + "Norm3d"](3)(x[:, :, None])[:, :, 0]


def lazy_layer(x, m, v):
    return vars(nn)["LazyBatch" + "Norm2d"]()(x)


def operator_packet(x, m, v):
    return getattr(torch.ops.aten, "native_" + BATCH_NORM)(x, None, None, m, v, *REST)[0]


def newer_operator(x, m, v):
    return getattr(torch.ops.aten, f"_native_{BATCH_NORM}_legit")(x, None, None, m, v, *REST)[0]


def binding_below_python(x, m, v):
    functions = torch._C._VariableFunctions
    return getattr(functions, BATCH_NORM)(x, None, None, m, v, *REST, False)


def scripted_layer(x, m, v):
    return torch.jit.script(vars(nn)[LAYER](3))(x)


def traced_layer(x, m, v):
    return torch.jit.trace(vars(nn)[LAYER](3), x)(x)


def text_of_a_script(x, m, v):
    head = "def f(x: Tensor):\n    return torch."
    arguments = "(x, None, None, None, None, True, 0.1, 1e-5, False)\n"
    return torch.jit.CompilationUnit(head + BATCH_NORM + arguments).f(x)


def another_thread(x, m, v):
    with concurrent.futures.ThreadPoolExecutor(1) as executor:
        return executor.submit(vars(nn)[LAYER](3), x).result()


def batching_transform(x, m, v):
    return torch.vmap(lambda a: vars(F)[BATCH_NORM](a, m, v, training=False))(x[None])[0]


def gradient_transform(x, m, v):
    return torch.func.grad(lambda a: vars(F)[BATCH_NORM](a, None, None, training=True).sum())(x)


def checkpoint(x, m, v):
    return torch.utils.checkpoint.checkpoint(vars(nn)[LAYER](3), x, use_reentrant=False)


def instance_norm_of_the_folded_batch(x, m, v):
    return vars(F)["instance" + "_norm"](x.transpose(0, 1)).transpose(0, 1)


def group_norm(x, m, v):
    return vars(F)["group" + "_norm"](x, 3)


def layer_norm_of_channels(x, m, v):
    flat = x.transpose(0, 1).reshape(3, -1)
    return vars(F)["layer" + "_norm"](flat, flat.shape[1:])


def decomposition(x, m, v):
    function = vars(torch._decomp.decompositions)["native_" + BATCH_NORM]
    return function(x, None, None, m, v, *REST)[0]


def reference_written_in_python(x, m, v):
    return vars(torch._refs)["native_" + "layer_norm"](x, (5,), None, None, 1e-5)[0]


def normalised_vectors(x, m, v):
    return vars(F)["norm" + "alize"](x - m[:, None, None], dim=0)


def evaluated_text(x, m, v):
    return eval(f"F.{BATCH_NORM}(x, m, v, training=True)", {"F": F, "x": x, "m": m, "v": v})


def executed_text(x, m, v):
    names = {"x": x}
    exec(f"import torch.nn as n; y = n.{LAYER}(3)(x)", names)
    return names["y"]


def pickled_layer(x, m, v):
    return pickle.loads(b"ctorch.nn\nBatch" + b"Norm2d\n(I3\ntR.")(x)


def swallowed_refusal(x, m, v):
    try:
        vars(nn)[LAYER](3)(x)
    except BaseException:
        return x


def meta_device(x, m, v):
    vars(nn)[LAYER](3).to("meta")(x.to("meta"))
    return x


def kernel_of_another_layout(x, m, v):
    with torch.inference_mode():
        operator = getattr(torch.ops.aten, "native_" + BATCH_NORM)
        return operator(x.clone().to_mkldnn(), v, m, m, v, *REST)[0].to_dense()


def kernel_of_nested_tensors(x, m, v):
    rows, one = x.transpose(0, 1).reshape(3, -1), torch.ones(x.numel() // 3)
    with torch.inference_mode():
        nested = torch.nested.nested_tensor([rows.clone()])
        operator = getattr(torch.ops.aten, "native_layer_" + "norm")
        return operator(nested, one.shape, one, 0 * one, 1e-5)[0].unbind()[0]
