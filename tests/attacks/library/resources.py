"""Using up the machine, and time."""

from tests.attacks.attack import ERROR, LATE, LOST, attack

ATTACKS = {
    "endless_loop": attack(call="while True: pass", statuses=LATE, everywhere=True, slow=True),
    "endless_loop_when_imported": attack("while True: pass", statuses=LATE, everywhere=True),
    "endless_sleep": attack(
        call="import time; time.sleep(10**6)", statuses=LATE, everywhere=True, slow=True
    ),
    "loop_in_c": attack(call="sum(range(10**12))", statuses=LATE, slow=True),
    "catastrophic_pattern": attack(
        call="import re; re.match('(a+)+$', 'a' * 60 + 'b')", statuses=LATE, slow=True
    ),
    "swallows_signals_and_loops": attack(
        "import signal\nsignal.pthread_sigmask(signal.SIG_BLOCK, range(1, 65))",
        "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
        LATE,
    ),
    "loops_in_a_thread": attack(
        """
        import threading
        def spin():
            while True: pass
        for _ in range(3): threading.Thread(target=spin, daemon=True).start()
        """,
        statuses=ERROR | LATE,
    ),
    "joins_a_thread_that_never_ends": attack(
        "import threading, time",
        "t = threading.Thread(target=time.sleep, args=(10**6,)); t.start(); t.join()",
        LATE,
        slow=True,
    ),
    "thousand_threads": attack(
        """
        import threading, time
        for _ in range(1000):
            try: threading.Thread(target=time.sleep, args=(10**6,), daemon=True).start()
            except RuntimeError: break
        """,
        statuses=ERROR | LATE | LOST,
    ),
    "all_memory": attack(
        call="a = []\nwhile True: a.append(bytearray(1 << 28))", statuses=ERROR | LOST | LATE
    ),
    "memory_untouched": attack(
        call="return torch.empty(1 << 40, dtype=torch.uint8)",
        statuses=ERROR,
        message="memory",
        score=0.5,
    ),
    "file_without_end": attack(
        """
        def look():
            with open("/tmp/fill", "wb") as file:
                for _ in range(1024): file.write(bytes(1 << 20))
            return "a gigabyte"
        leak(look)
        """,
    ),
    "files_without_number": attack(
        """
        def look():
            for number in range(10**5): open(f"/tmp/{number}", "w").close()
            return "all of them"
        leak(look)
        """,
    ),
    "open_files": attack(
        "held = []\nleak(lambda: held.extend(open('/dev/null') for _ in range(1000)) or len(held))",
        statuses=ERROR | LOST,
    ),
    "fork_bomb": attack(
        """
        import os
        def look():
            while True: os.fork()
        leak(look)
        """,
    ),
    "processes": attack(
        """
        import multiprocessing
        leak(lambda: multiprocessing.Pool(8).map(abs, range(8)))
        """,
    ),
    "sockets": attack("import socket\nleak(lambda: [socket.socket() for _ in range(100)])"),
    "lowers_its_own_limits": attack(
        "import resource\n"
        "leak(lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (10**4, 10**4)) or 1)",
    ),
    "raises_its_priority": attack(
        "import os\n"
        "leak(lambda: os.nice(-5) or 1)\n"
        "leak(lambda: os.sched_setaffinity(0, {0}) or 1)",
    ),
    "output_without_end": attack(
        "for _ in range(1000): print('x' * 10**6)", statuses=ERROR, everywhere=True
    ),
    "lines_without_end_in_an_error": attack(call=r"raise ValueError('x\n' * 10**6)", score=0.5),
    "warm_answer_late": attack(
        call="import time; time.sleep(0.3); raise NotImplementedError('dropout2d')",
        statuses=ERROR | LATE,
        slow=True,
    ),
    "keeps_the_interpreter": attack(
        """
        import sys, threading
        sys.setswitchinterval(10**6)
        def spin():
            while True: pass
        threading.Thread(target=spin, daemon=True).start()
        """,
        statuses=ERROR | LATE | LOST,
    ),
}
