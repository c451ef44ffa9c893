"""One contender of bench/evaluation.ts: the same objective in eager PyTorch, float32.

Answers every line on standard input with the seconds of one evaluation at the size and on the device that it is given.
Of the two memory layouts it keeps the one that is faster here. On CUDA it computes in float32 too, without TF32, and
lets cuDNN choose its algorithms by measuring.
"""

import json
import resource
import sys
import time

import torch
import torch.nn.functional as F

STYLE = {"conv1_1": 0.5, "conv2_1": 1.0, "conv3_1": 1.5, "conv4_1": 3.0, "conv5_1": 4.0}
CONTENT = "conv5_2"
BLOCKS = [(64, 2), (128, 2), (256, 4), (512, 4), (512, 2)]


def random_parameters(device):
    """Kernels and biases by layer name, in order."""
    parameters, channels = {}, 3
    for block, (width, count) in enumerate(BLOCKS, start=1):
        for i in range(1, count + 1):
            bound = (6 / (channels * 9)) ** 0.5
            kernel = (torch.rand(width, channels, 3, 3) * 2 - 1) * bound
            parameters[f"conv{block}_{i}"] = (kernel.to(device), torch.zeros(width, device=device))
            channels = width
    return parameters


def evaluate(image, parameters):
    """Value and gradient of the objective at one image [1, 3, H, W]; the targets are zero."""
    x, value = image, 0.0
    for name, (kernel, bias) in parameters.items():
        if name.endswith("_1") and name != "conv1_1":
            x = F.avg_pool2d(x, 2)
        x = F.relu(F.conv2d(x, kernel, bias, padding=1))
        if name in STYLE:
            channels = x.shape[1]
            rows = x.reshape(channels, -1)
            gram = rows @ rows.T / rows.shape[1]
            value = value + 100 * STYLE[name] * gram.pow(2).sum() / (4 * channels**2)
        if name == CONTENT:
            value = value + 5 * 0.5 * x.pow(2).sum()
    (gradient,) = torch.autograd.grad(value, image)
    return value.item(), gradient


def main():
    torch.manual_seed(1)
    size, device = int(sys.argv[1]), torch.device(sys.argv[2])
    torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = False
    torch.backends.cudnn.benchmark = True
    image = (torch.rand(1, 3, size, size) * 255 - 128).to(device)
    layouts = []
    for layout in (torch.contiguous_format, torch.channels_last):
        parameters = {
            name: (kernel.contiguous(memory_format=layout), bias) for name, (kernel, bias) in random_parameters(device).items()
        }
        layouts.append((image.contiguous(memory_format=layout).requires_grad_(), parameters))

    def seconds(layout):
        began = time.perf_counter()
        evaluate(*layout)
        if device.type == "cuda":
            torch.cuda.synchronize()
        return time.perf_counter() - began

    fastest = min(layouts, key=lambda layout: min(seconds(layout) for _ in range(3)))
    for _ in sys.stdin:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"seconds": seconds(fastest), "peakBytes": peak}), flush=True)


main()
