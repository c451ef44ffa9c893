"""Writes the small weights files of the tests with the libraries that own the formats.

Each holds conv1_1 of VGG: kernel[o, i, y, x] = ((27 o + 9 i + 3 y + x) mod 101 - 50) / 64 and bias[o] = o / 8, which
are exact in float16, too; the channels are in the order of our networks (blue, green, red) unless the format has another.

Those called many hold 50 arrays instead: value k of array i is (i + k mod 101) / 64.

    python3 make.py && deno fmt        (numpy 2.4, scipy 1.17, h5py 3.16, torch 2.13, keras 3.15, safetensors 0.8)
"""

import argparse
import json
import os
from collections import OrderedDict
from pathlib import Path

os.environ["KERAS_BACKEND"] = "torch"

import h5py
import keras
import numpy as np
import scipy.io
import torch
from safetensors.torch import save_file

here = Path(__file__).parent
kernel = ((np.arange(64 * 27) % 101 - 50) / 64).astype(np.float32).reshape(64, 3, 3, 3)
bias = (np.arange(64) / 8).astype(np.float32)
hwio = np.ascontiguousarray(kernel.transpose(2, 3, 1, 0))


def keras_file(name, kernel_path, bias_path, **options):
    with h5py.File(here / name, "w", track_order=False) as file:
        group = file.create_group("block1_conv1")
        group.attrs["weight_names"] = [kernel_path.encode(), bias_path.encode()]
        group.create_dataset(kernel_path, data=hwio, **options)
        group.create_dataset(bias_path, data=bias)
        file.create_group("block1_pool").attrs["weight_names"] = []
        file.attrs["layer_names"] = [b"block1_conv1", b"block1_pool"]


def cell(*items):
    result = np.empty((1, len(items)), object)
    for i, item in enumerate(items):
        result[0, i] = item
    return result


def matconvnet():
    rgb = np.asfortranarray(hwio[:, :, ::-1, :])
    relu = {"type": "relu", "name": "relu1_1"}
    mean = np.array([123.68, 116.779, 103.939], np.float32)
    new = {"weights": cell(rgb, bias.reshape(64, 1)), "pad": np.ones((1, 4)), "type": "conv", "name": "conv1_1"}
    top = {"weights": cell(np.zeros((7, 7, 2, 5), np.float32), np.zeros((1, 5), np.float32)), "type": "conv", "name": "fc6"}
    meta = {"normalization": {"averageImage": mean.reshape(1, 1, 3), "interpolation": "bicubic"}}
    scipy.io.savemat(here / "new.mat", {"layers": cell(new, relu, top), "meta": meta}, do_compression=True)
    old = {"type": "conv", "name": "conv1_1", "filters": rgb, "biases": bias.reshape(1, 64), "stride": 1.0}
    average = np.broadcast_to(mean, (4, 4, 3)).copy()
    classes = {"description": cell("tench", "goldfish")}
    variables = {"layers": cell(old, relu), "classes": classes, "normalization": {"averageImage": average}}
    scipy.io.savemat(here / "old.mat", variables, do_compression=False)


class Python2:
    """Pickles as the OrderedDict of Python 2 did: its entries are arguments."""

    def __init__(self, state):
        self.state = state

    def __reduce__(self):
        return OrderedDict, ([list(entry) for entry in self.state.items()],)


def pytorch():
    state = {"features.0.weight": torch.tensor(kernel), "features.0.bias": torch.tensor(bias)}
    state["classifier.0.weight"] = torch.zeros(4, 4)
    torch.save(state, here / "zip.pth")
    torch.save(state, here / "legacy.pth", _use_new_zipfile_serialization=False)
    torch.save(Python2(state), here / "python2.pth", _use_new_zipfile_serialization=False)
    torch.save({key: value.half() for key, value in state.items()}, here / "half.pth")


def wrapped():
    """What programs of today wrap a state dict in, and how they lay its tensors out."""
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 64, 3), torch.nn.ReLU())
    with torch.no_grad():
        model[0].weight.copy_(torch.tensor(kernel))
        model[0].bias.copy_(torch.tensor(bias))
    torch.save(model.state_dict(), here / "bare.pth")
    torch.save(model, here / "module.pth")
    optimiser = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
    model(torch.zeros(1, 3, 8, 8)).sum().backward()
    optimiser.step()
    state = {"features.0.weight": torch.tensor(kernel), "features.0.bias": torch.tensor(bias)}
    checkpoint = {
        "epoch": 3,
        "arguments": argparse.Namespace(lr=0.1, name="vgg"),
        "best": np.float64(0.5),
        "shape": torch.tensor(kernel).shape,
        "device": torch.device("cpu"),
        "history": {"loss": [torch.tensor(1.0)]},
        "optimizer_state_dict": optimiser.state_dict(),
        "model_state_dict": state,
        "ema": {key: value + 1 for key, value in state.items()},
    }
    torch.save(checkpoint, here / "checkpoint.pth")
    last = torch.tensor(kernel).contiguous(memory_format=torch.channels_last)
    turned = torch.tensor(np.ascontiguousarray(hwio)).permute(3, 2, 0, 1)
    inside = torch.stack([torch.tensor(bias), torch.tensor(bias) + 1], dim=1)[:, 0]
    strided = {"features.0.weight": last, "features.0.bias": inside, "turned": turned, "one": torch.ones(1).expand(4, 4)}
    torch.save(strided, here / "strided.pth")


def keras3():
    layer = keras.layers.Conv2D(64, 3, name="block1_conv1")
    model = keras.Sequential([keras.Input((8, 8, 3)), layer, keras.layers.MaxPooling2D()])
    layer.set_weights([hwio, bias])
    model.save_weights(here / "keras3.weights.h5")
    model.save(here / "model.keras")


def npz():
    arrays = {"conv1_1_W": hwio[:, :, ::-1, :], "conv1_1_b": bias}
    np.savez(here / "plain.npz", **arrays)
    fortran = {"conv1_1_W": np.asfortranarray(arrays["conv1_1_W"]), "conv1_1_b": bias.astype(np.float64)}
    np.savez_compressed(here / "compressed.npz", **fortran)


def sharded():
    (here / "sharded").mkdir(exist_ok=True)
    shards = {"features.0.weight": torch.tensor(kernel), "features.0.bias": torch.tensor(bias)}
    weight_map = {}
    for i, (name, tensor) in enumerate(shards.items()):
        weight_map[name] = f"model-0000{i + 1}-of-00002.safetensors"
        save_file({name: tensor}, here / "sharded" / weight_map[name])
    index = {"metadata": {"total_size": 7168}, "weight_map": weight_map}
    (here / "sharded" / "model.safetensors.index.json").write_text(json.dumps(index))


def tfjs(folder, weights, shards):
    (here / folder).mkdir(exist_ok=True)
    names = [f"group1-shard{i + 1}of{len(shards)}.bin" for i in range(len(shards))]
    for name, content in zip(names, shards):
        (here / folder / name).write_bytes(content)
    manifest = [{"paths": names, "weights": weights}]
    (here / folder / "model.json").write_text(json.dumps({"format": "layers-model", "weightsManifest": manifest}))


def numbered(i, *shape):
    return ((i + np.arange(np.prod(shape)) % 101) / 64).astype(np.float32).reshape(shape)


def many():
    arrays = {f"a{i}": numbered(i, i + 1, 3) for i in range(50)}
    with h5py.File(here / "many.h5", "w") as file:
        for name, values in arrays.items():
            file.create_dataset(name, data=values)
    torch.save({name: torch.tensor(values) for name, values in arrays.items()}, here / "many.pth")
    # Kernels beyond a megabyte are left in the file when it is opened.
    pairs = [cell(numbered(2 * i, 1, 1, 1, 2**18 + 1), numbered(2 * i + 1, 1, i + 2)) for i in range(25)]
    layers = [{"type": "conv", "name": f"c{i}", "weights": pair} for i, pair in enumerate(pairs)]
    scipy.io.savemat(here / "many.mat", {"layers": cell(*layers)}, do_compression=True)


def noise(count):
    values = [1]
    while len(values) <= count:
        values.append((1103515245 * values[-1] + 12345) % 2**31)
    return np.array([value >> 16 & 255 for value in values[1:]], np.uint8)


def kinds(name, **options):
    """Numbers of every type and layout, in groups of every size: array i is numbered(i, 5, 3) unless it says so."""
    types = ["f2", "f4", "f8", "i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8"]
    with h5py.File(here / name, "w", **options) as file:
        for i, kind in enumerate(types):
            file.create_dataset(f"types/{kind}", data=np.floor(8 * numbered(i, 5, 3)).astype(kind))
        layouts = file.create_group("layouts")
        layouts.create_dataset("scalar", data=np.float32(2.5))
        layouts.create_dataset("empty", data=h5py.Empty("f4"))
        compact = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        compact.set_layout(h5py.h5d.COMPACT)
        space = h5py.h5s.create_simple((5, 3))
        dataset = h5py.h5d.create(layouts.id, b"compact", h5py.h5t.IEEE_F32LE, space, dcpl=compact)
        dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, numbered(1, 5, 3))
        if "libver" not in options:
            whole = numbered(2, 7, 5, 3, 11)
            filters = {"compression": "gzip", "shuffle": True, "fletcher32": True}
            layouts.create_dataset("chunks", data=whole, chunks=(2, 2, 2, 4), **filters)
            layouts.create_dataset("one_chunk", data=numbered(3, 5, 3), maxshape=(None, 3), chunks=(64, 3))
            # A chunk may be left as it is, whatever its filters.
            bare = layouts.create_dataset("noise", data=noise(256), chunks=(128,), compression="gzip")
            bare.id.write_direct_chunk((128,), noise(256)[128:].tobytes(), filter_mask=1)
            layouts.create_dataset("bytes", data=np.arange(9, dtype="u1"), chunks=(5,), fletcher32=True)
        for i in range(80):
            file.create_dataset(f"many/kernel_of_layer_{i}", data=numbered(i, 2))
        file["link"] = h5py.SoftLink("/many")
        file["many/back"] = file["/"]
        file["many"].attrs["text"] = "x" * 5000


keras_file("flat.h5", "block1_conv1_W_1:0", "block1_conv1_b_1:0")
keras_file("nested.h5", "block1_conv1/kernel:0", "block1_conv1/bias:0")
keras_file("chunked.h5", "block1_conv1_W_1:0", "block1_conv1_b_1:0", chunks=(3, 3, 3, 16), compression="gzip", shuffle=True)
matconvnet()
pytorch()
wrapped()
keras3()
npz()
sharded()
plain = hwio.tobytes() + bias.tobytes()
entries = [
    {"name": "block1_conv1/kernel", "shape": [3, 3, 3, 64], "dtype": "float32"},
    {"name": "block1_conv1/bias", "shape": [64], "dtype": "float32"},
]
tfjs("plain", entries, [plain[:4000], plain[4000:]])
# Integers from 0: the kernel's values are multiples of 1/64 from -50/64 on.
quantised = np.round(hwio * 64 + 50).astype(np.uint8).tobytes() + np.round(bias * 8).astype(np.uint16).tobytes()
entries[0]["quantization"] = {"dtype": "uint8", "scale": 1 / 64, "min": -50 / 64}
entries[1]["quantization"] = {"dtype": "uint16", "scale": 1 / 8, "min": 0}
tfjs("quantised", entries, [quantised])
many()
kinds("kinds.h5")
kinds("ordered.h5", track_order=True)
kinds("latest.h5", libver="latest")
