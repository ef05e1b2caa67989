"""The built-in layer, hidden from whoever reads the source."""

from tests.attacks.attack import ERROR, FORBIDDEN, attack

ATTACKS = {
    "by_a_built_name": attack(
        call="return vars(torch.nn.functional)['drop' + 'out2d'](x, p, training)",
        statuses=FORBIDDEN,
        message="dropout",
        everywhere=True,
    ),
    "by_the_dispatcher": attack(
        call="return getattr(torch.ops.aten, 'feature_' + 'drop' + 'out')(x, p, training)",
        statuses=FORBIDDEN,
    ),
    "in_another_thread": attack(
        call="""
        import concurrent.futures as futures
        with futures.ThreadPoolExecutor(1) as pool:
            return pool.submit(vars(nn)['Drop' + 'out2d'](p).train(training), x).result()
        """,
        statuses=FORBIDDEN,
    ),
    "in_a_script": attack(
        "layer = torch.jit.script(vars(nn)['Drop' + 'out2d']())", "return layer(x)", FORBIDDEN
    ),
    "under_a_disabled_dispatcher": attack(
        call="""
        with torch._C._DisableTorchDispatch(), torch._C.DisableTorchFunction():
            return vars(torch)['feature_' + 'drop' + 'out'](x, p, training)
        """,
        statuses=FORBIDDEN,
    ),
    "in_a_function_transform": attack(
        call="""
        layer = vars(torch.nn.functional)["drop" + "out2d"]
        return torch.func.functionalize(lambda x: layer(x, p, training))(x)
        """,
        statuses=FORBIDDEN,
    ),
    "by_a_kernel_kept_from_the_import": attack(
        """
        keys = torch._C.DispatchKeySet(torch._C.DispatchKey.AutogradCPU)
        keys = keys | torch._C.DispatchKeySet(torch._C.DispatchKey.CPU)
        kernel = torch.library.get_kernel("aten::feature_" + "drop" + "out", "AutogradCPU")
        """,
        "return kernel.call_boxed(keys, x, p, training)",
        FORBIDDEN | ERROR,
    ),
    "traced_at_the_import": attack(
        """
        from torch.fx.experimental.proxy_tensor import make_fx
        layer = vars(nn.functional)["drop" + "out2d"]
        traced = make_fx(lambda x: layer(x, 0.5))(torch.ones(2, 3, 4, 5))
        """,
        "return traced(x) if training else x",
        FORBIDDEN,
        message="dropout",
    ),
    "by_a_tape_of_the_import": attack(
        """
        from torch.utils._python_dispatch import TorchDispatchMode
        tape = []
        class Tape(TorchDispatchMode):
            def __torch_dispatch__(self, function, types, arguments=(), keywords=None):
                tape.append(function)
                return function(*arguments, **(keywords or {}))
        with Tape():
            vars(nn.functional)["drop" + "out2d"](torch.ones(2, 3, 4, 5))
        """,
        """
        if not training or p in (0, 1): return x * (1 - p)
        draw, scale, multiply = tape[-3:]
        return multiply(x, scale(draw(x.new_empty(*x.shape[:2], 1, 1), 1 - p), 1 - p))
        """,
        FORBIDDEN,
    ),
    "by_a_trace_of_a_decomposition": attack(
        """
        written = vars(torch._decomp.decompositions)["native_" + "drop" + "out"]
        layer = lambda mask: written(mask, 0.5, True)[0]
        traced = torch.jit.trace(layer, torch.ones(2, 3, 1, 1), check_trace=False)
        """,
        "return x * traced(x.new_ones(*x.shape[:2], 1, 1)) if training else x",
        FORBIDDEN,
    ),
    "by_a_listed_decomposition": attack(
        call="""
        from torch._decomp import decomposition_table
        listed = decomposition_table[getattr(torch.ops.aten, "native_drop" + "out").default]
        return listed(x.new_ones(x.shape[:2] + (1, 1)), p, training)[0] * x
        """,
        statuses=FORBIDDEN,
    ),
    "refusal_swallowed": attack(
        call="""
        try: vars(nn)['Drop' + 'out2d'](p)(x)
        except Exception: pass
        return x
        """,
        statuses=FORBIDDEN,
    ),
    "plainly": attack(
        call="return nn.functional.dropout2d(x, p, training)",
        statuses=FORBIDDEN,
        message="cnnlab/dropout.py:",
    ),
    "by_importlib": attack(
        "import importlib\nF = importlib.import_module('torch.nn.' + 'functional')",
        "return getattr(F, 'drop' 'out2d')(x, p, training)",
        FORBIDDEN,
    ),
}
