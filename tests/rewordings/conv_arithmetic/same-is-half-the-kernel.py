def conv2d_output_shape(input_shape, out_channels, kernel_size, stride=1, padding=0, dilation=1):
    if len(input_shape) != 4 or any(size < 1 for size in input_shape):
        raise ValueError("input_shape needs four positive sizes")
    if out_channels < 1:
        raise ValueError("out_channels must be positive")

    def on(axis, value):
        return value[axis] if isinstance(value, tuple) else value

    if isinstance(padding, str) and padding not in ("same", "valid"):
        raise ValueError(f"padding {padding!r}?")
    spatial = []
    for axis in range(2):
        kernel, step, gap = on(axis, kernel_size), on(axis, stride), on(axis, dilation)
        if padding == "same":
            if on(0, stride) != 1 or on(1, stride) != 1:
                raise ValueError("stride must be 1 with same padding")
            border = gap * (kernel // 2)
        elif padding == "valid":
            border = 0
        else:
            border = on(axis, padding)
        for name, number in (("kernel_size", kernel), ("stride", step), ("dilation", gap)):
            if number < 1:
                raise ValueError(f"{name} must be positive")
        if border < 0:
            raise ValueError("padding must not be negative")
        room = input_shape[2 + axis] + 2 * border - gap * (kernel - 1) - 1
        if room < 0:
            raise ValueError("kernel_size is too large")
        spatial.append(room // step + 1)
    return (input_shape[0], out_channels, *spatial)
