"""Looking for the answer: in memory, in other processes, on disk, in the environment."""

from tests.attacks.attack import attack

TEXTS = "('BEGIN SOLUTION', 'library_output_size', 'caught.json')"

ATTACKS = {
    "modules_of_the_grader": attack(
        """
        import sys
        def look():
            parts = ("autograder.checking", "autograder.checks", "autograder.parts",
                     "autograder.misconceptions", "solutions")
            return [name for name in sys.modules if name.startswith(parts)]
        leak(look)
        """,
        everywhere=True,
    ),
    "importing_the_grader": attack(
        """
        import importlib
        def look():
            for name in ("autograder.checks.dropout", "solutions.dropout", "tests.conftest"):
                try: return importlib.import_module(name)
                except ImportError: pass
        leak(look)
        """,
        everywhere=True,
    ),
    "objects_in_memory": attack(
        """
        import gc
        def look():
            for item in gc.get_objects():
                name = getattr(item, "__module__", None)
                if isinstance(name, str) and name.startswith(
                    ("autograder.checking", "autograder.checks", "autograder.parts", "solutions")
                ):
                    return item
        leak(look)
        """,
        everywhere=True,
    ),
    "stand_ins_in_memory": attack(
        """
        import gc
        def look():
            names = {"library_output_size", "LibraryBlock", "prepared_maps", "channel_moments"}
            return [f.__name__ for f in gc.get_objects()
                    if type(f).__name__ in ("function", "type") and f.__name__ in names]
        leak(look)
        """,
        everywhere=True,
    ),
    "texts_in_memory": attack(
        f"""
        import gc
        def look():
            for item in gc.get_objects():
                if isinstance(item, dict):
                    for value in list(item.values()):
                        if isinstance(value, str) and __name__ not in value:
                            if any(text in value for text in {TEXTS}):
                                if "TEXTS_OF_THIS_ATTACK" not in value: return value
        "TEXTS_OF_THIS_ATTACK"
        leak(look)
        """
    ),
    "frames_above": attack(
        call="""
        import sys
        def look():
            frame = sys._getframe()
            while frame:
                if "checks" in frame.f_code.co_filename: return frame.f_code.co_filename
                frame = frame.f_back
        leak(look)
        raise OSError
        """
    ),
    "files_of_the_course": attack(
        """
        import os
        def look():
            for top in ("/", "/root", "/home", "/srv", "/opt", "/tmp"):
                for folder, folders, files in os.walk(top):
                    folders[:] = [f for f in folders if f not in ("site-packages", "usr", "lib")]
                    for name in files:
                        if name in ("batchnorm.py", "caught.json", "grades.csv", "LABS.md"):
                            return os.path.join(folder, name)
        leak(look)
        """
    ),
    "files_through_proc": attack(
        """
        import os
        def look():
            for name in os.listdir("/proc"):
                if name.isdigit() and int(name) != os.getpid():
                    return os.listdir(f"/proc/{name}/cwd") or open(f"/proc/{name}/environ").read()
        leak(look)
        """
    ),
    "memory_of_others": attack(
        """
        import os
        def look():
            for number in [os.getppid(), *range(1, 20)]:
                if number != os.getpid():
                    try: return open(f"/proc/{number}/maps").read()
                    except OSError: pass
        leak(look)
        """
    ),
    "descriptors": attack(
        """
        import os, stat
        def look():
            for number in range(3, 256):
                try: mode = os.fstat(number).st_mode
                except OSError: continue
                if stat.S_ISREG(mode): return os.read(number, 100) or str(number)
        leak(look)
        """
    ),
    "environment": attack(
        """
        import os
        leak(lambda: [n for n in os.environ if "TOKEN" in n or "SECRET" in n or "AUTOGRADER" in n])
        """,
        everywhere=True,
    ),
    "network": attack(
        """
        import socket
        def look():
            for host in ("127.0.0.1", "192.0.2.1", "::1"):
                with socket.create_connection((host, 9), 0.2): return host
        leak(look)
        leak(lambda: socket.socket(type=socket.SOCK_DGRAM).connect(("192.0.2.1", 9)) or 1)
        """
    ),
    "asks_the_graders_server": attack(
        """
        import os, socket, struct
        def look():
            header = b"\\x81\\xa4type\\xa8describe"
            peer = socket.socket(socket.AF_UNIX)
            peer.connect(os.environ["TMPDIR"] + "/grader")
            peer.sendall(struct.pack(">II", len(header), 0) + header)
            return peer.recv(1000)
        leak(look)
        """,
        everywhere=True,
    ),
    "servers_of_the_grader": attack(
        """
        import glob, socket
        def look():
            for path in glob.glob("/tmp/autograder-*/*"):
                socket.socket(socket.AF_UNIX).connect(path)
                return path
        leak(look)
        leak(lambda: socket.socketpair())
        """
    ),
    "programs": attack(
        """
        import os, subprocess
        leak(lambda: subprocess.run(["cat", "/etc/passwd"], capture_output=True).stdout)
        leak(lambda: os.popen("id").read())
        leak(lambda: os.posix_spawn("/bin/true", ["true"], {}))
        """
    ),
    "tracing": attack(
        """
        import ctypes, os
        libc = ctypes.CDLL(None)
        leak(lambda: libc.ptrace(16, os.getppid(), 0, 0) == 0)
        """
    ),
    "source_of_the_worker": attack(
        """
        import inspect, sys
        def look():
            frame = sys._getframe()
            while frame:
                if frame.f_code.co_filename.endswith("interpreter.py"):
                    return open(frame.f_code.co_filename).read()
                frame = frame.f_back
        leak(look)
        """
    ),
    "audit_hook": attack(
        """
        import sys
        seen = []
        def hear(event, arguments):
            if event in ("compile", "exec", "open", "import"):
                text = str(arguments[0])
                if "prepared" in text or "library_" in text or "autograder/ch" in text:
                    seen.append(text)
        sys.addaudithook(hear)
        """,
        """
        leak(lambda: seen)
        raise OSError
        """,
    ),
    "callbacks_of_the_collector": attack(
        """
        import gc, sys
        seen = []
        def look(phase, info):
            frame = sys._getframe()
            while frame:
                for value in list(frame.f_locals.values()):
                    if type(value).__name__ in ("Part", "Load") and "def " in repr(value):
                        if "cnnlab" not in repr(value) and "tried" not in repr(value):
                            seen.append(repr(value))
                frame = frame.f_back
        gc.callbacks.append(look)
        gc.set_threshold(1)
        """,
        """
        leak(lambda: seen)
        raise OSError
        """,
        everywhere=True,
    ),
}
