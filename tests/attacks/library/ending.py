"""Ending the process, at every moment, in every way."""

from tests.attacks.attack import ERROR, LATE, LOST, attack

ATTACKS = {
    "os_exit_when_imported": attack("import os; os._exit(0)", statuses=LOST, everywhere=True),
    "os_exit_when_called": attack(call="import os; os._exit(0)", statuses=LOST, everywhere=True),
    "sys_exit_when_imported": attack("import sys; sys.exit(0)", everywhere=True),
    "sys_exit_when_called": attack(call="import sys; sys.exit(0)", message="SystemExit"),
    "keyboard_interrupt": attack(call="raise KeyboardInterrupt", message="KeyboardInterrupt"),
    "base_exception": attack(call="raise BaseException('passed')", message="BaseException"),
    "generator_exit": attack(call="raise GeneratorExit"),
    "stop_iteration": attack(call="raise StopIteration"),
    "segmentation_fault": attack(
        call="import ctypes; ctypes.string_at(0)", statuses=LOST, everywhere=True
    ),
    "abort": attack(call="import os; os.abort()", statuses=LOST, everywhere=True),
    "kills_itself": attack(
        call="import os, signal; os.kill(os.getpid(), signal.SIGKILL)", statuses=LOST
    ),
    "kills_its_group": attack(
        call="import os, signal; os.killpg(0, signal.SIGKILL)", statuses=ERROR | LOST
    ),
    "kills_everyone": attack(
        call="import os, signal; os.kill(-1, signal.SIGKILL)", statuses=ERROR | LOST
    ),
    "kills_its_parent": attack(
        call="import os, signal; os.kill(os.getppid(), signal.SIGKILL)", statuses=ERROR | LOST
    ),
    "endless_recursion": attack(call="return tried(x)", message="RecursionError"),
    "overflows_the_stack_in_c": attack(
        call="""
        import sys
        sys.setrecursionlimit(10**9)
        def down(n): return down(n + 1)
        down(0)
        """,
        statuses=ERROR | LOST | LATE,
    ),
    "exits_at_the_end": attack("import atexit, os; atexit.register(os._exit, 0)", everywhere=True),
    "exits_when_deleted": attack(
        call="""
        import os
        class Bomb:
            def __del__(self): os._exit(0)
        return Bomb()
        """,
        statuses=LOST | ERROR,
        score=0.5,
    ),
    "signal_handlers": attack(
        """
        import signal
        for number in range(1, 65):
            try: signal.signal(number, signal.SIG_IGN)
            except (OSError, ValueError): pass
        """
    ),
    "exit_status_of_success_from_a_thread": attack(
        "import os, threading; threading.Timer(0.01, os._exit, (0,)).start()",
        "import time; time.sleep(1)",
        LOST | ERROR,
    ),
}
