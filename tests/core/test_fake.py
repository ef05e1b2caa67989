from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
import torch
from torch import nn

from autograder.worker import tools
from autograder.worker.fake import FakeMode


@pytest.fixture
def mode() -> Iterator[FakeMode]:
    # In a process of its own: a fork of this one may have threads to miss.
    tried = "from autograder.worker.zygote import fake_cuda_works as works; exit(not works())"
    if subprocess.run([sys.executable, "-c", tried], capture_output=True).returncode:
        pytest.skip("this build of torch ends when a network runs on fake CUDA tensors")
    mode = FakeMode(allow_non_fake_inputs=True)
    with mode:
        yield mode


@pytest.mark.parametrize("dtype", [torch.float32, torch.float16])
@pytest.mark.parametrize("affine", [True, False])
@pytest.mark.parametrize("training", [True, False])
def test_batch_norm_returns_what_the_real_one_does(
    dtype: torch.dtype, affine: bool, training: bool
) -> None:
    def outputs(device: str) -> list[tuple[object, ...]]:
        x = torch.zeros(2, 3, 4, 5, dtype=dtype, device=device)
        x = x.to(memory_format=torch.channels_last)
        weight, mean, variance = (torch.ones(3, dtype=dtype, device=device) for _ in range(3))
        scale = (weight, weight) if affine else (None, None)
        found = torch.native_batch_norm(x, *scale, mean, variance, training, 0.1, 1e-5)
        return [(t.shape, t.dtype, t.device.type) for t in found]

    expected = [(shape, kind, "cuda") for shape, kind, _ in outputs("cpu")]
    with FakeMode():
        assert outputs("cuda") == expected


@pytest.mark.usefixtures("mode")
def test_batch_norm_refuses_a_mix_of_devices() -> None:
    norm = tools.to_fake_cuda(nn.BatchNorm2d(3))
    norm.running_mean = torch.zeros(3)
    with pytest.raises(RuntimeError, match="device"):
        norm(torch.zeros(2, 3, 4, 4, device="cuda"))


@pytest.mark.usefixtures("mode")
def test_a_network_on_fake_cuda_is_as_it_was() -> None:
    network = nn.Sequential(nn.Conv2d(2, 3, 3), nn.BatchNorm2d(3))
    network[0].weight.data = network[0].weight.data.to(memory_format=torch.channels_last)
    network[0].bias.requires_grad_(False)
    network.add_module("again", network[0])
    before = [(p.shape, p.stride(), p.dtype, p.requires_grad) for p in network.parameters()]
    tools.to_fake_cuda(network)
    parameters = list(network.parameters())
    assert [(p.shape, p.stride(), p.dtype, p.requires_grad) for p in parameters] == before
    assert all(isinstance(p, nn.Parameter) for p in parameters)
    assert {t.device.type for t in network.state_dict().values()} == {"cuda"}
    assert network.again.weight is network[0].weight
    assert network[1].num_batches_tracked.dtype == torch.int64
