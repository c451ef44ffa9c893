"""How far the student is from the teacher, at each tap."""

import torch

from transfer import STYLE_TAPS, TEACHER_CHANNELS, gram


def relative_errors(found, target, sizes):
    """{tap: mean over the crops of error / energy}, where half of the energy is the crop's own and half the average.

    The average keeps dark and flat crops, the crop's own keeps loud noise from ruling the sum.
    """
    losses = {}
    for tap, f in found.items():
        error = mean_square(f - target[tap])
        losses[tap] = (error / (0.5 * mean_square(target[tap]) + 0.5 * sizes[tap] ** 2)).mean()
    return losses


def change_errors(found, target, sizes):
    """{tap: mean over the pairs of error / energy of the change between a pair's two crops}.

    An optimiser follows changes: where the student sees one that the teacher does not, or misses one that it sees,
    the picture fills with grain, however small the error of the activations themselves. The floor of 0.1 % of the
    average energy keeps pairs without a change from ruling the sum.
    """
    losses = {}
    for tap, f in found.items():
        change, expected = f[1::2] - f[::2], target[tap][1::2] - target[tap][::2]
        losses[tap] = (mean_square(change - expected) / (mean_square(expected) + 1e-3 * sizes[tap] ** 2)).mean()
    return losses


def gram_error(found, target):
    """The published E_l between the Gram matrices of student and teacher, summed over the style taps, relative.

    It is divided by the same sum for the teacher's Gram matrices against zero: half each crop's own, half the average.
    The least squares of the activations alone make them too small, and with them the Gram matrices that a style is.
    """
    error = energy = 0.0
    for tap in STYLE_TAPS:
        wanted, share = gram(target[tap]), TEACHER_CHANNELS[tap[:5]] ** -2
        error = error + share * (gram(found[tap]) - wanted).square().sum((1, 2))
        energy = energy + share * wanted.square().sum((1, 2))
    return (error / (0.5 * energy + 0.5 * energy.mean())).mean()


def mean_square(f):
    """[batch] of [batch, channels, height, width], in one pass over the memory."""
    return torch.linalg.vector_norm(f.float(), dim=(1, 2, 3)).square() / f[0].numel()
