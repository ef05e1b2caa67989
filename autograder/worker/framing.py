"""Length-prefixed frames on a stream socket, with a cap that is checked before anything is read.

A frame is a typed header (msgpack) followed by a body of raw tensor bytes.
"""

from __future__ import annotations

import socket
import struct
import time
from collections.abc import Callable

PREFIX = struct.Struct(">II")
MAX_HEADER_BYTES = 2 * 2**20  # the sources of a lab; no answer comes near it
MAX_BODY_BYTES = 32 * 2**20
MOST_AT_ONCE = 2**20
SENT_AT_ONCE = 2**16  # of a body, together with what precedes it
STEP = 0.1  # seconds between looks at how long a peer has been silent


class FrameError(Exception):
    """The peer closed the stream, sent too much, or sent something that is no frame."""


def send_frame(connection: socket.socket, header: bytes, body: bytes | bytearray = b"") -> None:
    """Send one frame; `FrameError` when it is over the caps or the peer is gone."""
    if len(header) > MAX_HEADER_BYTES or len(body) > MAX_BODY_BYTES:
        raise FrameError(f"a message of {len(header)} + {len(body)} bytes is over the limit")
    try:
        start = PREFIX.pack(len(header), len(body)) + header
        if len(body) <= SENT_AT_ONCE:  # or the peer would wake twice
            connection.sendall(start + body)
        else:
            connection.sendall(start)
            connection.sendall(body)
    except OSError as error:
        raise FrameError(f"the peer is gone: {error}") from error


def receive_frame(
    connection: socket.socket, on_wait: Callable[[float], None] | None = None
) -> tuple[bytes, bytearray]:
    """Receive one frame.

    `on_wait(seconds)` is called about every 0.1 s while the peer keeps silent or dawdles, and may
    raise to give up.
    """
    started = time.monotonic()
    step = STEP if on_wait else None
    if connection.gettimeout() != step:
        connection.settimeout(step)
    header_size, body_size = PREFIX.unpack(_receive(connection, PREFIX.size, started, on_wait))
    if header_size > MAX_HEADER_BYTES or body_size > MAX_BODY_BYTES:
        raise FrameError(f"a message of {header_size} + {body_size} bytes is over the limit")
    data = _receive(connection, header_size + body_size, started, on_wait)
    return bytes(data[:header_size]), bytearray(data[header_size:])


def _receive(
    connection: socket.socket,
    size: int,
    started: float,
    on_wait: Callable[[float], None] | None,
) -> bytes | bytearray:
    data = bytearray()
    while len(data) < size:
        piece = None
        try:
            piece = connection.recv(min(size - len(data), MOST_AT_ONCE))
        except TimeoutError:
            pass
        except OSError as error:
            raise FrameError(f"the peer is gone: {error}") from error
        if piece is not None:
            if len(piece) == size:
                return piece
            if not piece:
                raise FrameError("the peer closed the connection")
            data += piece
        if on_wait:
            on_wait(time.monotonic() - started)
    return data
