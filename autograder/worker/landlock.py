"""Landlock: a process gives up the file system but for some paths, without privilege or namespace.

Source: the kernel's documentation, userspace-api/landlock.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

from autograder.worker.system import SystemCallError, libc

# The same numbers on every architecture that has them.
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
CREATE_RULESET_VERSION = 1
RULE_PATH_BENEATH = 1
PR_SET_NO_NEW_PRIVS = 38
WRITE_FILE, READ_FILE, READ_DIR, TRUNCATE, ASK_DEVICE = 1 << 1, 1 << 2, 1 << 3, 1 << 14, 1 << 15
DEVICES = ("/dev/null", "/dev/zero", "/dev/random", "/dev/urandom")
# What each version of the interface added to the rights on files.
RIGHTS_OF_VERSION = (0, 13, 14, 15, 15, 16)
SCOPE_VERSION = 6
SCOPE_ABSTRACT_SOCKETS, SCOPE_SIGNALS = 1, 2
NETWORK_VERSION = 4
BIND_TCP, CONNECT_TCP = 1, 2


class RulesetAttributes(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class PathAttributes(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def landlock_version() -> int:
    """The version of the kernel's interface, 0 where there is none."""
    version: int = libc().syscall(CREATE_RULESET, None, 0, CREATE_RULESET_VERSION)
    return max(version, 0)


class Ruleset:
    """The reading of `readable`, and the use of `devices` and the harmless ones: made before a
    fork, in force after it. What is in the folder `own` may be written too.
    """

    def __init__(
        self, readable: Iterable[Path], devices: Iterable[Path] = (), own: Path | None = None
    ) -> None:
        version = landlock_version()
        if version == 0:
            raise SystemCallError("landlock_create_ruleset")
        rights = (1 << RIGHTS_OF_VERSION[min(version, len(RIGHTS_OF_VERSION) - 1)]) - 1
        attributes = RulesetAttributes(
            rights,
            BIND_TCP | CONNECT_TCP if version >= NETWORK_VERSION else 0,
            SCOPE_ABSTRACT_SOCKETS | SCOPE_SIGNALS if version >= SCOPE_VERSION else 0,
        )
        size = ctypes.sizeof(attributes) if version >= SCOPE_VERSION else 16 if version >= 4 else 8
        self._descriptor: int = libc().syscall(
            CREATE_RULESET, ctypes.byref(attributes), ctypes.c_size_t(size), 0
        )
        if self._descriptor < 0:
            raise SystemCallError("landlock_create_ruleset")
        for path in readable:
            _allow(self._descriptor, path, READ_FILE | READ_DIR)
        for device in DEVICES:
            _allow(self._descriptor, Path(device), READ_FILE | WRITE_FILE)
        for node in devices:
            _allow(self._descriptor, node, (READ_FILE | WRITE_FILE | ASK_DEVICE) & rights)
        if own is not None:
            _allow(self._descriptor, own, (READ_FILE | READ_DIR | WRITE_FILE | TRUNCATE) & rights)

    def restrict(self) -> None:
        """Leave this process what the rules allow, for good, and not the rules themselves."""
        if libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            raise SystemCallError("prctl")
        if libc().syscall(RESTRICT_SELF, self._descriptor, 0) != 0:
            raise SystemCallError("landlock_restrict_self")
        os.close(self._descriptor)


def _allow(ruleset: int, path: Path, access: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # gone or not to be opened: nothing to allow
    try:
        if not path.is_dir():
            access &= ~READ_DIR
        rule = PathAttributes(access, place)
        if libc().syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, ctypes.byref(rule), 0) != 0:
            raise SystemCallError(f"landlock_add_rule {path}")
    finally:
        os.close(place)
