"""What a worker's tools leave in a network."""

from __future__ import annotations

import torch
from torch import nn

from autograder.worker import tools


def test_a_network_is_built_as_it_is_written_with_layers_that_exist() -> None:
    own = nn.Linear(2, 3)
    network = tools.build("nn.Sequential(nn.Flatten(), nn.Sequential(own))", own=own)
    assert [type(m) for m in network.modules()] == [
        *(nn.Sequential, nn.Flatten, nn.Sequential, nn.Linear)
    ]
    assert network[1][0] is own


def test_a_loaded_network_has_values_and_dtype_of_its_state() -> None:
    state = {"weight": torch.eye(2, dtype=torch.float64), "bias": torch.ones(2).double()}
    layer = tools.loaded("nn.Linear(2, 2)", state)
    assert layer.weight.dtype is torch.float64
    assert layer(torch.tensor([[3.0, 4.0]]).double()).tolist() == [[4.0, 5.0]]


def test_narrow_layers_compute_as_if_they_had_been_made_so() -> None:
    network = nn.Sequential(nn.Conv2d(2, 96, 3), nn.ReLU(), nn.Conv2d(96, 192, 1))
    assert tools.narrow_(network, {96: 4, 192: 5}) is network
    shapes = [tuple(p.shape) for p in network.parameters()]
    assert shapes == [(4, 2, 3, 3), (4,), (5, 4, 1, 1), (5,)]
    tools.fill_by_size_(network, 1)
    same = nn.Sequential(nn.Conv2d(2, 4, 3), nn.ReLU(), nn.Conv2d(4, 5, 1))
    same.load_state_dict(network.state_dict())
    x = torch.ones(1, 2, 4, 4)
    assert torch.equal(network(x), same(x))


def test_fresh_weights_mix_channels_orthogonally_in_the_middle() -> None:
    layer = nn.Conv2d(3, 5, 3)
    tools.initialise_(layer, 0)
    middle = layer.weight[:, :, 1, 1]
    assert torch.allclose(middle.T @ middle, 2 * torch.eye(3), atol=1e-5)
    assert torch.equal(layer.weight.sum((2, 3)), middle)
    assert not layer.bias.any()
    again, other = nn.Conv2d(3, 5, 3), nn.Conv2d(3, 5, 3)
    tools.initialise_(again, 0)
    tools.initialise_(other, 1)
    assert torch.equal(layer.weight, again.weight)
    assert not torch.equal(layer.weight, other.weight)
