"""The system calls that are left to student code: computing, memory, files, time and threads.

No new process, program, socket, namespace or mount, no look into another process, no lock on a
file, by which two workers could talk, and no change of modes or times, which Landlock lets pass.
libseccomp, which knows the numbers of each architecture, makes the filter; a call that is not on
the list fails with EPERM.
"""

from __future__ import annotations

import ctypes
import errno
import functools
import os
import tempfile

from autograder.worker.gpu import REQUESTS
from autograder.worker.system import SystemCallError, libc

LIBRARY = "libseccomp.so.2"
KILL = 0x80000000  # the process, by SCMP_ACT_KILL_PROCESS
ALLOW = 0x7FFF0000
ERRNO = 0x00050000
EQUAL, MASKED_EQUAL = 4, 7
CLONE_THREAD = 0x00010000
AF_UNIX, SOL_SOCKET, SO_PASSCRED = 1, 1, 16
PR_SET_SECCOMP, SECCOMP_MODE_FILTER, PR_SET_NO_NEW_PRIVS = 22, 2, 38

ALLOWED = [
    "read",
    "write",
    "readv",
    "writev",
    "pread64",
    "pwrite64",
    "preadv",
    "pwritev",
    "preadv2",
    "pwritev2",
    "lseek",
    "_llseek",
    "open",
    "openat",
    "openat2",
    "creat",
    "close",
    "close_range",
    "dup",
    "dup2",
    "dup3",
    "ftruncate",
    "ftruncate64",
    "truncate",
    "truncate64",
    "fallocate",
    "fsync",
    "fdatasync",
    "sync_file_range",
    "fadvise64",
    "stat",
    "stat64",
    "fstat",
    "fstat64",
    "lstat",
    "lstat64",
    "newfstatat",
    "fstatat64",
    "statx",
    "statfs",
    "statfs64",
    "fstatfs",
    "fstatfs64",
    "access",
    "faccessat",
    "faccessat2",
    "readlink",
    "readlinkat",
    "getcwd",
    "chdir",
    "fchdir",
    "getdents",
    "getdents64",
    "mkdir",
    "mkdirat",
    "rmdir",
    "unlink",
    "unlinkat",
    "rename",
    "renameat",
    "renameat2",
    "umask",
    "copy_file_range",
    "sendfile",
    "sendfile64",
    "pipe",
    "pipe2",
    "eventfd",
    "eventfd2",
    "select",
    "_newselect",
    "pselect6",
    "poll",
    "ppoll",
    "epoll_create",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "brk",
    "mmap",
    "mmap2",
    "munmap",
    "mremap",
    "mprotect",
    "madvise",
    "msync",
    "mincore",
    "mlock",
    "munlock",
    "mbind",
    "get_mempolicy",
    "set_mempolicy",
    "membarrier",
    "rseq",
    "pkey_alloc",
    "pkey_free",
    "pkey_mprotect",
    "futex",
    "futex_time64",
    "futex_waitv",
    "set_robust_list",
    "get_robust_list",
    "set_tid_address",
    "arch_prctl",
    "sched_yield",
    "sched_getaffinity",
    "sched_getparam",
    "sched_getscheduler",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "sched_rr_get_interval",
    "getcpu",
    "getpriority",
    "getpid",
    "getppid",
    "gettid",
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getresuid",
    "getresgid",
    "getgroups",
    "getpgid",
    "getpgrp",
    "getsid",
    "getrlimit",
    "ugetrlimit",
    "getrusage",
    "times",
    "sysinfo",
    "uname",
    "getrandom",
    "gettimeofday",
    "time",
    "clock_gettime",
    "clock_gettime64",
    "clock_getres",
    "clock_getres_time64",
    "nanosleep",
    "clock_nanosleep",
    "clock_nanosleep_time64",
    "timer_create",
    "timer_settime",
    "timer_gettime",
    "timer_delete",
    "timer_getoverrun",
    "timerfd_create",
    "timerfd_settime",
    "timerfd_gettime",
    "setitimer",
    "getitimer",
    "alarm",
    "pause",
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigpending",
    "rt_sigsuspend",
    "rt_sigtimedwait",
    "sigaltstack",
    "sigreturn",
    "restart_syscall",
    "signalfd",
    "signalfd4",
    "recvfrom",
    "recvmsg",
    "recv",
    "sendto",
    "sendmsg",
    "send",
    "shutdown",
    "getsockopt",
    "getsockname",
    "getpeername",
    "exit",
    "exit_group",
    "wait4",
    "waitid",
    "waitpid",
]
# Commands that name no other process to be signalled, and lock nothing that another can see locked.
FILE_COMMANDS = (0, 1, 2, 3, 4, 1030, 1032)
DEVICE_COMMANDS = (0x5401, 0x5413, 0x541B, 0x5421, 0x5450, 0x5451)  # is it a terminal, and the like
SIGNALS = ("kill", "tgkill")


class SeccompError(OSError):
    """The filter could not be made or put in force."""


class Comparison(ctypes.Structure):
    _fields_ = (
        ("argument", ctypes.c_uint),
        ("operation", ctypes.c_int),
        ("operand", ctypes.c_uint64),
        ("value", ctypes.c_uint64),
    )


@functools.cache
def library() -> ctypes.CDLL:
    """libseccomp; `SeccompError` where it is not installed."""
    try:
        loaded = ctypes.CDLL(LIBRARY)
    except OSError as error:
        raise SeccompError(f"{LIBRARY} is not installed") from error
    loaded.seccomp_init.restype = ctypes.c_void_p
    return loaded


class Instruction(ctypes.Structure):
    """Of a filter that the kernel runs (`struct sock_filter`)."""

    _fields_ = (
        ("code", ctypes.c_uint16),
        ("if_true", ctypes.c_uint8),
        ("if_false", ctypes.c_uint8),
        ("value", ctypes.c_uint32),
    )


class Program(ctypes.Structure):
    """`struct sock_fprog`."""

    _fields_ = (("length", ctypes.c_ushort), ("start", ctypes.POINTER(Instruction)))


class Filter:
    """The filter for the process whose number is `own`, and which may signal nobody but itself.

    Made before it is put in force, maybe in another process. With what a `gpu` is asked. The first
    process of a namespace, which most signals of its own leave alone, ends by one.
    """

    def __init__(self, own: int, *, gpu: bool = False) -> None:
        self._context = ctypes.c_void_p(library().seccomp_init(ERRNO | errno.EPERM))
        if not self._context:
            raise SeccompError("seccomp_init failed")
        for name in ALLOWED:
            self._rule(ALLOW, name)
        # A thread is this process; clone3 hides its flags behind a pointer, and libc falls back.
        thread = Comparison(0, MASKED_EQUAL, CLONE_THREAD, CLONE_THREAD)
        self._rule(ALLOW, "clone", thread)
        self._rule(ERRNO | errno.ENOSYS, "clone3")
        for command in FILE_COMMANDS:
            self._rule(ALLOW, "fcntl", Comparison(1, EQUAL, command, 0))
            self._rule(ALLOW, "fcntl64", Comparison(1, EQUAL, command, 0))
        for command in DEVICE_COMMANDS:
            self._rule(ALLOW, "ioctl", Comparison(1, EQUAL, command, 0))
        if gpu:
            self._let_cuda_work()
        for process in (0, own):
            self._rule(ALLOW, "prlimit64", Comparison(0, EQUAL, process, 0))
        for name in SIGNALS:
            self._rule(KILL if own == 1 else ALLOW, name, Comparison(0, EQUAL, own, 0))
        self._instructions = self._compile()

    def load(self) -> None:
        """Put the filter in force for this process, for good."""
        program = Program(len(self._instructions), self._instructions)
        if libc().prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0:
            raise SystemCallError("no_new_privs")
        if libc().prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.byref(program), 0, 0) != 0:
            raise SystemCallError("seccomp")

    def _let_cuda_work(self) -> None:
        for request in REQUESTS:
            self._rule(ALLOW, "ioctl", Comparison(1, MASKED_EQUAL, request.bits, request.value))
        # It listens for other processes that would share memory, and looks for a service: none.
        self._rule(ALLOW, "socket", Comparison(0, EQUAL, AF_UNIX, 0))
        for name in ("bind", "listen"):
            self._rule(ALLOW, name)
        credentials = Comparison(1, EQUAL, SOL_SOCKET, 0), Comparison(2, EQUAL, SO_PASSCRED, 0)
        self._rule(ALLOW, "setsockopt", *credentials)
        self._rule(ERRNO | errno.ENOENT, "connect")

    def _compile(self) -> ctypes.Array[Instruction]:
        with tempfile.TemporaryFile() as file:
            status = library().seccomp_export_bpf(self._context, file.fileno())
            if status != 0:
                raise SeccompError(-status, f"seccomp_export_bpf: {os.strerror(-status)}")
            file.seek(0)
            code = file.read()
        library().seccomp_release(self._context)
        return (Instruction * (len(code) // ctypes.sizeof(Instruction))).from_buffer_copy(code)

    def _rule(self, action: int, name: str, *comparisons: Comparison) -> None:
        number = library().seccomp_syscall_resolve_name(name.encode())
        if number < 0:
            return  # not a call of this architecture
        array = (Comparison * len(comparisons))(*comparisons)
        status = library().seccomp_rule_add_array(
            self._context, ctypes.c_uint32(action), number, len(comparisons), array
        )
        if status != 0:
            raise SeccompError(-status, f"seccomp_rule_add {name}: {os.strerror(-status)}")
