from torch import nn


def make_features(config, in_channels=3, batch_norm=False):
    if config not in VGG_CONFIGS:
        raise ValueError(f"config {config} does not exist")
    features = nn.Sequential()
    for item in VGG_CONFIGS[config]:
        if item == "M":
            features.append(nn.MaxPool2d(2))
        elif item == "LRN":
            features.append(_LocalResponseNorm(5, alpha=5e-4, beta=0.75, k=2.0))
        else:
            size, width = (3, item) if isinstance(item, int) else (1, item[1])
            features.append(nn.Conv2d(in_channels, width, size, padding="same"))
            features.append(nn.ReLU())
            if batch_norm:
                features.append(nn.BatchNorm2d(width))
            in_channels = width
    return features
