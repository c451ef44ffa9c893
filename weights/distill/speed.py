"""Parameters, file size and time per evaluation of students of given channels, untrained: speed does not depend on it."""

import argparse
import statistics
import time

import torch

from networks import Student, Teacher, layers_until
from transfer import STYLE_TAPS, content_energy, gram, style_energy

# Components of the heads: train.py's default.
COMPONENTS = {"conv1_1": 16, "conv2_1": None, "conv3_1": None, "conv3_4": 96}


def time_evaluation(network, size, repeats):
    """Median seconds of one loss and gradient at size x size, in float32."""
    x = (60 * torch.randn(1, 3, size, size)).requires_grad_(True)
    with torch.no_grad():
        found = network(x)
    grams, target = {tap: 0.5 * gram(found[tap]) for tap in STYLE_TAPS}, 0.5 * found["conv3_4"]
    seconds = []
    for _ in range(repeats):
        begin = time.perf_counter()
        found = network(x)
        energy = style_energy(found, grams) + content_energy(found, target)
        torch.autograd.grad(energy.sum(), x)
        seconds.append(time.perf_counter() - begin)
    return statistics.median(seconds)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", action="append", required=True, help="at each layer, with commas between")
    parser.add_argument("--teacher", help="VGG-19 in safetensors, to be timed too")
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    for text in arguments.channels:
        channels = dict(zip(layers_until("conv3_4"), (int(count) for count in text.split(",")), strict=True))
        student = Student(channels, COMPONENTS, dict.fromkeys(COMPONENTS, 1.0))
        count = sum(p.numel() for p in student.parameters())
        seconds = time_evaluation(student.requires_grad_(False), arguments.size, arguments.repeats)
        print(f"{text:28} {count:8} parameters {2 * count / 1e6:.2f} MB in float16, {seconds:.3f} s")
    if arguments.teacher:
        teacher = Teacher(arguments.teacher, COMPONENTS)
        count = sum(p.numel() for p in teacher.parameters())
        print(f"VGG-19 to conv3_4 {count} parameters, {time_evaluation(teacher, arguments.size, arguments.repeats):.3f} s")


if __name__ == "__main__":
    main()
