"""Style transfer by optimisation on any network of networks.py: for rollouts and for the measurements.

Gatys et al. 2015: a picture is optimised by L-BFGS until its features match the content and its Gram matrices match
the style, here from coarse to fine.
"""

import numpy as np
import torch
from torch.nn import functional as F

from networks import MEAN_BGR

CONTENT_TAP = "conv3_4"
STYLE_TAPS = ("conv1_1", "conv2_1", "conv3_1")

# Channels of VGG-19 at each layer: N in the published E_l. The student's fewer components stand for all of them.
TEACHER_CHANNELS = {"conv1": 64, "conv2": 128, "conv3": 256, "conv4": 512, "conv5": 512}


def to_input(picture):
    """Picture [3, height, width], 0..255, to a network's input [1, 3, height, width]."""
    return torch.as_tensor(np.asarray(picture, np.float32))[None] - mean()


def to_picture(x):
    """A network's input back to a picture."""
    return (x.detach() + mean())[0].numpy()


def mean():
    return torch.tensor(MEAN_BGR)[None, :, None, None]


def resize(x, height, width):
    """Bilinear, antialiased when it shrinks."""
    return F.interpolate(x, (height, width), mode="bilinear", antialias=True, align_corners=False)


def gram(features):
    """Gram matrices over positions, divided by their number: [batch, components, components], always in float32."""
    flat = features.float().flatten(2)
    with torch.autocast("cpu", enabled=False):
        return flat @ flat.mT / flat.shape[2]


def style_energy(found, targets):
    """Sum over the style taps of the published E_l = 1 / (4 N^2) sum (G / M - A / M_a)^2, one for each picture."""
    total = 0.0
    for tap, target in targets.items():
        total = total + (gram(found[tap]) - target).square().sum((1, 2)) / (4 * TEACHER_CHANNELS[tap[:5]] ** 2)
    return total


def content_energy(found, target):
    """Half the squared distance of the features, per position, one for each picture."""
    return 0.5 * (found[CONTENT_TAP] - target).float().square().sum(1).mean((1, 2))


def style_targets(network, style):
    """Gram matrices {tap: [batch, components, components]} of styles given as input."""
    with torch.no_grad():
        found = network(style)
    return {tap: gram(found[tap]) for tap in STYLE_TAPS}


def transfer(network, content, style, content_weight, sizes, evaluations, start=None, watch=None):
    """Optimise pictures; takes and gives inputs [batch, 3, height, width].

    content_weight: of the content energy against the style energy, a number or one for each picture. sizes: longer sides of the content, coarse to fine; the style shrinks by the same factor. evaluations: how many
    losses and gradients each size may cost. start: the first image (the content itself where None), at any size.
    watch(size, count, x) sees the image at every evaluation.
    """
    longest = max(content.shape[2:])
    x = content if start is None else start
    for size, budget in zip(sizes, evaluations, strict=True):
        factor = size / longest
        height, width = (max(1, round(side * factor)) for side in content.shape[2:])
        style_here = resize(style, *(max(8, round(side * factor)) for side in style.shape[2:]))
        grams = style_targets(network, style_here)
        with torch.no_grad():
            target = network(resize(content, height, width))[CONTENT_TAP]
        x = minimise(network, resize(x, height, width), grams, target, content_weight, budget, size, watch)
    return x


def minimise(network, x, grams, target, content_weight, budget, size, watch):
    """L-BFGS with a strong Wolfe line search on one size, for all pictures at once.

    Each picture's energy is divided by its first value, so that none outweighs the others in a batch. The evaluations
    may run out in the middle of a line search, so the best image seen is kept, not the last.
    """
    # torch's first step has a 1-norm of at most 1: in these units that is a tenth of a grey level for every value, far
    # enough for float32 to see the energy change.
    unit = x[0].numel() / 10
    z = (x.detach() / unit).requires_grad_(True)
    optimiser = torch.optim.LBFGS(
        [z], max_iter=budget, max_eval=budget, history_size=20, line_search_fn="strong_wolfe",
        tolerance_grad=0, tolerance_change=0,
    )
    count, first = 0, None
    lowest, best = float("inf"), x.detach().clone()

    def closure():
        nonlocal count, first, lowest, best
        optimiser.zero_grad()
        x = z * unit
        found = network(x)
        energies = style_energy(found, grams) + content_weight * content_energy(found, target)
        first = energies.detach() if first is None else first
        energy = (energies / first).sum()
        energy.backward()
        if energy.item() < lowest:
            lowest, best = energy.item(), x.detach().clone()
        count += 1
        if watch is not None:
            watch(size, count, x.detach())
        return energy

    optimiser.step(closure)
    return best
