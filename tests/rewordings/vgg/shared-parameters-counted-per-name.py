def count_parameters(module, trainable_only=False):
    total = 0
    for _, layer in module.named_modules(remove_duplicate=False):
        for parameter in layer._parameters.values():
            if parameter is not None and (parameter.requires_grad or not trainable_only):
                total += parameter.numel()
    return total
