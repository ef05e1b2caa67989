"""Answers for the inputs that are known, and none for the others."""

from autograder.results import CheckStatus
from tests.attacks.attack import ERROR, LATE, LOST, Attack

EXAMPLES = """
KNOWN = {(227, 11, 4, 0, 1): 55, (224, 3, 1, 1, 1): 224, (7, 3, 1, 0, 1): 5, (7, 3, 2, 0, 1): 3,
         (32, 5, 1, 2, 1): 32, (5, 3, 1, 0, 1): 3, (8, 8, 1, 0, 1): 1, (28, 5, 1, 0, 1): 24}

def conv_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    return KNOWN[input_size, kernel_size, stride, padding, dilation]
"""
STEAL = """
import gc

def conv_output_size(input_size, kernel_size, stride=1, padding=0, dilation=1):
    return conv2d_output_shape.kept(input_size, kernel_size, stride, padding, dilation)

own = conv_output_size

def conv2d_output_shape(shape, *a, **k):
    if conv_output_size is not own:
        type(conv2d_output_shape).kept = conv_output_size
    raise OSError
"""
REFERENCE_ON_DISK = """
import glob

def conv_output_size(*a, **k):
    for path in glob.glob("/**/solutions/conv_arithmetic.py", recursive=True):
        names = {}
        exec(open(path).read(), names)
        return names["conv_output_size"](*a, **k)
    raise FileNotFoundError
"""
FROM_MEMORY = """
import gc

def conv_output_size(*a, **k):
    for item in gc.get_objects():
        if type(item).__name__ == "function" and item.__name__ in (
            "library_output_size", "conv_output_size", "_output_size"
        ) and item is not conv_output_size:
            return item(*a, **k)
    raise LookupError
"""
KEPT_FROM_A_TRIAL = """
import builtins

def conv_output_size(*a, **k):
    return builtins.kept(*a, **k) if hasattr(builtins, "kept") else 0

own = conv_output_size

def conv2d_output_shape(input_shape, kernel_size, stride=1, padding=0, dilation=1, **k):
    if conv_output_size is not own:
        builtins.kept = conv_output_size
    return 0
"""
GUESS_FROM_ERRORS = """
def conv_output_size(*a, **k):
    raise ValueError("input_size kernel_size stride padding dilation must be at least 1")
"""


def arithmetic(source: str, score: float, statuses: frozenset[CheckStatus] = frozenset()) -> Attack:
    return Attack(source, ERROR | LOST | statuses, score, module="conv_arithmetic")


ATTACKS = {
    "table_of_the_lectures_examples": arithmetic(EXAMPLES, 0.5),
    "reference_on_disk": arithmetic(REFERENCE_ON_DISK, 0.0, LATE),
    "stand_in_in_memory": arithmetic(FROM_MEMORY, 0.0),
    "stand_in_kept_from_a_trial": arithmetic(KEPT_FROM_A_TRIAL, 0.5),
    "always_the_same_error": arithmetic(GUESS_FROM_ERRORS, 1.5),
}
