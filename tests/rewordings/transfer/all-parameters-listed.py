"""The parameters are collected without a look at requires_grad."""


def trainable_parameters(model):
    return [parameter for _, parameter in model.named_parameters()]
