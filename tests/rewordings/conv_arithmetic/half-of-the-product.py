def same_padding(kernel_size, dilation=1):
    if kernel_size < 1:
        raise ValueError("kernel_size is below 1")
    if dilation < 1:
        raise ValueError("dilation is below 1")
    is_lopsided = kernel_size % 2 == 0 and dilation % 2 == 1
    if is_lopsided:
        raise ValueError("no symmetric padding for this kernel_size and dilation")
    effective_kernel = kernel_size * dilation
    return effective_kernel >> 1
