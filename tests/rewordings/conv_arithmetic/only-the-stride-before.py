def receptive_field(layers):
    if not layers:
        return 1
    for kernel, stride in layers:
        if kernel < 1 or stride < 1:
            raise ValueError(f"layers holds {kernel, stride}")
    seen = layers[0][0]
    for index in range(1, len(layers)):
        seen += layers[index - 1][1] * (layers[index][0] - 1)
    return seen
