"""Only the gradients are switched off, parameter by parameter."""


def freeze(module):
    for parameter in module.parameters():
        parameter.requires_grad = False
