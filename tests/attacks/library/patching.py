"""Patching what comparisons, kernels and the worker are made of."""

from tests.attacks.attack import ERROR, LOST, attack

IDENTITY = "return x"  # earns what an identity earns, which is not nothing
EARNED = 4.0

ATTACKS = {
    "torch_equal": attack("torch.equal = torch.allclose = lambda *a, **k: True"),
    "testing": attack("torch.testing.assert_close = lambda *a, **k: None"),
    "tensor_comparison": attack(
        "torch.Tensor.__eq__ = torch.Tensor.__lt__ = lambda a, b: torch.ones_like(a).bool()"
    ),
    "builtins": attack(
        """
        import builtins
        builtins.abs = lambda n: 0
        builtins.isinstance = lambda a, b: True
        builtins.all = builtins.any = lambda items: True
        """,
        statuses=ERROR | LOST,
    ),
    "numpy": attack(
        "import math, numpy\n"
        "numpy.allclose = numpy.array_equal = math.isclose = lambda *a, **k: True"
    ),
    "operator": attack("import operator\noperator.eq = operator.ne = lambda a, b: True"),
    "clock": attack(
        "import time\ntime.monotonic = time.time = time.perf_counter = lambda: 0.0", everywhere=True
    ),
    "random_seed": attack("torch.manual_seed = lambda seed: None", IDENTITY, ERROR, score=EARNED),
    "module_call": attack(
        "nn.Module.__call__ = lambda self, *a: a[0] if a else None", IDENTITY, ERROR, score=EARNED
    ),
    "answers_by_frame": attack(
        """
        import sys
        frame = sys._getframe()
        while frame:
            for name, value in list(frame.f_locals.items()):
                if callable(getattr(value, "execute", None)):
                    value.execute = lambda request, body: None
            frame = frame.f_back
        """,
        statuses=ERROR | LOST,
    ),
    "encoder_by_gc": attack(
        """
        import gc
        for item in gc.get_objects():
            try:
                if isinstance(item, type) and item.__name__ == "Encoder":
                    item.encode = lambda self, value: True
            except Exception:
                pass
        """,
        statuses=ERROR | LOST,
    ),
    "raised_to_returned": attack(
        """
        import gc
        for item in gc.get_objects():
            try:
                if type(item).__name__ == "function" and item.__name__ == "_raised":
                    item.__code__ = (lambda error, names: None).__code__
            except Exception:
                pass
        """,
        statuses=ERROR | LOST,
    ),
    "kernel": attack(
        """
        library = torch.library.Library("aten", "IMPL")
        library.impl("bernoulli_.float", lambda x, p=0.5, *, generator=None: x.fill_(1.0), "CPU")
        """,
        IDENTITY,
        ERROR,
        score=EARNED,
    ),
    "trace_function": attack(
        """
        import sys
        def trace(frame, event, argument):
            frame.f_trace_lines = False
            if event == "exception":
                frame.f_locals["error"] = None
            return trace
        sys.settrace(trace); sys.setprofile(trace)
        """,
        statuses=ERROR | LOST,
    ),
    "import_machinery": attack(
        """
        import sys
        class Everything:
            def find_spec(self, name, path, target=None): return None
            def __getattr__(self, name): return self
            def __call__(self, *a, **k): return True
        for name in list(sys.modules):
            if name.startswith(("msgspec", "operator")):
                sys.modules[name] = Everything()
        """,
        statuses=ERROR | LOST,
    ),
    "default_device": attack("torch.set_default_device('meta')", IDENTITY, ERROR, score=EARNED),
    "default_dtype": attack(
        "torch.set_default_dtype(torch.float64)", IDENTITY, ERROR, score=EARNED
    ),
    "grad_switched_off": attack("torch.set_grad_enabled(False)", IDENTITY, ERROR, score=EARNED),
    "inference_mode": attack(
        "torch.inference_mode().__enter__()", IDENTITY, ERROR | LOST, score=EARNED
    ),
    "function_mode_left_on": attack(
        """
        from torch.overrides import TorchFunctionMode
        class Ones(TorchFunctionMode):
            def __torch_function__(self, function, types, args=(), kwargs=None):
                result = function(*args, **(kwargs or {}))
                return torch.ones_like(result) if type(result) is torch.Tensor else result
        Ones().__enter__()
        """,
        IDENTITY,
        ERROR | LOST,
        score=EARNED,
    ),
}
