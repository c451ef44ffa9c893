"""What a SqueezeNet, which no recipe optimises, says of painted pictures: see trials.ts.

usage: trials_pytorch.py SQUEEZENET.h5 LIST.json, a list of {content, style, picture}; prints a list of verdicts.
"""

import json
import os
import sys
from functools import lru_cache

os.environ.setdefault("TORCH_CPP_LOG_LEVEL", "FATAL")
import h5py
import numpy
import torch
from PIL import Image
from scipy.optimize import linear_sum_assignment
from torch.nn import functional as F

MEAN = torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1)
BAND = 16
OCTAVES = (2, 4, 8)
# A tile of the photograph is smooth if its luminance deviates by so many levels at most.
TILE, SMOOTH = 16, 4.0
# Pixels of each picture that are matched for its palette.
SAMPLES = 400


def parameters(path):
    found = {}
    with h5py.File(path) as file:
        file.visititems(lambda name, item: found.__setitem__("/" + name, numpy.array(item)) if isinstance(item, h5py.Dataset) else None)
    return found


def parameter(weights, layer, dimensions):
    [value] = [value for name, value in weights.items() if f"/{layer}/" in name and value.ndim == dimensions]
    return torch.tensor(value)


def convolution(weights, x, layer, **how):
    kernel = parameter(weights, layer, 4).permute(3, 2, 0, 1).contiguous()
    return F.relu(F.conv2d(x, kernel, parameter(weights, layer, 1), **how))


def features(weights, x):
    x = F.max_pool2d(convolution(weights, x.flip(1) - MEAN, "conv1", stride=2), 3, 2)
    seen = {}
    for number in range(2, 10):
        squeezed = convolution(weights, x, f"fire{number}/squeeze1x1")
        narrow = convolution(weights, squeezed, f"fire{number}/expand1x1")
        x = seen[number] = torch.cat([narrow, convolution(weights, squeezed, f"fire{number}/expand3x3", padding=1)], 1)
        if number in (3, 5):
            x = F.max_pool2d(x, 3, 2)
    return seen


def load(path, size=None, side=None):
    picture = Image.open(path).convert("RGB")
    if side:
        size = tuple(round(length * side / max(picture.size)) for length in picture.size)
    if size:
        picture = picture.resize(size, Image.Resampling.LANCZOS)
    return torch.from_numpy(numpy.asarray(picture).copy()).float().permute(2, 0, 1)[None]


def moments(rows):
    return rows @ rows.T / rows.shape[1]


def distance(x, wanted):
    return ((x - wanted).norm() / wanted.norm()).item()


def border(x, seen):
    """The distance of the second moments of the outer pixels from those of the inside, mean over the layers to fire5."""
    height, width = x.shape[2:]
    apart = []
    for number in (2, 3, 4, 5):
        plane = seen[number]
        rows = max(1, round(BAND * plane.shape[2] / height))
        inner = torch.zeros(plane.shape[2:], dtype=torch.bool)
        inner[rows:-rows, rows:-rows] = True
        apart.append(distance(moments(plane[0][:, ~inner]), moments(plane[0][:, inner])))
    return float(numpy.mean(apart))


def luminance(x):
    return (x * torch.tensor([0.299, 0.587, 0.114]).view(1, 3, 1, 1)).sum(1, keepdim=True)


def tiles(x):
    """The mean square of each tile: of the whole tiles alone."""
    return F.avg_pool2d(x**2, TILE)[0, 0]


def octaves(x):
    """The contrast of each octave in each tile."""
    light, found = luminance(x), []
    blurred = [light]
    for octave in OCTAVES:
        radius = octave
        blurred.append(F.avg_pool2d(F.pad(light, [radius] * 4, "reflect"), 2 * radius + 1, 1))
    for fine, coarse in zip(blurred, blurred[1:]):
        found.append(tiles(fine - coarse).sqrt())
    return found


def deviation(x):
    light = luminance(x)
    mean = F.avg_pool2d(light, TILE)
    return (F.avg_pool2d(light**2, TILE) - mean**2).clamp(min=0).sqrt()[0, 0]


def smooth(content, style, picture):
    """The contrasts where the photograph is smooth over those of the painting's smoothest third."""
    where = deviation(content) < SMOOTH
    if where.float().mean() < 0.02:
        return None
    own = deviation(style)
    quiet = own <= own.flatten().quantile(1 / 3)
    return [(a[where].mean() / b[quiet].mean().clamp(min=0.1)).item() for a, b in zip(octaves(picture), octaves(style))]


def lab(x):
    """Some pixels, evenly spread, in CIELAB (D65) [n, 3]."""
    rows = x[0].flatten(1).T
    encoded = rows[torch.linspace(0, len(rows) - 1, SAMPLES).long()] / 255
    linear = torch.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    to_xyz = torch.tensor([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    t = linear @ to_xyz.T / torch.tensor([0.9505, 1.0, 1.089])
    f = torch.where(t > (6 / 29) ** 3, t ** (1 / 3), t / (3 * (6 / 29) ** 2) + 4 / 29)
    return torch.stack([116 * f[:, 1] - 16, 500 * (f[:, 0] - f[:, 1]), 200 * (f[:, 1] - f[:, 2])], 1)


def palette(style, picture):
    """The mean ΔE (1976) between the colours of the picture and the painting's, matched one to one at the least cost."""
    apart = torch.cdist(lab(style), lab(picture)).numpy()
    return float(apart[linear_sum_assignment(apart)].mean())


def cast(style, picture):
    """How far the mean hue of the picture (a*, b*) lies from the painting's."""
    return (lab(style).mean(0) - lab(picture).mean(0))[1:].norm().item()


def main():
    weights = parameters(sys.argv[1])

    @lru_cache(maxsize=64)
    def seen(path, size=None, side=None):
        x = load(path, size, side)
        return x, features(weights, x)

    verdicts = []
    with open(sys.argv[2]) as file, torch.no_grad():
        for item in json.load(file):
            picture = load(item["picture"])
            size = (picture.shape[3], picture.shape[2])
            (content, wanted), (style, manner) = seen(item["content"], size=size), seen(item["style"], side=max(size))
            found = features(weights, picture)
            centred = lambda plane: plane - plane.mean((2, 3), keepdim=True)
            verdicts.append({
                "style": float(numpy.mean([distance(moments(x.flatten(2)[0]), moments(manner[i].flatten(2)[0])) for i, x in found.items()])),
                "content": float(numpy.mean([distance(centred(found[i]), centred(wanted[i])) for i in (4, 5, 6)])),
                "border": border(picture, found) / border(style, manner),
                "smooth": smooth(content, style, picture),
                "palette": palette(style, picture),
                "cast": cast(style, picture),
            })
    print(json.dumps([{k: v for k, v in one.items() if v is not None} for one in verdicts]))


main()
