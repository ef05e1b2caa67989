"""Words for what a check did: the calls as a student would type them, in both languages."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from cnnlab.text import Text

Phrase = Callable[[], Text]
"""Words that are put together when somebody wants to read them: most are never shown."""

FEW_ELEMENTS = 6
SEED = "seed_of_noise"
MAX_ITEMS = 20
# Tools that build what a student would type so; that call their argument of this number; and that
# call a method of their first argument.
BUILDERS = {
    "sequential": "nn.Sequential",
    "sharing": "nn.Sequential",
    "torchvision_model": "torchvision.models.get_model",
    "one_pass": "iter",
}
CALLERS = {
    "no_grad": 0,
    "observe": 0,
    "random_devices": 0,
    "unfilled": 0,
    "vjp": 0,
    "vjp_reach": 0,
    "call_on": 1,
    "call_in_dtype": 1,
    "repeat": 1,
}
METHODS = {
    "state_dict": ".state_dict",
    "load_state_dict": ".load_state_dict",
    "logits": ".eval()",
    "logits_by_batch": ".train()",
    "parameters": ".named_parameters",
    "buffers": ".named_buffers",
}
OTHERS = ("batches", "build", "derived", "fit", "loaded", "one_by_one")
SHOWN_TOOLS = frozenset({*BUILDERS, *CALLERS, *METHODS, *OTHERS})


def plain(words: str) -> Text:
    """Words that are the same in both languages."""
    return Text(es=words, en=words)


def joined(*pieces: Text | str) -> Text:
    texts = [plain(piece) if isinstance(piece, str) else piece for piece in pieces]
    return Text(es="".join(text.es for text in texts), en="".join(text.en for text in texts))


def call_text(function: Text, arguments: list[Text], keywords: dict[str, Text]) -> Text:
    """`function(arguments, key=value)`."""
    pieces = arguments + [joined(f"{key}=", value) for key, value in keywords.items()]
    text = joined(function, "(")
    for index, piece in enumerate(pieces):
        text = joined(text, ", " if index else "", piece)
    return joined(text, ")")


def says_something(tool: str) -> bool:
    """Whether a call of this tool is worth showing: it is more than a look at an object."""
    return tool in SHOWN_TOOLS or tool[:1].isupper()


def tool_text(tool: str, arguments: list[Text], keywords: dict[str, Text]) -> Text:
    """A call of one of the worker's tools that say something, as a student would type it."""
    if tool in CALLERS:
        function, *rest = arguments[CALLERS[tool] :]
        inner = function.en.removeprefix("tools.")
        if inner in CALLERS:
            return tool_text(inner, rest, keywords)
        cotangent = keywords.pop("cotangent", plain(""))
        call = call_text(function, rest, keywords)
        return joined(call, ".backward(", cotangent, ")") if tool.startswith("vjp") else call
    if tool in METHODS:
        return call_text(joined(arguments[0], METHODS[tool]), arguments[1:], keywords)
    if tool == "batches":
        return joined("DataLoader(TensorDataset(", arguments[0], ", ", arguments[1], "), …)")
    if tool == "one_by_one":
        return joined("iter(DataLoader(TensorDataset(", arguments[0], ", ", arguments[1], ")))")
    if tool in ("build", "loaded"):
        return plain(arguments[0].en.strip("'"))
    if tool == "fit":
        return joined(arguments[0], Text(" tras entrenar", " after training"))
    if tool == "derived":
        derived = joined('type("Derived", (', arguments[0], ",), {})")
        return call_text(derived, arguments[1:], keywords)
    return call_text(plain(BUILDERS.get(tool, tool)), arguments, keywords)


def value_text(value: object, name: str | None = None) -> Text:
    """A value in short: small tensors in full, larger ones by name and shape."""
    if isinstance(value, Tensor):
        return _tensor_text(value, name)
    if isinstance(value, list | tuple):
        opening, closing = "[]" if isinstance(value, list) else "()"
        text = plain(opening)
        for index, item in enumerate(value[:MAX_ITEMS]):
            text = joined(text, ", " if index else "", value_text(item))
        if len(value) > MAX_ITEMS:
            text = joined(text, ", …")
        return joined(text, "," if isinstance(value, tuple) and len(value) == 1 else "", closing)
    if isinstance(value, dict):
        return Text(es=f"un dict de {len(value)} claves", en=f"a dict of {len(value)} keys")
    words = repr(value)
    return plain(words if len(words) <= 80 else words[:77] + "...")


def _tensor_text(tensor: Tensor, name: str | None) -> Text:
    shape = tuple(tensor.shape)
    kind = "" if tensor.dtype is torch.float32 else f" {_dtype_name(tensor.dtype)}"
    seed = tensor.__dict__.get(SEED)
    if seed is None and tensor.numel() <= FEW_ELEMENTS and not tensor.is_meta:
        numbers = repr(_rounded(tensor.tolist()))
        return plain(f"tensor({numbers}{f', dtype={tensor.dtype}' if kind else ''})")
    label = name or "tensor"
    text = Text(es=f"{label}{kind} de forma {shape}", en=f"{label}{kind} of shape {shape}")
    return text if seed is None else joined(text, Text(f", semilla {seed}", f", seed {seed}"))


def seeded(tensor: Tensor, seed: int) -> Tensor:
    """`tensor`, which `torch.randn` makes after `torch.manual_seed(seed)`, shown by its seed."""
    tensor.__dict__[SEED] = seed
    return tensor


def _dtype_name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _rounded(numbers: object) -> object:
    if isinstance(numbers, list):
        return [_rounded(number) for number in numbers]
    return float(f"{numbers:.6g}") if isinstance(numbers, float) else numbers
