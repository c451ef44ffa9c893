"""Where training pictures come from: photographs and paintings at several sizes, and procedural pictures.

A picture here is a float32 array [3, height, width], channels blue, green, red, 0..255 (optimised ones may lie outside).
A pool is a list of pictures. Training looks at pairs of related pictures, [2, 3, height, width].
"""

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

SUFFIXES = {".jpg", ".jpeg", ".png"}

# Sizes at which each training picture is seen, relative to its own; the smallest sides kept are one crop.
PYRAMID = (1.0, 0.7, 0.5, 0.35, 0.25)


def to_array(image):
    """PIL image to a picture."""
    return np.ascontiguousarray(np.asarray(image.convert("RGB"), np.float32)[:, :, ::-1].transpose(2, 0, 1))


def to_image(picture):
    """Picture to a PIL image, clamped and rounded to 8 bits."""
    rgb = np.clip(np.rint(picture), 0, 255).astype(np.uint8)[::-1].transpose(1, 2, 0)
    return Image.fromarray(rgb)


def list_pictures(folder, exclude=()):
    """Paths of the pictures in `folder`, in order of name, without the file names in `exclude`."""
    paths = [p for p in sorted(Path(folder).iterdir()) if p.suffix.lower() in SUFFIXES and p.name not in exclude]
    if not paths:
        raise ValueError(f"{folder} holds no picture ({', '.join(sorted(SUFFIXES))})")
    return paths


def load_resized(path, longer_side):
    """The picture with its longer side at `longer_side` pixels (Lanczos)."""
    with Image.open(path) as image:
        image = image.convert("RGB")
        factor = longer_side / max(image.size)
        return to_array(image.resize([max(1, round(side * factor)) for side in image.size], Image.LANCZOS))


def load_pyramids(paths, smallest):
    """Every picture at every size of PYRAMID that is at least `smallest` pixels on its shorter side."""
    pool = []
    for path in paths:
        with Image.open(path) as image:
            image = image.convert("RGB")
            upscale = max(1.0, smallest / min(image.size))
            for factor in PYRAMID:
                size = [round(side * factor * upscale) for side in image.size]
                if min(size) >= smallest:
                    pool.append(to_array(image.resize(size, Image.LANCZOS)))
    return pool


def cut_crop(picture, size, rng):
    """A random square of `size` pixels out of [..., height, width]."""
    top = rng.integers(picture.shape[-2] - size + 1)
    left = rng.integers(picture.shape[-1] - size + 1)
    return picture[..., top : top + size, left : left + size]


def sample_crop(pool, size, rng):
    """One square of `size` pixels from a random picture of `pool`."""
    return cut_crop(pool[rng.integers(len(pool))], size, rng)


def sample_pair(pool, noises, size, rng):
    """Two related squares [2, 3, size, size]: one of `pool`, and the same after noise or a blend with another one."""
    crop = sample_crop(pool, size, rng)
    if rng.random() < 0.7:
        # Standard deviations of 2 to 40, small ones more often: the noise that optimisers leave is faint.
        changed = crop + sample_crop(noises, size, rng) * (2 * 20 ** rng.random())
    else:
        changed = crop + (sample_crop(pool, size, rng) - crop) * rng.uniform(0.1, 1)
    return np.stack([crop, changed])


def augment(pair, rng):
    """The same flips, transposition, permuted channels, contrast, brightness and noise for both of [2, 3, size, size]."""
    if rng.random() < 0.5:
        pair = pair[..., ::-1, :]
    if rng.random() < 0.5:
        pair = pair[..., ::-1]
    if rng.random() < 0.25:
        pair = pair.swapaxes(2, 3)
    if rng.random() < 0.3:
        pair = pair[:, rng.permutation(3)]
    if rng.random() < 0.4:
        mean = pair[:1].mean((2, 3), keepdims=True)
        pair = mean + (pair - mean) * rng.uniform(0.5, 1.6) + rng.normal(0, 15, (3, 1, 1))
    if rng.random() < 0.25:
        pair = pair + rng.standard_normal(pair.shape[1:], np.float32) * rng.uniform(1, 25)
    return np.ascontiguousarray(pair, np.float32)


def make_procedural(size, rng):
    """One square procedural picture: noise, a flat field, waves or shapes."""
    makers = (noise_field, noise_field, flat_field, waves, shapes, shapes)
    return makers[rng.integers(len(makers))](size, rng).astype(np.float32)


def coloured_noise(size, rng):
    """Gaussian noise of standard deviation 1, its power spectrum 1 / f^(2 a), a in 0..2, correlated between channels."""
    frequency = np.hypot(np.fft.fftfreq(size)[:, None], np.fft.rfftfreq(size)[None])
    frequency[0, 0] = 1 / size
    filtered = np.fft.rfft2(rng.standard_normal((3, size, size))) / frequency ** rng.uniform(0, 2)
    noise = np.fft.irfft2(filtered, (size, size))
    noise = (noise - noise.mean()) / noise.std()
    mixing = rng.normal(0, 1, (3, 3)) + rng.uniform(0, 3)
    mixing /= np.sqrt((mixing**2).sum(1, keepdims=True))
    return np.tensordot(mixing, noise, 1).astype(np.float32)


def noise_field(size, rng):
    """Coloured noise around one colour."""
    return coloured_noise(size, rng) * rng.uniform(5, 80) + rng.uniform(30, 225, (3, 1, 1))


def flat_field(size, rng):
    """One colour, with a slope and a little noise in half of the cases."""
    y, x = np.mgrid[:size, :size] / size - 0.5
    field = np.broadcast_to(rng.uniform(0, 255, (3, 1, 1)), (3, size, size))
    if rng.random() < 0.5:
        slope_y, slope_x = rng.uniform(-120, 120, (2, 3, 1, 1))
        field = field + slope_y * y + slope_x * x + rng.standard_normal((3, size, size)) * rng.uniform(0, 6)
    return field


def waves(size, rng):
    """A few sinusoids, some of them squared off to stripes, with periods of 2 to 60 pixels."""
    y, x = np.mgrid[:size, :size]
    picture = np.broadcast_to(rng.uniform(60, 200, (3, 1, 1)), (3, size, size))
    for _ in range(rng.integers(1, 4)):
        angle, period = rng.uniform(0, np.pi), 2 * 30 ** rng.random()
        wave = np.sin(2 * np.pi * (np.cos(angle) * x + np.sin(angle) * y) / period + rng.uniform(0, 2 * np.pi))
        if rng.random() < 0.4:
            wave = np.sign(wave)
        picture = picture + rng.normal(0, 40, (3, 1, 1)) * wave
    return picture


def shapes(size, rng):
    """Overlapping ellipses, polygons and lines, drawn at double size and halved for smooth edges."""

    def colour():
        return tuple(int(v) for v in rng.integers(0, 256, 3))

    image = Image.new("RGB", (2 * size, 2 * size), colour())
    draw = ImageDraw.Draw(image)
    for _ in range(rng.integers(5, 80)):
        centre, reach = rng.uniform(0, 2 * size, 2), 2 * size * 0.3 ** rng.uniform(1, 3.5)
        points = [tuple(p) for p in centre + rng.normal(0, reach, (rng.integers(3, 7), 2))]
        kind = rng.integers(3)
        if kind == 0:
            draw.polygon(points, fill=colour())
        elif kind == 1:
            draw.ellipse([*(centre - reach), *(centre + reach)], fill=colour())
        else:
            draw.line(points, fill=colour(), width=int(rng.integers(2, 12)))
    return to_array(image.resize((size, size), Image.LANCZOS))
