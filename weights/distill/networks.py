"""The teacher (VGG-19), the student, and the files that hold them.

Both networks are the same trunk: 3x3 convolutions with zero padding 1, each followed by a ReLU, and 2x2 average
pooling with stride 2 between the blocks (average instead of max: Gatys et al. 2015, section 2.2). A layer's name means
its activation after the ReLU. Pictures are float tensors [batch, 3, height, width], channels blue, green, red, 0..255
minus MEAN_BGR, the convention of the published VGG weights.
"""

import json
import os

import torch
from safetensors.torch import load_file, safe_open, save_file
from torch import nn
from torch.nn import functional as F

# Mean of ImageNet in blue, green, red, published with VGG-19 (Simonyan and Zisserman 2014).
MEAN_BGR = (103.939, 116.779, 123.68)

# VGG-19, configuration E: the number of convolutions in each of its five blocks.
BLOCKS = (2, 2, 4, 4, 4)
LAYERS = tuple(f"conv{b}_{i}" for b, count in enumerate(BLOCKS, 1) for i in range(1, count + 1))

# The student sees its input divided by this, so that it is about one in size; export folds it into conv1_1.
INPUT_SCALE = 60.0


def layers_until(last):
    """The names of all layers up to and including `last`."""
    return LAYERS[: LAYERS.index(last) + 1]


def deepest(taps):
    """The one of `taps` that lies deepest in the network."""
    return max(taps, key=LAYERS.index)


class Trunk(nn.Module):
    """Convolutions conv1_1 to `last`; `channels[name]` is how many each gives."""

    def __init__(self, channels):
        super().__init__()
        self.convs = nn.ModuleDict()
        before = 3
        for name, count in channels.items():
            self.convs[name] = nn.Conv2d(before, count, 3, padding=1)
            before = count

    def forward(self, x, taps):
        """Activations {tap: [batch, channels, height, width]}."""
        found = {}
        for name, conv in self.convs.items():
            if name.endswith("_1") and name != "conv1_1":
                x = F.avg_pool2d(x, 2)
            x = F.relu_(conv(x))
            if name in taps:
                found[name] = x
        return found


class Teacher(nn.Module):
    """VGG-19 seen through an orthonormal basis at each tap, without gradients to its weights.

    `basis[tap]` is [components, channels]; while it is empty the taps give the activations themselves.
    """

    def __init__(self, path, taps):
        super().__init__()
        tensors = load_file(path)
        names = layers_until(deepest(taps))
        missing = [name for name in names if f"{name}.weight" not in tensors]
        if missing:
            raise ValueError(f"{path} lacks {', '.join(missing)}, which the taps {', '.join(taps)} need")
        self.taps = tuple(taps)
        self.trunk = Trunk({name: tensors[f"{name}.weight"].shape[0] for name in names})
        for name in names:
            self.trunk.convs[name].load_state_dict(
                {"weight": tensors[f"{name}.weight"], "bias": tensors[f"{name}.bias"]}
            )
        self.requires_grad_(False)
        self.basis = {}

    def forward(self, x):
        found = self.trunk(x, self.taps)
        return {tap: project(f, self.basis[tap]) if tap in self.basis else f for tap, f in found.items()}


def project(features, basis):
    """Coordinates [batch, components, height, width] of features in `basis` [components, channels]."""
    return F.conv2d(features, basis[:, :, None, None])


class Student(nn.Module):
    """The small network: a trunk of `channels[layer]` channels and a linear 1x1 head at each tap.

    components: {tap: how many coordinates of the teacher's basis the head predicts}; None where the layer is as wide as
    the teacher's and predicts its activations itself, without a head.
    sizes: {tap: the root mean square of what is predicted there}; the output is multiplied by it, so that the kernels
    have about the same size at every layer.
    """

    def __init__(self, channels, components, sizes):
        super().__init__()
        self.trunk = Trunk(channels)
        self.heads = nn.ModuleDict(
            {tap: nn.Conv2d(channels[tap], count, 1) if count else nn.Identity() for tap, count in components.items()}
        )
        self.sizes = dict(sizes)
        for conv in self.trunk.convs.values():
            nn.init.kaiming_normal_(conv.weight, nonlinearity="relu")
            nn.init.zeros_(conv.bias)

    def forward(self, x):
        """Predictions {tap: [batch, components, height, width]} in the teacher's own units."""
        found = self.trunk(x / INPUT_SCALE, self.heads.keys())
        return {tap: self.heads[tap](f) * self.sizes[tap] for tap, f in found.items()}


def export_student(student, path, metadata):
    """Write `student` as a float16 safetensors file that takes the teacher's input as it is.

    The factors go into the kernels, so the file holds only plain layers: `<layer>.weight`, `<layer>.bias`,
    `<tap>.head.weight`, `<tap>.head.bias`. Its header names the taps.
    """
    tensors, before = {}, INPUT_SCALE
    for name, conv in student.trunk.convs.items():
        head = student.heads[name] if name in student.heads else None
        # A ReLU lets a positive factor through, so a tap without a head has its size in its own kernel.
        size = student.sizes[name] if isinstance(head, nn.Identity) else 1.0
        tensors[f"{name}.weight"], tensors[f"{name}.bias"] = conv.weight * (size / before), conv.bias * size
        before = size
        if isinstance(head, nn.Conv2d):
            tensors[f"{name}.head.weight"] = head.weight * student.sizes[name]
            tensors[f"{name}.head.bias"] = head.bias * student.sizes[name]
    metadata = metadata | {"taps": ",".join(student.heads)}
    write_safetensors({name: tensor.detach().half() for name, tensor in tensors.items()}, path, metadata)


def load_student(path):
    """The network in an exported file, in float32, with its shape read from the tensors."""
    tensors = {name: tensor.float() for name, tensor in load_file(path).items()}
    channels = {name: tensors[f"{name}.weight"].shape[0] for name in LAYERS if f"{name}.weight" in tensors}
    taps = read_metadata(path)["taps"].split(",")
    components = {tap: len(tensors[f"{tap}.head.bias"]) if f"{tap}.head.bias" in tensors else None for tap in taps}
    student = Student(channels, components, dict.fromkeys(components, 1.0))
    with torch.no_grad():
        for name, conv in student.trunk.convs.items():
            conv.weight.copy_(tensors[f"{name}.weight"])
            conv.bias.copy_(tensors[f"{name}.bias"])
        student.trunk.convs["conv1_1"].weight.mul_(INPUT_SCALE)
        for tap in filter(components.get, taps):
            head = student.heads[tap]
            head.weight.copy_(tensors[f"{tap}.head.weight"])
            head.bias.copy_(tensors[f"{tap}.head.bias"])
    return student.requires_grad_(False)


def save_basis(basis, path, metadata):
    """Write {tap: [components, channels]} as float16 safetensors, one tensor `<tap>.basis` each."""
    write_safetensors({f"{tap}.basis": rows.half() for tap, rows in basis.items()}, path, metadata)


def load_basis(path):
    """The inverse of save_basis, in float32."""
    return {name.removesuffix(".basis"): rows.float() for name, rows in load_file(path).items()}


def write_safetensors(tensors, path, metadata):
    """Write beside the target, then rename: a reader never sees half a file."""
    temporary = f"{path}.partial"
    texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in metadata.items()}
    save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, temporary, metadata=texts)
    os.replace(temporary, path)


def read_metadata(path):
    """The strings in the header of a safetensors file."""
    with safe_open(path, "pt") as file:
        return file.metadata() or {}
