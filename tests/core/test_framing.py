"""Frames: whole or refused, and never more memory than has arrived."""

from __future__ import annotations

import socket
import threading
import tracemalloc
from collections.abc import Iterator

import pytest

from autograder.worker.framing import (
    MAX_BODY_BYTES,
    MAX_HEADER_BYTES,
    PREFIX,
    FrameError,
    receive_frame,
    send_frame,
)

MEBIBYTE = 2**20


class GaveUp(Exception):
    pass


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    first, second = socket.socketpair()
    with first, second:
        yield first, second


Ends = tuple[socket.socket, socket.socket]


@pytest.mark.parametrize(("header", "body"), [(b"", b""), (b"head", b""), (b"h", b"body" * 9)])
def test_frames_arrive_in_order(ends: Ends, header: bytes, body: bytes) -> None:
    send_frame(ends[0], header, body)
    send_frame(ends[0], b"next")
    assert receive_frame(ends[1]) == (header, body)
    assert receive_frame(ends[1]) == (b"next", b"")


def test_a_large_frame_arrives_in_pieces(ends: Ends) -> None:
    body = bytes(range(256)) * (3 * MEBIBYTE // 256)
    sender = threading.Thread(target=send_frame, args=(ends[0], b"head", body))
    sender.start()
    assert receive_frame(ends[1], lambda seconds: None) == (b"head", body)
    sender.join()


@pytest.mark.parametrize("sizes", [(MAX_HEADER_BYTES + 1, 0), (0, MAX_BODY_BYTES + 1)])
def test_frames_over_the_caps_are_refused(ends: Ends, sizes: tuple[int, int]) -> None:
    ends[0].sendall(PREFIX.pack(*sizes))
    ends[0].close()
    with pytest.raises(FrameError, match="over the limit"):
        receive_frame(ends[1])


def test_nothing_over_the_caps_is_sent(ends: Ends) -> None:
    with pytest.raises(FrameError, match="over the limit"):
        send_frame(ends[0], bytes(MAX_HEADER_BYTES + 1))


@pytest.mark.parametrize("sent", [b"", b"\0", PREFIX.pack(4, 0) + b"hea", PREFIX.pack(0, 9)])
def test_truncated_frames_are_refused(ends: Ends, sent: bytes) -> None:
    ends[0].sendall(sent)
    ends[0].close()
    with pytest.raises(FrameError, match="closed"):
        receive_frame(ends[1])


def test_announced_bytes_are_not_allocated(ends: Ends) -> None:
    ends[0].sendall(PREFIX.pack(MAX_HEADER_BYTES, MAX_BODY_BYTES))
    ends[0].close()
    tracemalloc.start()
    with pytest.raises(FrameError):
        receive_frame(ends[1])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 3 * MEBIBYTE


def test_a_silent_peer_can_be_given_up(ends: Ends) -> None:
    def give_up(seconds: float) -> None:
        raise GaveUp

    with pytest.raises(GaveUp):
        receive_frame(ends[1], give_up)


def test_sending_to_a_peer_that_is_gone_is_refused(ends: Ends) -> None:
    ends[1].close()
    with pytest.raises(FrameError, match="gone"):
        send_frame(ends[0], b"head")
