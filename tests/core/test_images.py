"""The images of training checks: the same for everyone, others for each check and seed."""

from __future__ import annotations

import pytest
import torch

from autograder.checking.images import accuracy, hidden_images
from autograder.checking.remote import Session
from autograder.training.data import Split
from tests.core.conftest import StartSession


@pytest.fixture
def session(start_session: StartSession) -> Session:
    return start_session("")


def images_of(session: Session, seed: int, channels: int = 1) -> Split:
    session.seed = seed
    student = session.root("dropout")
    return hidden_images(student, classes=2, train=6, test=4, size=8, channels=channels)


def test_a_seed_gives_the_same_images_and_another_gives_others(session: Session) -> None:
    first, again, other = (images_of(session, seed) for seed in (5, 5, 6))
    assert torch.equal(first.train.images, again.train.images)
    assert torch.equal(first.test.images, again.test.images)
    assert not torch.equal(first.train.images, other.train.images)


def test_classes_come_in_turn_and_no_image_is_in_both_parts(session: Session) -> None:
    images = images_of(session, 1, channels=3)
    assert images.train.images.shape == (6, 3, 8, 8)
    assert images.train.labels.tolist() == [0, 1, 0, 1, 0, 1]
    assert images.test.labels.tolist() == [0, 1, 0, 1]
    pairs = (images.train.images[:, None] - images.test.images[None]).abs().amax((2, 3, 4))
    assert bool((pairs > 0).all())


def test_accuracy_is_the_share_of_right_answers() -> None:
    logits = torch.tensor([[2.0, 1.0], [0.0, 3.0], [1.0, 0.0], [5.0, 4.0]])
    assert accuracy(logits, torch.tensor([0, 1, 1, 0])) == 0.75
