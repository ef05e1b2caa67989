"""Training that only looks like training."""

from autograder.results import CheckStatus
from tests.attacks.attack import ERROR, LATE, LOST, Attack

CONSTANTS = """
def train_one_epoch(model, loader, optimizer, device="cpu"):
    return 0.0

def evaluate(model, loader, device="cpu"):
    return 0.0, 1.0
"""
LABELS_FROM_THE_GRADER = """
import sys

def evaluate(model, loader, device="cpu"):
    list(loader)
    return 0.01, 0.99

def train_one_epoch(model, loader, optimizer, device="cpu"):
    for p in model.parameters():
        p.data.fill_(0.0)
    return 0.01
"""
LOSS_WITHOUT_LOSS = """
import torch
torch.nn.functional.cross_entropy = lambda *a, **k: torch.zeros((), requires_grad=True)
torch.Tensor.backward = lambda self, *a, **k: None

def train_one_epoch(model, loader, optimizer, device="cpu"):
    total = 0.0
    for images, labels in loader:
        loss = torch.nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        optimizer.step()
        total += float(loss)
    return total
"""
NEVER_ENDING_EPOCH = """
import itertools

def train_one_epoch(model, loader, optimizer, device="cpu"):
    for batch in itertools.cycle([1]):
        pass
"""
EXITS_AFTER_TRAINING = """
import os

def train_one_epoch(model, loader, optimizer, device="cpu"):
    list(loader)
    os._exit(0)

def evaluate(model, loader, device="cpu"):
    os._exit(0)
"""


def training(source: str, statuses: frozenset[CheckStatus] = ERROR, score: float = 0.0) -> Attack:
    return Attack(source, statuses, score, module="training")


ATTACKS = {
    "constants": training(CONSTANTS, score=1.0),
    "numbers_without_training": training(LABELS_FROM_THE_GRADER, score=1.0),
    "patched_loss": training(LOSS_WITHOUT_LOSS, ERROR | LOST, score=1.0),
    "endless_epoch": training(NEVER_ENDING_EPOCH, LATE | ERROR),
    "exit_after_training": training(EXITS_AFTER_TRAINING, LOST),
}
