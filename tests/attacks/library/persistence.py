"""Leaving something behind for the next worker, the next student or the next day."""

from tests.attacks.attack import ERROR, LOST, attack

MARK = "cnnlab-left-behind"

ATTACKS = {
    "marks_the_temporary_folder": attack(
        f"import os, tempfile\nopen(os.path.join(tempfile.gettempdir(), '{MARK}'), 'w').write('x')",
    ),
    "finds_the_mark": attack(
        f"""
        import glob, os, tempfile
        folders = (tempfile.gettempdir(), "/tmp", "/dev/shm", "/var/tmp", os.getcwd())
        leak(lambda: [f for folder in folders for f in glob.glob(folder + "/*{MARK}*")])
        """,
    ),
    "marks_shared_memory": attack(
        f"""
        from multiprocessing import shared_memory
        leak(lambda: shared_memory.SharedMemory("{MARK}", create=True, size=16).name)
        leak(lambda: open("/dev/shm/{MARK}", "w").write("x"))
        """,
    ),
    "daemon": attack(
        """
        import os, time
        def look():
            if os.fork() == 0:
                os.setsid()
                if os.fork(): os._exit(0)
                time.sleep(600)
                os._exit(0)
            return "a process"
        leak(look)
        """,
    ),
    "poisons_site_packages": attack(
        """
        import os, sysconfig
        folder = sysconfig.get_paths()["purelib"]
        leak(lambda: open(os.path.join(folder, "cnnlab-left-behind.pth"), "w").write("import os"))
        """,
    ),
    "poisons_a_cache": attack(
        """
        import os, sys
        folder = os.path.join(os.path.dirname(torch.__file__), "__pycache__")
        leak(lambda: open(os.path.join(folder, "cnnlab-left-behind.pyc"), "wb").write(b"x"))
        """,
    ),
    "changes_the_library_for_others": attack(
        "torch.nn.functional.relu = torch.relu = lambda *a, **k: None\nnn.Module = object",
        statuses=ERROR | LOST,
        everywhere=True,
    ),
    "counts_across_checks": attack(
        "COUNT = 0",
        """
        global COUNT
        COUNT += 1
        raise OSError(COUNT)
        """,
        everywhere=True,
    ),
    "new_namespaces": attack(
        """
        import ctypes
        libc = ctypes.CDLL(None)
        leak(lambda: libc.unshare(0x10000000) == 0)
        leak(lambda: libc.mount(b"none", b"/tmp", b"tmpfs", 0, None) == 0)
        leak(lambda: libc.umount2(b"/proc", 2) == 0)
        leak(lambda: libc.setuid(0) == 0)
        leak(lambda: libc.chroot(b"/tmp") == 0)
        """,
    ),
    "root_through_a_link": attack(
        """
        import os
        os.symlink("/", "/tmp/root")
        leak(lambda: [n for n in os.listdir("/tmp/root/root") if n == ".bashrc"])
        leak(lambda: open("/tmp/root/etc/passwd").read())
        """,
    ),
    "changes_modes_and_times": attack(
        """
        import os
        for path in (torch.__file__, os.path.dirname(torch.__file__), ".", "/", "/tmp"):
            mode = os.stat(path).st_mode & 0o7777
            leak(lambda: os.chmod(path, mode) or path)
            leak(lambda: os.utime(path, (0, 0)) or path)
        """,
    ),
    "locks_what_others_read": attack(
        """
        import fcntl
        def lock(command):
            with open(torch.__file__) as file:
                command(file)
            return "a lock"
        leak(lambda: lock(lambda file: fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)))
        leak(lambda: lock(lambda file: fcntl.lockf(file, fcntl.LOCK_SH | fcntl.LOCK_NB)))
        leak(lambda: fcntl.fcntl(open(torch.__file__), 1024, 0) == 0 and "a lease")
        """,
    ),
    "rare_system_calls": attack(
        """
        import ctypes, platform
        libc = ctypes.CDLL(None, use_errno=True)
        # Of x86-64: what outlives a process, watches or reaches another one.
        zeros = b"\\0" * 120
        calls = {
            "add_key": (248, b"user", b"cnnlab", b"x", 1, -4), "keyctl": (250, 0, -4, 1),
            "shmget": (29, 77, 4096, 0o1666), "semget": (64, 77, 1, 0o1666),
            "msgget": (68, 77, 0o1666), "mq_open": (240, b"cnnlab", 0o102, 0o666, 0),
            "inotify_init1": (294, 0), "fanotify_init": (300, 0, 0),
            "memfd_create": (319, b"x", 0),
            "io_uring_setup": (425, 4, zeros), "perf_event_open": (298, zeros, 0, -1, -1, 0),
            "userfaultfd": (323, 1), "bpf": (321, 0, zeros, 64), "pidfd_open": (434, 1, 0),
            "process_vm_readv": (310, 1, 0, 0, 0, 0, 0), "kcmp": (312, 1, 1, 0, 0, 0),
            "open_by_handle_at": (304, -100, zeros, 0), "personality": (135, 0x40000),
            "setns": (308, 0, 0), "pivot_root": (155, b"/", b"/"), "clone3": (435, zeros, 88),
            "vfork": (58,), "execveat": (322, -100, b"/bin/true", 0, 0, 0), "reboot": (169, 0),
        }
        def look():
            return [name for name, call in calls.items() if libc.syscall(*call) >= 0]
        if platform.machine() == "x86_64": leak(look)
        """,
    ),
    "numbers_of_another_architecture": attack(
        """
        import ctypes, mmap, platform
        def run(code):
            page = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
            page.write(code)
            place = ctypes.addressof(ctypes.c_char.from_buffer(page))
            return ctypes.CFUNCTYPE(ctypes.c_int)(place)()
        def look():
            # fork() by x32's number, then by that of 32 bits
            for code in ("b839000040 0f05 c3", "b802000000 cd80 c3"):
                if run(bytes.fromhex(code)) >= 0: return "a process"
        if platform.machine() == "x86_64": leak(look)
        """,
        statuses=ERROR | LOST,
    ),
}
