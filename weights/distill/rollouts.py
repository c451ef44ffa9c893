"""Pictures that the optimiser passes through when it works on the student.

They are what the student meets in use and no photograph shows; the teacher labels them in training like any other.
"""

import numpy as np
import torch

from pictures import sample_crop
from transfer import mean, transfer

# Style transfers that run side by side.
BATCH = 8

# Iterates of the finest size that are kept, counted in evaluations of the loss.
KEPT = (3, 8, 20, 45, 70)


def make_rollouts(network, photographs, size, rng):
    """Run BATCH random style transfers on `network`; give pairs of content and iterate [2, 3, size, size]."""
    contents, styles = (np.stack([sample_crop(photographs, size, rng) for _ in range(BATCH)]) for _ in range(2))
    content, style = torch.from_numpy(contents) - mean(), torch.from_numpy(styles) - mean()
    # Two in five start from noise, with the spread that a picture has.
    noisy = torch.from_numpy(rng.random(BATCH) < 0.4)[:, None, None, None]
    start = torch.where(noisy, torch.from_numpy(rng.normal(0, 50, content.shape)).float(), content)
    sizes, evaluations = ([size // 2, size], [30, KEPT[-1]]) if rng.random() < 0.7 else ([size], [KEPT[-1]])
    # Looked at on the teacher: at 0.1 a picture is clearly painted, at 1 the style is faint.
    weights = torch.from_numpy(10 ** rng.uniform(-3, 0.5, BATCH)).float()
    kept = []

    def watch(at, count, x):
        if at == size and count in KEPT:
            kept.extend(np.stack(pair) for pair in zip(contents, (x + mean()).numpy(), strict=True))

    transfer(network, content, style, weights, sizes, evaluations, start, watch)
    # A line search may try far points; such an iterate teaches nothing about good ones.
    return [pair for pair in kept if np.abs(pair[1] - 128).max() < 1000]
