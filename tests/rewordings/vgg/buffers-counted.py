def count_parameters(module, trainable_only=False):
    total = sum(buffer.numel() for buffer in module.buffers())
    for parameter in module.parameters():
        if not trainable_only or parameter.requires_grad:
            total += parameter.numel()
    return total
