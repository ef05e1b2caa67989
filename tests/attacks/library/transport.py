"""Speaking on the worker's own connection to the grader."""

from autograder.results import CheckStatus
from tests.attacks.attack import ERROR, LATE, LOST, Attack, attack

FIND = """
import os, socket, stat, struct, sys

def connection():
    for number in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode): return number
        except OSError: pass

def send(header, body=b"", sizes=None):
    prefix = struct.pack(">II", *(sizes or (len(header), len(body))))
    for piece in (prefix, header, body):
        while piece: piece = piece[os.write(connection(), piece):]

def pack(value):
    encoder = next(f for f in frames() if "encode_message" in f.f_globals)
    return encoder.f_globals["encode_message"](value)

def frames():
    frame = sys._getframe()
    while frame:
        yield frame
        frame = frame.f_back

def request():
    return next(f.f_locals["request"].number for f in frames() if "request" in f.f_locals)

def named(name):
    return next(f.f_globals[name] for f in frames() if name in f.f_globals)

def tensor(*description):
    import gc
    types = (t for t in gc.get_objects() if isinstance(t, type) and t.__name__ == "TensorValue")
    return next(types)("torch.Tensor", "float32", *description)

def answer(number, value):
    names = next(f for f in frames() if "Returned" in f.f_globals).f_globals
    return pack(names["Response"](number, names["Returned"](value)))
"""


def forged(
    call: str, statuses: frozenset[CheckStatus] = ERROR | LOST, *, everywhere: bool = False
) -> Attack:
    return attack(FIND, call + "\nraise OSError", statuses, everywhere=everywhere)


ATTACKS = {
    "garbage": forged("send(os.urandom(100))", everywhere=True),
    "not_a_frame": forged(
        "os.write(connection(), b'HTTP/1.1 200 OK\\r\\n' * 100)", everywhere=True
    ),
    "header_too_long": forged("send(b'', sizes=(2**32 - 1, 0))", everywhere=True),
    "body_too_long": forged("send(answer(1, True), sizes=(10, 2**32 - 1))", everywhere=True),
    "largest_body": forged("send(answer(1, True), bytes(1 << 26))", ERROR | LOST),
    "deep_header": forged("send(b'\\x91' * (1 << 20))", everywhere=True),
    "many_items": forged("send(b'\\xdd\\x00\\x3f\\xff\\x00' + b'\\xc0' * 0x3fff00)"),
    "not_text": forged("send(b'\\x82\\xa6number\\x01\\xa7outcome\\xa2\\xff\\xfe')"),
    "true_for_every_request": forged(
        "for number in range(1, 3000): send(answer(number, True))", everywhere=True
    ),
    "answers_twice": attack(FIND, "send(answer(request(), True))\nreturn x", ERROR | LOST),
    "another_ready": forged("send(pack(named('Response')(0, named('Ready')(1))))", everywhere=True),
    "closes_the_connection": forged("os.close(connection())", everywhere=True),
    "shuts_the_connection": forged("socket.socket(fileno=connection()).shutdown(2)"),
    "drips": attack(
        FIND,
        """
        import time
        os.write(connection(), struct.pack(">II", 100, 0))
        for _ in range(10**6):
            os.write(connection(), b"a")
            time.sleep(0.5)
        """,
        LATE | LOST,
        slow=True,
    ),
    "huge_tensor_in_the_header": forged(
        "send(answer(request(), tensor((1 << 40,), (1,), 'cpu', False, 0)))"
    ),
    "tensor_outside_the_body": forged(
        "send(answer(request(), tensor((4,), (1,), 'cpu', False, 1 << 30)))"
    ),
    "negative_strides": forged(
        "send(answer(request(), tensor((4,), (-1,), 'cpu', False, 0)), bytes(16))"
    ),
    "somebody_elses_object": forged(
        "send(answer(request(), named('Object')(1 << 40, ('torch.Tensor',))))"
    ),
}
