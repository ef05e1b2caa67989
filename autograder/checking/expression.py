"""Words for what a check did: the calls as a student would type them, in both languages."""

from __future__ import annotations

import torch
from torch import Tensor

from cnnlab.text import Text

FEW_ELEMENTS = 6
MAX_ITEMS = 20


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
    if tensor.numel() <= FEW_ELEMENTS and not tensor.is_meta and tensor.dim() <= 2:
        numbers = repr(_rounded(tensor.tolist()))
        return plain(f"tensor({numbers}{f', dtype={tensor.dtype}' if kind else ''})")
    label = name or "tensor"
    return Text(es=f"{label}{kind} de forma {shape}", en=f"{label}{kind} of shape {shape}")


def _dtype_name(dtype: torch.dtype) -> str:
    return str(dtype).removeprefix("torch.")


def _rounded(numbers: object) -> object:
    if isinstance(numbers, list):
        return [_rounded(number) for number in numbers]
    return float(f"{numbers:.6g}") if isinstance(numbers, float) else numbers
