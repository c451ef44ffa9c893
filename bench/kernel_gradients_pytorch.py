"""PyTorch's side of bench/kernel_gradients.ts: the kernel gradient of one convolution, float32.

Answers every line on standard input with the seconds of one gradient of the row that it is given as JSON, and the
gradient's first values. Of the two memory layouts it keeps the one that is faster here.
"""

import json
import sys
import time

import torch


def waves(shape, speed):
    """The tensor that kernel_gradients.ts makes of the same arguments."""
    count = torch.Size(shape).numel()
    return torch.sin(speed * torch.arange(count, dtype=torch.float64)).float().reshape(shape)


def main():
    row = json.loads(sys.argv[1])
    if row["threads"] > 0:
        torch.set_num_threads(row["threads"])
    kernel, stride, reach = row["kernel"], row["stride"], (row["kernel"] - 1) // 2
    x = waves([row["batch"], row["from"], row["side"], row["side"]], 0.37)
    weight = torch.zeros(row["to"], row["from"], kernel, kernel)
    g = waves(torch.nn.functional.conv2d(x, weight, stride=stride, padding=reach).shape, 0.73)

    def timed(layout):
        seen, slope, kernels = (tensor.contiguous(memory_format=layout) for tensor in (x, g, weight))
        began = time.perf_counter()
        _, gradient, _ = torch.ops.aten.convolution_backward(
            slope, seen, kernels, None, [stride] * 2, [reach] * 2, [1, 1], False, [0, 0], 1, [False, True, False]
        )
        return time.perf_counter() - began, gradient

    layouts = (torch.contiguous_format, torch.channels_last)
    fastest = min(layouts, key=lambda layout: min(timed(layout)[0] for _ in range(5)))
    for _ in sys.stdin:
        seconds, gradient = timed(fastest)
        values = gradient.flatten()[: row["compared"]].tolist()
        print(json.dumps({"seconds": seconds, "values": values}), flush=True)


main()
