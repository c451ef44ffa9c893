"""A student's first weights from its teacher's, layer by layer, by least squares.

Each unit of the student imitates one channel of the teacher: its kernel is the regression of that channel, before the
ReLU, on what the student's layer below gives. Which channels are imitated is chosen greedily, each time the one that
leaves least of the others unexplained. Training goes on from there, far ahead of random kernels.
"""

import torch
from torch.nn import functional as F

from networks import INPUT_SCALE, project

# Positions of each batch that a regression sees.
POSITIONS = 6000

# Added to the diagonal of a regression, relative to its mean.
RIDGE = 1e-5


@torch.no_grad()
def initialise(student, teacher, batches):
    """Set all weights of `student` from inputs [count, 3, side, side], a list; `teacher` has its basis."""
    below, truth = [x / INPUT_SCALE for x in batches], list(batches)
    names = list(student.trunk.convs)
    for name, after in zip(names, (*names[1:], None)):
        if name.endswith("_1") and name != "conv1_1":
            below, truth = [F.avg_pool2d(x, 2) for x in below], [F.avg_pool2d(x, 2) for x in truth]
        layer, original = student.trunk.convs[name], teacher.trunk.convs[name]
        truth = [original(x) for x in truth]

        patches, wanted = sample(below, truth, 3)
        kernels, biases = regress(patches, wanted)
        if name in student.heads and name not in teacher.basis:
            chosen, size = list(range(layer.out_channels)), torch.full((layer.out_channels,), student.sizes[name])
        else:
            features = F.relu(wanted)
            # A hidden layer's channel counts as much as the next layer hears it.
            hidden = name not in student.heads and after
            loudness = teacher.trunk.convs[after].weight.square().sum((0, 2, 3)).sqrt() if hidden else 1
            chosen = choose(features * loudness, layer.out_channels)
            # A ReLU lets a positive factor through: units of about one in size suit AdamW's steps.
            size = features[:, chosen].square().mean(0).sqrt().clamp(min=1e-3)
        layer.weight.copy_((kernels[:, chosen] / size).T.reshape(layer.weight.shape))
        layer.bias.copy_(biases[chosen] / size)

        below, truth = [F.relu_(layer(x)) for x in below], [F.relu_(y) for y in truth]
        if name in teacher.basis:
            coordinates = [project(y, teacher.basis[name]) / student.sizes[name] for y in truth]
            slopes, intercepts = regress(*sample(below, coordinates))
            student.heads[name].weight.copy_(slopes.T[:, :, None, None])
            student.heads[name].bias.copy_(intercepts)


def sample(xs, ys, side=1):
    """Rows of the same random positions of two lists of [batch, channels, height, width]: patches of xs, values of ys."""
    patches, values = [], []
    for x, y in zip(xs, ys, strict=True):
        at = torch.randint(len(x) * x.shape[2] * x.shape[3], (POSITIONS,))
        unfolded = F.unfold(x, side, padding=side // 2) if side > 1 else x.flatten(2)
        patches.append(unfolded.transpose(1, 2).flatten(0, 1)[at])
        values.append(y.flatten(2).transpose(1, 2).flatten(0, 1)[at])
    return torch.cat(patches), torch.cat(values)


def regress(x, y):
    """(slopes [in, out], intercepts [out]) of the least squares fit of y by x, both [positions, ...]."""
    mean_x, mean_y = x.mean(0), y.mean(0)
    x, y = x - mean_x, y - mean_y
    moments = (x.T @ x).double()
    moments += RIDGE * moments.diagonal().mean() * torch.eye(len(moments))
    slopes = torch.linalg.solve(moments, (x.T @ y).double()).float()
    return slopes, mean_y - mean_x @ slopes


def choose(features, count):
    """The `count` columns of `features` [positions, channels] from which all of them follow best, linearly."""
    moments = (features.T @ features).double()
    floor, chosen = 1e-9 * moments.diagonal().sum(), []
    for _ in range(count):
        gains = moments.square().sum(0) / moments.diagonal().clamp(min=floor)
        gains[chosen] = -1
        best = int(gains.argmax())
        chosen.append(best)
        moments = moments - torch.outer(moments[best], moments[best]) / moments[best, best].clamp(min=floor)
    return chosen
