def conv_transpose_output_size(
    input_size, kernel_size, stride=1, padding=0, output_padding=0, dilation=1
):
    for name, number, least in (
        ("input_size", input_size, 1),
        ("kernel_size", kernel_size, 1),
        ("stride", stride, 1),
        ("padding", padding, 0),
        ("output_padding", output_padding, 0),
        ("dilation", dilation, 1),
    ):
        if number < least:
            raise ValueError(f"{name} has to be {least} or more")
    if output_padding not in range(stride):
        raise ValueError("output_padding has to be smaller than stride")
    stamps = range(0, input_size * stride, stride)
    size = stamps[-1] + dilation * (kernel_size - 1) + 1 + output_padding - padding - padding
    if size <= 0:
        raise ValueError("padding is too large")
    return size
