"""Namespaces for each worker, where the kernel grants them: nothing of it outlives or leaves it.

The first process of a pid namespace takes all others in it along when it ends, and sees nobody
outside, so a submission can neither kill the grader or its neighbours nor leave a process behind.
"""

from __future__ import annotations

import ctypes
import os
import sys

from autograder.worker.forkserver import die_with_parent
from autograder.worker.system import SystemCallError, libc

CLONE_NEWNS = 0x00020000
CLONE_NEWIPC = 0x08000000
CLONE_NEWUSER = 0x10000000
CLONE_NEWPID = 0x20000000
MS_RDONLY, MS_NOSUID, MS_NODEV, MS_NOEXEC, MS_REMOUNT = 1, 2, 4, 8, 32
MS_BIND, MS_REC, MS_PRIVATE = 1 << 12, 1 << 14, 1 << 18
ONLY_FILES = MS_NOSUID | MS_NODEV | MS_NOEXEC
SCRATCH_FILES = 4096
OWN_CODE = "/run/worker"  # where bubblewrap mounts this package: read, and not needed any more
PROC = "/proc/self"
PR_CAPBSET_DROP = 24
LAST_CAPABILITY = 63
CAPABILITY_VERSION = 0x20080522


def enter_pid_namespace() -> bool:
    """Go on in a child, as the same user, that may make pid namespaces: see `fork_apart`.

    This process ends when the child does, and as it does. It must have one thread only. False, and
    nothing changed, where it is refused.
    """
    if sys.platform != "linux":
        return False
    try:
        _unshare(CLONE_NEWUSER | CLONE_NEWPID)
    except SystemCallError:
        return False
    except OSError:
        pass  # as nobody, then
    child = os.fork()
    if child:
        os._exit(abs(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])))
    die_with_parent()
    return True


def fork_apart() -> int:
    """`os.fork` for a child that is the first process of a pid namespace, once in one that was
    entered by `enter_pid_namespace`."""
    own = os.open(f"{PROC}/ns/pid", os.O_RDONLY)
    try:
        if libc().unshare(CLONE_NEWPID) != 0:
            raise SystemCallError("unshare")
        child = os.fork()
        # Only who has none for its children may make one, the next time.
        if child and libc().setns(own, CLONE_NEWPID) != 0:
            raise SystemCallError("setns")
    finally:
        os.close(own)
    return child


def enter_user_namespace() -> None:
    """Have no power over this user's other processes."""
    try:
        _unshare(CLONE_NEWUSER)
    except SystemCallError:  # nobody may not
        drop_capabilities()


def enter_private_namespaces(scratch: str, scratch_bytes: int, *, sees_itself: bool) -> None:
    """As `enter_user_namespace`, with a folder `scratch` and semaphores of its own.

    Nothing is in `/proc`; or, where it `sees_itself`, this process as the only one, and nothing
    else that could be written. For a process whose file system is read-only already;
    `SystemCallError` where it is refused.
    """
    if sees_itself:
        # Before the users are divided: it is for those who made the pid namespace to show it.
        if libc().unshare(CLONE_NEWNS) != 0:
            raise SystemCallError("unshare")
        _mount(None, "/", None, MS_REC | MS_PRIVATE)
        _mount("proc", "/proc", "proc", ONLY_FILES)
        _mount(PROC, PROC, None, MS_BIND)
        _mount(None, "/proc", None, MS_REMOUNT | MS_BIND | MS_RDONLY | ONLY_FILES)
    _unshare(CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWIPC)
    _mount(None, "/", None, MS_REC | MS_PRIVATE)
    room = f"size={scratch_bytes},nr_inodes={SCRATCH_FILES},mode=0700"
    _mount("tmpfs", scratch, "tmpfs", ONLY_FILES, room)
    for hidden in (OWN_CODE,) if sees_itself else ("/proc", OWN_CODE):
        _mount("tmpfs", hidden, "tmpfs", ONLY_FILES | MS_RDONLY, "size=4k,nr_inodes=2")
    os.chdir(scratch)


def drop_capabilities() -> None:
    """Give up every capability for good."""
    library = libc()
    for capability in range(LAST_CAPABILITY + 1):
        library.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)  # EINVAL past the kernel's last one
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    if library.capset(header, (ctypes.c_uint32 * 6)()) != 0:
        raise SystemCallError("capset")


def _unshare(flags: int) -> None:
    user, group = os.geteuid(), os.getegid()
    if libc().unshare(flags) != 0:
        raise SystemCallError("unshare")
    # Without these maps the user would be nobody, and could not read what only its owner may.
    _write("setgroups", "deny")
    _write("uid_map", f"{user} {user} 1")
    _write("gid_map", f"{group} {group} 1")


def _write(name: str, text: str) -> None:
    file = os.open(f"{PROC}/{name}", os.O_WRONLY)
    try:
        os.write(file, text.encode())
    finally:
        os.close(file)


def _mount(source: str | None, target: str, kind: str | None, flags: int, data: str = "") -> None:
    words = [None if word is None else word.encode() for word in (source, target, kind)]
    if libc().mount(*words, ctypes.c_ulong(flags), data.encode()) != 0:
        raise SystemCallError(f"mount {target}")
