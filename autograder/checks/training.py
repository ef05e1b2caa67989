"""Hidden checks of `cnnlab.training`.

An epoch is taken in the worker and, by the formulas, in the grader: weights and loss must agree.
The accuracy is counted from logits that the grader knows. Last, a small network, or VGG-16 on a
GPU, learns to tell gratings apart through `train_one_epoch`.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.checking import (
    TRAINING,
    assert_close,
    assert_equal,
    assert_float,
    assert_shape,
    assert_that,
    check,
    later,
    on_meta,
)
from autograder.checking.failures import Mismatch
from autograder.checking.images import accuracy, data_seed, hidden_images, is_gpu
from autograder.checking.strategies import noise, seeds
from autograder.worker.tools import build, fill_
from cnnlab.text import Text

Batch = tuple[Tensor, Tensor]

CLASSES = 3
IMAGE = (2, 1, 3)
FEATURES = 6
SMALL_NETWORK = (
    "nn.Sequential(nn.Conv2d(1, 8, 5), nn.BatchNorm2d(8), nn.ReLU(), nn.AdaptiveAvgPool2d(1), "
    "nn.Flatten(), nn.Linear(8, 2))"
)
MANY = 104  # batches of one image: some code stops after the first 10 or 100


def labelled_images(count: int, seed: int) -> Batch:
    """`count` images of noise and their labels, drawn alike."""
    generator = torch.Generator().manual_seed(seed)
    return noise(count, *IMAGE, seed=seed), torch.randint(CLASSES, (count,), generator=generator)


def split(images: Tensor, labels: Tensor, batch_size: int) -> list[Batch]:
    return list(zip(images.split(batch_size), labels.split(batch_size), strict=True))


LINEAR_CLASSIFIER = f"nn.Sequential(nn.Flatten(), nn.Linear({FEATURES}, {CLASSES}))"


def linear_classifier(seed: int, dtype: torch.dtype = torch.float64) -> nn.Sequential:
    model: nn.Sequential = build(LINEAR_CLASSIFIER).to(dtype)
    fill_(model, seed)
    return model


def in_worker(tools: Any, oracle: nn.Sequential) -> Any:
    """The worker's copy of a `linear_classifier`."""
    return tools.loaded(LINEAR_CLASSIFIER, dict(oracle.state_dict()))


def normalised_classifier(dropout: float = 0.0) -> str:
    """Layers whose train mode differs from their eval mode, some of them nested."""
    inner = f"nn.Sequential(nn.BatchNorm1d({FEATURES}), nn.Dropout({dropout}))"
    return f"nn.Sequential(nn.Flatten(), {inner}, nn.Linear({FEATURES}, {CLASSES})).double()"


def take_epoch(model: nn.Module, batches: list[Batch], optimizer: torch.optim.Optimizer) -> None:
    """The epoch as the contract has it."""
    for images, labels in batches:
        optimizer.zero_grad()
        F.cross_entropy(model(images), labels).backward()
        optimizer.step()


def seed_of(remote_torch: Any) -> int:
    seed: int = remote_torch.initial_seed()
    return seed


def assert_moves_batches(tools: Any, model: Any, run: Callable[[], object]) -> None:
    """`run` takes one batch of the CPU through `model`, which is on `meta`."""
    log = tools.log_forwards(model)
    try:
        with on_meta():
            run()
    except Mismatch:
        left = "labels" if log.calls else "images"
        assert_that(
            False,
            es=f"El modelo está en device y tu código dejó {left} en la CPU.",
            en=f"The model is on device, and your code left {left} on the CPU.",
            seen=left,
        )
    assert_equal(sorted({call["device"] for call in log.calls}), ["meta"], "device")


def assert_modes(seen: list[dict[str, bool]], expected: list[dict[str, bool]], when: Text) -> None:
    """Every module in its mode, case by case; the root's name is empty."""
    wrong = [
        (name or "model", mode)
        for case, wanted in zip(seen, expected, strict=True)
        for name, mode in case.items()
        if mode != wanted.get(name)
    ]
    name, mode = wrong[0] if wrong else ("", False)
    word = "train" if mode else "eval"
    assert_that(
        not wrong,
        es=f"{when.es}, el módulo {name} está en modo {word}.",
        en=f"{when.en}, the module {name} is in {word} mode.",
        seen=seen,
    )


def assert_same_parameters(tools: Any, model: Any, oracle: nn.Module) -> None:
    seen = tools.parameters(model)
    for name, parameter in oracle.named_parameters():
        assert_close(seen[name], parameter.detach(), name)


# train_one_epoch


@check(
    points=0.45,
    target="train_one_epoch",
    covers=(
        "epoch-cross-entropy",
        "epoch-mean-loss",
        "epoch-precision",
    ),
    es="un paso desciende por el gradiente de la entropía cruzada media del lote",
    en="a step descends the gradient of the batch's mean cross-entropy",
)
@example(count=2, dtype=torch.float64, factor=1.0, seed=0)
@example(count=3, dtype=torch.float64, factor=100.0, seed=0)
@example(count=3, dtype=torch.float32, factor=1.0, seed=0)
@given(
    count=st.integers(1, 6),
    dtype=st.sampled_from((torch.float64, torch.float32)),
    factor=st.sampled_from((1.0, 100.0)),
    seed=seeds(),
)
@settings(max_examples=1)
def test_step_descends_the_mean_loss(
    student: Any,
    remote_torch: Any,
    tools: Any,
    count: int,
    dtype: torch.dtype,
    factor: float,
    seed: int,
) -> None:
    images, labels = labelled_images(count, seed)
    oracle = linear_classifier(seed, dtype)
    model = in_worker(tools, oracle)
    # Large images make gradients that would be clipped.
    batches = [((factor * images).to(dtype), labels)]
    optimizer = remote_torch.optim.SGD(model.parameters(), lr=0.3)
    later(student.train_one_epoch)(model, batches, optimizer)
    take_epoch(oracle, batches, torch.optim.SGD(oracle.parameters(), lr=0.3))
    assert_same_parameters(tools, model, oracle)


@check(
    points=0.4,
    target="train_one_epoch",
    covers=(
        "epoch-zeroed-gradients",
        "epoch-step-each",
        "epoch-one-pass",
    ),
    es="cada lote da un paso, solo con su propio gradiente",
    en="each batch makes one step, by its own gradient alone",
)
@example(count=3, batch_size=1, seed=0)
@example(count=5, batch_size=2, seed=0)
@given(count=st.integers(3, 9), batch_size=st.integers(1, 4), seed=seeds())
@settings(max_examples=1)
def test_every_batch_makes_a_step_of_its_own(
    student: Any, remote_torch: Any, tools: Any, count: int, batch_size: int, seed: int
) -> None:
    oracle = linear_classifier(seed)
    model = in_worker(tools, oracle)
    tools.fill_gradients_(model, 10.0)
    batches = split(*labelled_images(count, seed), batch_size)
    optimizer = remote_torch.optim.SGD(model.parameters(), lr=0.2, momentum=0.5)
    later(student.train_one_epoch)(model, batches, optimizer)
    take_epoch(oracle, batches, torch.optim.SGD(oracle.parameters(), lr=0.2, momentum=0.5))
    assert_same_parameters(tools, model, oracle)


@check(
    points=0.4,
    target="train_one_epoch",
    covers=(
        "epoch-returned-mean",
        "epoch-float",
    ),
    es="devuelve, como float, la pérdida media por ejemplo: un último lote corto pesa menos",
    en="it returns, as a float, the mean loss per example: a short last batch weighs less",
)
@example(count=3, batch_size=2, seed=0)
@given(count=st.integers(1, 9), batch_size=st.integers(1, 5), seed=seeds())
@settings(max_examples=1)
def test_loss_is_the_mean_over_examples(
    student: Any, remote_torch: Any, tools: Any, count: int, batch_size: int, seed: int
) -> None:
    oracle = linear_classifier(seed)
    model = in_worker(tools, oracle)
    images, labels = labelled_images(count, seed)
    # At a learning rate of 0 the steps, right or wrong, do not change the loss.
    optimizer = remote_torch.optim.SGD(model.parameters(), lr=0.0)
    loss = student.train_one_epoch(model, split(images, labels, batch_size), optimizer)
    assert_float(loss, F.cross_entropy(oracle(images), labels).item())


@check(
    points=0.1,
    target="train_one_epoch",
    covers=("epoch-loss-of-step",),
    es="la pérdida es la de cada lote al dar su paso, no la de después",
    en="the loss is that of each batch at its step, not the one afterwards",
)
def test_loss_is_that_of_the_step(student: Any, remote_torch: Any, tools: Any) -> None:
    oracle = linear_classifier(0)
    model = in_worker(tools, oracle)
    images, labels = labelled_images(5, 0)
    optimizer = remote_torch.optim.SGD(model.parameters(), lr=1.0)
    loss = student.train_one_epoch(model, loader=[(images, labels)], optimizer=optimizer)
    assert_float(loss, F.cross_entropy(oracle(images), labels).item())


@check(
    points=0.3,
    target="train_one_epoch",
    covers=("epoch-train-mode",),
    es="el modelo entrena en modo train, con todos sus módulos, aunque llegue en modo eval",
    en="the model trains in train mode, with all of its modules, even if it comes in eval mode",
)
def test_model_trains_in_train_mode(student: Any, remote_torch: Any, tools: Any) -> None:
    batches = split(*labelled_images(6, 0), 3)
    built, sgd = tools.build(normalised_classifier()), remote_torch.optim.SGD
    cases = ((True, True), (False, False), (True, False))
    models = tools.copies(built, len(cases))
    for model, (root, nested) in zip(models, cases, strict=True):
        model.train(root)[1].train(nested)
        log = tools.log_forwards(model)
        later(student.train_one_epoch)(model, batches, sgd(model.parameters(), lr=0.1))
        modes = [call["modes"] for call in log.calls]
        wanted = [dict.fromkeys(mode, True) for mode in modes]
        assert_modes(modes, wanted, Text(es="Durante la época", en="During the epoch"))
        assert_equal(tools.buffers(model)["1.0.num_batches_tracked"], torch.tensor(2))


@check(
    points=0.25,
    target="train_one_epoch",
    covers=("epoch-any-iterable",),
    es="loader puede ser cualquier iterable: un DataLoader, o un generador sin longitud",
    en="loader may be any iterable: a DataLoader, or a generator without a length",
)
def test_any_iterable_is_a_loader(student: Any, remote_torch: Any, tools: Any) -> None:
    data = remote_torch.utils.data
    oracle = linear_classifier(2)
    model = in_worker(tools, oracle)
    optimizer = remote_torch.optim.SGD(model.parameters(), lr=0.0)
    images, labels = labelled_images(MANY, 2)
    few = data.TensorDataset(images[:14], labels[:14])
    for loader, count in (
        (tools.one_by_one(images, labels), MANY),
        (data.DataLoader(few, batch_size=4), 14),
    ):
        expected = F.cross_entropy(oracle(images[:count]), labels[:count]).item()
        assert_float(student.train_one_epoch(model, loader, optimizer), expected)


@check(
    points=0.2,
    target="train_one_epoch",
    covers=("epoch-step-each",),
    es="da los pasos el optimizador dado, y solo se mueven los parámetros que él tiene; lo "
    "congelado sigue congelado",
    en="the given optimizer makes the steps, and only the parameters it holds move; what is "
    "frozen stays frozen",
)
def test_given_optimizer_makes_the_steps(student: Any, remote_torch: Any, tools: Any) -> None:
    layers = f"nn.Sequential(nn.Flatten(), nn.Linear({FEATURES}, 4), nn.Linear(4, {CLASSES}))"

    def last_layer(optim: Any, model: Any) -> Any:
        return optim.Adam(model[2].parameters(), lr=0.1)

    def both_layers(optim: Any, model: Any) -> Any:
        groups = [{"params": model[1].parameters()}, {"params": model[2].parameters(), "lr": 0.05}]
        return optim.SGD(groups, lr=0.1, momentum=0.5)

    batches = split(*labelled_images(4, 3), 2)
    cases = ((last_layer, True), (both_layers, True), (last_layer, False))
    filled = build(layers).double()
    fill_(filled, 3)
    built, optim = tools.loaded(layers, dict(filled.state_dict())), remote_torch.optim
    models = tools.copies(built, len(cases))
    for model, (make_optimizer, first_trains) in zip(models, cases, strict=True):
        oracle = copy.deepcopy(filled)
        oracle[1].requires_grad_(first_trains)
        model[1].requires_grad_(first_trains)
        requires_grad = tools.requires_grad(model)
        optimizer = make_optimizer(optim, model)
        own_optimizer = make_optimizer(torch.optim, oracle)
        for _ in range(2):
            later(student.train_one_epoch)(model, batches, optimizer)
            take_epoch(oracle, batches, own_optimizer)
        assert_same_parameters(tools, model, oracle)
        assert_equal(tools.requires_grad(model), requires_grad, "requires_grad")


@check(
    points=0.15,
    target="train_one_epoch",
    covers=("epoch-device",),
    es="mueve a device las imágenes y las etiquetas de cada lote",
    en="it moves the images and labels of each batch to device",
)
def test_batches_move_to_the_device(student: Any, remote_torch: Any, tools: Any) -> None:
    model = in_worker(tools, linear_classifier(0)).to("meta")
    optimizer = remote_torch.optim.SGD(model.parameters(), lr=0.1)
    batches = [labelled_images(4, 0)]
    assert_moves_batches(
        tools, model, lambda: student.train_one_epoch(model, batches, optimizer, device="meta")
    )


@check(
    points=0.1,
    target="train_one_epoch",
    covers=("epoch-inputs-and-seed",),
    es="deja como estaban los lotes y la semilla global",
    en="it leaves the batches and the global seed as they were",
)
def test_epoch_leaves_batches_and_seed(student: Any, remote_torch: Any, tools: Any) -> None:
    model = in_worker(tools, linear_classifier(1))
    batches = split(*labelled_images(5, 1), 3)
    optimizer, seed = remote_torch.optim.SGD(model.parameters(), lr=0.1), seed_of(remote_torch)
    seen = tools.observe(student.train_one_epoch, model, batches, optimizer)
    assert_equal(seen["seed"], seed, "torch.initial_seed()")
    for (images, labels), (own_images, own_labels) in zip(
        seen["arguments"][1], batches, strict=True
    ):
        assert_equal(images, own_images, "images")
        assert_equal(labels, own_labels, "labels")


@check(
    points=0.25,
    target="train_one_epoch",
    covers=(
        "epoch-step-each",
        "epoch-cross-entropy",
    ),
    es="una red aprende con ella a distinguir rejillas por su dirección",
    en="a network learns by it to tell gratings apart by their direction",
    limit=TRAINING,
)
def test_a_network_learns(student: Any, remote_torch: Any, tools: Any, device: str) -> None:
    on_gpu = is_gpu(device)
    size, channels = (32, 3) if on_gpu else (9, 1)
    # A short last batch, and all phases, so that what is left out of training is missed.
    images = hidden_images(
        student, classes=2, train=60, test=64, size=size, channels=channels, phases=1.0
    )
    train, test = images.train, images.test
    # With VGG-16's 134 million weights larger steps diverge.
    lr, momentum = (0.001 if on_gpu else 0.2), 0.9
    epochs = 6 if on_gpu else 2
    if on_gpu:
        model = tools.to_device(tools.torchvision_model("vgg16_bn", num_classes=2), device)
    else:
        oracle = build(SMALL_NETWORK).double()
        fill_(oracle, data_seed(student), scale=2.0)  # gradients that would be clipped
        model = tools.loaded(SMALL_NETWORK, dict(oracle.state_dict()))
        train, test = train.to_dtype(torch.float64), test.to_dtype(torch.float64)
    optimizer = remote_torch.optim.SGD(model.parameters(), lr=lr, momentum=momentum)
    batches = split(train.images, train.labels, 8)
    for _ in range(epochs):
        student.train_one_epoch(model, batches, optimizer, device)
    logits = tools.logits(model, test.images)
    assert_shape(logits, (len(test), 2))
    share = accuracy(logits, test.labels)
    if on_gpu:
        right = 1.0
        learned = share > 0.75
    else:
        own_optimizer = torch.optim.SGD(oracle.parameters(), lr=lr, momentum=momentum)
        for _ in range(epochs):
            take_epoch(oracle.train(), batches, own_optimizer)
        expected = oracle.eval()(test.images).detach()
        right = accuracy(expected, test.labels)
        learned = torch.allclose(logits.double(), expected, rtol=1e-3, atol=1e-3)
    assert_that(
        learned,
        es=f"La red no queda como debe: acierta el {share:.0%} de las imágenes de prueba, y con "
        f"los pasos debidos, el {right:.0%}.",
        en=f"The network does not end as it should: it gets {share:.0%} of the test images right, "
        f"and by the right steps {right:.0%}.",
    )


# evaluate


def scores_as_logits(tools: Any, classes: int) -> Any:
    """A model whose logits are its images' values, which its weights pass on as they are."""
    layers = f"nn.Sequential(nn.Flatten(), nn.Linear({classes}, {classes}, bias=False))"
    return tools.loaded(layers, {"1.weight": torch.eye(classes)})


@check(
    points=0.4,
    target="evaluate",
    covers=(
        "evaluate-accuracy",
        "evaluate-float",
        "evaluate-any-iterable",
    ),
    es="devuelve, como float, los aciertos entre todos los ejemplos, en cualquier loader",
    en="it returns, as a float, the right answers over all examples, from any loader",
)
@example(count=5, batch_size=2, classes=3, seed=0)
@given(
    count=st.integers(1, 9),
    batch_size=st.integers(1, 5),
    classes=st.integers(3, 5),
    seed=seeds(),
)
@settings(max_examples=1)
def test_accuracy_counts_examples(
    student: Any,
    remote_torch: Any,
    tools: Any,
    count: int,
    batch_size: int,
    classes: int,
    seed: int,
) -> None:
    images = noise(count, classes, 1, 1, seed=seed, dtype=torch.float32)
    scores = images.flatten(1)
    labels = noise(count, classes, seed=seed + 1).argmax(1)
    model, data = scores_as_logits(tools, classes), remote_torch.utils.data
    ranks = [torch.tensor(places) for places in scores.argsort(1, descending=True).T.tolist()]
    one_pass, evaluate = tools.one_pass, student.evaluate
    for answers in (ranks[1], ranks[0], ranks[-1]):
        loader = one_pass(split(images, answers, batch_size))
        assert_float(evaluate(model, loader), int((ranks[0] == answers).sum()) / count)
    loader = data.DataLoader(data.TensorDataset(images, labels), batch_size=batch_size)
    assert_float(evaluate(model, loader), int((ranks[0] == labels).sum()) / count)


@check(
    points=0.05,
    target="evaluate",
    covers=(
        "evaluate-accuracy",
        "evaluate-any-iterable",
    ),
    es="cuenta todos los lotes, también cuando son muchos",
    en="it counts every batch, also where there are many",
)
def test_every_batch_counts(student: Any, tools: Any) -> None:
    # Logits so close that half precision cannot tell them apart.
    ranks = noise(MANY, CLASSES, 1, 1, seed=4).argsort(1)
    images = 1 + 1e-4 * ranks.float()
    labels = images.flatten(1).argmax(1)
    labels[100:] = images[100:].flatten(1).argmin(1)  # wrong from here on
    model = scores_as_logits(tools, CLASSES)
    loader = tools.one_by_one(images, labels)
    assert_float(student.evaluate(model, loader=loader), 100 / MANY)


@check(
    points=0.25,
    target="evaluate",
    covers=("evaluate-eval-mode",),
    es="evalúa en modo eval: sin dropout, y las estadísticas de batch norm se usan y no cambian",
    en="it evaluates in eval mode: no dropout, and batch norm's statistics are used, not moved",
)
def test_evaluation_is_in_eval_mode(student: Any, tools: Any) -> None:
    for dropout in (0.0, 1.0):
        oracle = build(normalised_classifier(dropout)).eval()
        fill_(oracle, 2)
        model = tools.loaded(normalised_classifier(dropout), dict(oracle.state_dict()))
        images, _ = labelled_images(40, 2)
        labels = oracle(images).argmax(1)
        log = tools.log_forwards(model)
        for whole in (False, True):  # False: only a part of the model is in train mode
            model.train(whole)[1].train()
            later(student.evaluate)(model, split(images[:4], labels[:4], 4))
        modes = [call["modes"] for call in log.calls]
        wanted = [dict.fromkeys(mode, False) for mode in modes]
        assert_modes(modes, wanted, Text(es="Durante la evaluación", en="During the evaluation"))
        assert_float(student.evaluate(model, split(images, labels, 16)), 1.0)
        assert_equal(tools.buffers(model), dict(oracle.named_buffers()), "buffers()")


@check(
    points=0.3,
    target="evaluate",
    covers=("evaluate-modes-left",),
    es="después cada módulo está en el modo en que estaba",
    en="afterwards each module is in the mode in which it was",
)
def test_every_mode_is_left_as_found(student: Any, tools: Any) -> None:
    batches = split(*labelled_images(5, 0), 3)
    before, after = [], []
    cases = ((True, True, False), (False, True, False), (False, False, True))
    built = tools.build(normalised_classifier())
    modes_of = tools.training_modes
    models = tools.copies(built, len(cases))
    for model, (root, nested, norm) in zip(models, cases, strict=True):
        model.train(root)[1].train(nested)[0].train(norm)
        before.append(modes_of(model))
        later(student.evaluate)(model, batches)
        after.append(modes_of(model))
    assert_modes(after, before, Text(es="Después", en="Afterwards"))


@check(
    points=0.2,
    target="evaluate",
    covers=("evaluate-no-gradients",),
    es="no calcula gradientes, y deja como estaban los que había",
    en="it computes no gradients, and leaves those there were as they were",
)
def test_evaluation_is_without_gradients(student: Any, remote_torch: Any, tools: Any) -> None:
    for trains in (True, False):
        model = in_worker(tools, linear_classifier(0)).requires_grad_(trains)
        tools.fill_gradients_(model, 1.0)
        before = tools.gradients(model), tools.requires_grad(model), tools.state_dict(model)
        log = tools.log_forwards(model)
        later(student.evaluate)(model, split(*labelled_images(5, 0), 3))
        recorded = {call["requires_grad"] for call in log.calls}
        assert_that(
            recorded == {False},
            es="Los logits requerían gradiente, así que PyTorch guardó el grafo.",
            en="The logits required a gradient, so PyTorch kept the graph.",
        )
        after = tools.gradients(model), tools.requires_grad(model), tools.state_dict(model)
        for seen, expected, what in zip(
            after, before, ("grad", "requires_grad", "state_dict()"), strict=True
        ):
            assert_equal(seen, expected, what)
    assert_equal(remote_torch.is_grad_enabled(), True, "torch.is_grad_enabled()")


@check(
    points=0.15,
    target="evaluate",
    covers=("evaluate-device",),
    es="mueve a device las imágenes y las etiquetas de cada lote",
    en="it moves the images and labels of each batch to device",
)
def test_evaluated_batches_move_to_the_device(student: Any, tools: Any) -> None:
    model = in_worker(tools, linear_classifier(0)).to("meta")
    batches = [labelled_images(4, 0)]
    assert_moves_batches(tools, model, lambda: student.evaluate(model, batches, device="meta"))


@check(
    points=0.05,
    target="evaluate",
    covers=("evaluate-inputs-and-seed",),
    es="deja como estaban los lotes y la semilla global",
    en="it leaves the batches and the global seed as they were",
)
def test_evaluation_leaves_batches_and_seed(student: Any, remote_torch: Any, tools: Any) -> None:
    model = in_worker(tools, linear_classifier(1))
    batches, seed = split(*labelled_images(5, 1), 3), seed_of(remote_torch)
    seen = tools.observe(student.evaluate, model, batches)
    assert_equal(seen["seed"], seed, "torch.initial_seed()")
    for (images, labels), (own_images, own_labels) in zip(
        seen["arguments"][1], batches, strict=True
    ):
        assert_equal(images, own_images, "images")
        assert_equal(labels, own_labels, "labels")
