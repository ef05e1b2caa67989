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
