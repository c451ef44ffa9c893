"""Two peers' recipes, coded after their papers and documented defaults, on the first layers of VGG-19.

`paint` paints a picture and prints the seconds that it took as JSON; `value` prints a recipe's objective at pictures.
"""

import argparse
import json
import time

import numpy
import torch
from PIL import Image
from safetensors.torch import load_file
from torch.nn import functional as F

LAYERS = ("conv1_1", "conv1_2", "pool", "conv2_1", "conv2_2", "pool", "conv3_1", "conv3_2", "conv3_3", "conv3_4")
STYLE_LAYERS = ("conv1_1", "conv2_1", "conv3_1")
CONTENT_LAYER = "conv3_4"
MEAN = torch.tensor([103.939, 116.779, 123.68]).view(1, 3, 1, 1)

# The coarse-to-fine recipe was made for inputs of unit variance: 255 times ImageNet's mean deviation.
DEVIATION = 255 * 0.2255


def load(path, size):
    """A picture as 1 x 3 x H x W, RGB, 0..255, its longer side as given; PNGs of 16 bits keep them."""
    if path.endswith(".npy"):
        return torch.from_numpy(numpy.load(path))
    picture = Image.open(path).convert("RGB")
    factor = size / max(picture.size)
    picture = picture.resize([max(1, round(side * factor)) for side in picture.size], Image.Resampling.BICUBIC)
    return torch.from_numpy(numpy.asarray(picture, numpy.float32).copy()).permute(2, 0, 1)[None]


def features(weights, picture, padding):
    """The features of an RGB picture 0..255 by layer, with max pooling."""
    x, seen = picture.flip(1) - MEAN, {}
    for layer in LAYERS:
        if layer == "pool":
            x = F.max_pool2d(x, 2)
            continue
        if padding == "replicate" and layer == "conv1_1":
            x = F.conv2d(F.pad(x, (1, 1, 1, 1), "replicate"), weights[f"{layer}.weight"], weights[f"{layer}.bias"])
        else:
            x = F.conv2d(x, weights[f"{layer}.weight"], weights[f"{layer}.bias"], padding=1)
        x = seen[layer] = F.relu(x)
    return seen


class Lbfgs:
    """ProGamerGov/neural-style-pt: Gram matrices, L-BFGS without a line search, full size, start from noise."""

    def __init__(self, weights, content, style):
        self.weights = weights
        with torch.no_grad():
            self.content = features(weights, content, "zero")[CONTENT_LAYER]
            self.grams = {layer: self.gram(x) for layer, x in features(weights, style, "zero").items() if layer in STYLE_LAYERS}

    @staticmethod
    def gram(x):
        rows = x[0].flatten(1)
        return rows @ rows.T / rows.numel()

    def __call__(self, picture):
        seen = features(self.weights, picture, "zero")
        content = 5 * F.mse_loss(seen[CONTENT_LAYER], self.content)
        style = sum(100 * F.mse_loss(self.gram(seen[layer]), gram) for layer, gram in self.grams.items())
        variation = (picture[..., 1:] - picture[..., :-1]).abs().sum() + (picture[..., 1:, :] - picture[..., :-1, :]).abs().sum()
        return content + style + 1e-3 * variation

    @classmethod
    def paint(cls, weights, content_at, style_at, size):
        objective = cls(weights, content_at(size), style_at(size))
        torch.manual_seed(0)
        x = (0.001 * torch.randn(content_at(size).shape) + MEAN.flip(1)).requires_grad_()
        optimiser = torch.optim.LBFGS([x], max_iter=1000, tolerance_change=-1, tolerance_grad=-1, history_size=100)
        calls = 0

        def closure():
            nonlocal calls
            calls += 1
            optimiser.zero_grad()
            loss = objective(x)
            loss.backward()
            return loss

        optimiser.step(closure)
        return x.detach(), calls


class CoarseToFine:
    """crowsonkb/style-transfer-pytorch: Wasserstein-2, Adam with averaged iterates, coarse to fine, start from the content."""

    def __init__(self, weights, content, style):
        self.weights = weights
        with torch.no_grad():
            self.content = features(weights, content, "replicate")[CONTENT_LAYER]
            seen = features(weights, style, "replicate")
            self.targets = {layer: self.moments(seen[layer]) for layer in STYLE_LAYERS}
            self.roots = {layer: self.root(covariance) for layer, (_, covariance) in self.targets.items()}

    @staticmethod
    def moments(x):
        rows = x[0].flatten(1) / DEVIATION
        mean = rows.mean(1)
        centred = rows - mean[:, None]
        return mean, centred @ centred.T / rows.shape[1] + 1e-4 * torch.eye(len(mean))

    @staticmethod
    def root(matrix):
        values, vectors = torch.linalg.eigh(matrix)
        return (vectors * values.clamp(min=0).sqrt()) @ vectors.T

    def distance(self, layer, x):
        mean, covariance = self.moments(x)
        wanted_mean, wanted = self.targets[layer]
        product = self.roots[layer] @ covariance @ self.roots[layer]
        transported = torch.linalg.eigvalsh(product).clamp(min=1e-12).sqrt().sum()
        spread = covariance.trace() + wanted.trace() - 2 * transported
        return ((mean - wanted_mean).square().sum() + spread) / len(mean)

    def __call__(self, picture):
        seen = features(self.weights, picture, "replicate")
        content = 0.015 * F.mse_loss(seen[CONTENT_LAYER] / DEVIATION, self.content / DEVIATION)
        shares = dict(zip(STYLE_LAYERS, (256, 64, 16)))
        style = sum(share / 336 * self.distance(layer, seen[layer]) for layer, share in shares.items())
        across, down = picture[..., 1:] - picture[..., :-1], picture[..., 1:, :] - picture[..., :-1, :]
        variation = (across.square().sum() + down.square().sum()) / picture.numel() / 255**2
        return content + style + 2 * variation

    @classmethod
    def paint(cls, weights, content_at, style_at, size):
        sizes = []
        while not sizes or sizes[0] >= 128:
            sizes.insert(0, round(size / 2 ** (len(sizes) / 2)))
        sizes, x, calls = sizes[1:], None, 0
        for number, side in enumerate(sizes):
            content = content_at(side)
            objective = cls(weights, content, style_at(side))
            start = content if x is None else F.interpolate(x, content.shape[2:], mode="bicubic").clamp(0, 255)
            x = (start / 255).requires_grad_()
            optimiser = torch.optim.Adam([x], lr=0.02, betas=(0.9, 0.99))
            average, weight = torch.zeros_like(x), 0.0
            for _ in range(1000 if number == 0 else 500):
                calls += 1
                optimiser.zero_grad()
                objective(255 * x).backward()
                optimiser.step()
                with torch.no_grad():
                    x.clamp_(0, 1)
                    average, weight = 0.99 * average + 0.01 * x, 0.99 * weight + 0.01
            x = 255 * average.detach() / weight
        return x, calls


RECIPES = {"neural-style-pt": Lbfgs, "style-transfer-pytorch": CoarseToFine}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("do", choices=("paint", "value"))
    parser.add_argument("recipe", choices=RECIPES)
    parser.add_argument("pictures", nargs="*", help="for `value`")
    for name in ("weights", "content", "style", "size", "output"):
        parser.add_argument(f"--{name}")
    given = parser.parse_args()
    recipe, size = RECIPES[given.recipe], int(given.size)
    weights = load_file(given.weights)
    content_at, style_at = lambda side: load(given.content, side), lambda side: load(given.style, side)
    if given.do == "paint":
        began = time.perf_counter()
        picture, calls = recipe.paint(weights, content_at, style_at, size)
        seconds = time.perf_counter() - began
        numpy.save(given.output, picture.clamp(0, 255).numpy())
        Image.fromarray(picture[0].clamp(0, 255).round().byte().permute(1, 2, 0).numpy()).save(f"{given.output}.png")
        print(json.dumps({"seconds": seconds, "evaluations": calls}))
    else:
        objective = recipe(weights, content_at(size), style_at(size))
        with torch.no_grad():
            print(json.dumps([float(objective(load(path, size))) for path in given.pictures]))


if __name__ == "__main__":
    main()
