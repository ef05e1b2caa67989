"""The search stops at the first Linear."""

from torch import nn


def replace_head(model, num_classes):
    for name, module in model.named_modules():
        if isinstance(module, nn.Linear):
            fresh = nn.Linear(module.in_features, num_classes).to(module.weight)
            *path, last = name.split(".")
            setattr(model.get_submodule(".".join(path)), last, fresh)
            return model
    raise ValueError("model has no Linear")
