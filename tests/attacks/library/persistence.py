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
}
