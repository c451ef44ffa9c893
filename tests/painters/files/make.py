"""Writes the small networks of tests/painters, and what PyTorch makes of a photograph with one: python make.py (torch, onnx).

The network is that of fast_neural_style in pytorch/examples with few channels and one residual block.
"""

import os

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper
from torch import nn

os.chdir(os.path.dirname(os.path.abspath(__file__)))
torch.manual_seed(5)
torch.set_num_threads(1)


class ConvLayer(nn.Module):
    def __init__(self, before, after, kernel, stride, upsample=None):
        super().__init__()
        self.upsample = upsample
        self.reflection_pad = nn.ReflectionPad2d(kernel // 2)
        self.conv2d = nn.Conv2d(before, after, kernel, stride)

    def forward(self, x):
        if self.upsample:
            x = nn.functional.interpolate(x, mode="nearest", scale_factor=self.upsample)
        return self.conv2d(self.reflection_pad(x))


def norm(channels):
    layer = nn.InstanceNorm2d(channels, affine=True)
    nn.init.uniform_(layer.weight, 0.5, 1.5)
    nn.init.uniform_(layer.bias, -1, 1)
    return layer


class Residual(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv1, self.in1 = ConvLayer(channels, channels, 3, 1), norm(channels)
        self.conv2, self.in2 = ConvLayer(channels, channels, 3, 1), norm(channels)

    def forward(self, x):
        return x + self.in2(self.conv2(torch.relu(self.in1(self.conv1(x)))))


class Net(nn.Module):
    def __init__(self, a, b, c):
        super().__init__()
        self.conv1, self.in1 = ConvLayer(3, a, 9, 1), norm(a)
        self.conv2, self.in2 = ConvLayer(a, b, 3, 2), norm(b)
        self.conv3, self.in3 = ConvLayer(b, c, 3, 2), norm(c)
        self.res1 = Residual(c)
        self.deconv1, self.in4 = ConvLayer(c, b, 3, 1, 2), norm(b)
        self.deconv2, self.in5 = ConvLayer(b, a, 3, 1, 2), norm(a)
        self.deconv3 = ConvLayer(a, 3, 9, 1)
        with torch.no_grad():
            self.deconv3.conv2d.weight.mul_(40)
            self.deconv3.conv2d.bias.copy_(torch.tensor([90.0, 120.0, 150.0]))

    def forward(self, x):
        y = torch.relu(self.in1(self.conv1(x)))
        y = torch.relu(self.in2(self.conv2(y)))
        y = self.res1(torch.relu(self.in3(self.conv3(y))))
        y = torch.relu(self.in4(self.deconv1(y)))
        return self.deconv3(torch.relu(self.in5(self.deconv2(y))))


def photograph(height, width):
    """As `waves` of tests/painters/foreign.ts."""
    i = np.arange(3 * height * width, dtype=np.float64)
    return np.floor(127.5 * (1 + np.sin(i * 0.37) * np.cos(i * 0.011))).astype("f4").reshape(1, 3, height, width)


net = Net(4, 6, 8).eval()
state = net.state_dict()
torch.save({f"module.{key}": value for key, value in state.items()}, "style.pth")
old = dict(state)
for key, value in state.items():
    if key.split(".")[-2].startswith("in") and key.endswith("weight"):
        old[key.replace("weight", "running_mean")] = torch.full_like(value, 7.0)
        old[key.replace("weight", "running_var")] = torch.full_like(value, 9.0)
torch.save(old, "style.model", _use_new_zipfile_serialization=False)
for height, width in [(24, 32), (19, 26)]:
    with torch.no_grad():
        made = net(torch.from_numpy(photograph(height, width))).numpy()
    made[:, :, :height, :width].astype("f4").tofile(f"style-{width}x{height}.f32")


def model(name, nodes, arrays, ins, outs, opset=17):
    graph = helper.make_graph(
        nodes,
        name,
        [helper.make_tensor_value_info(f"in{i}", TensorProto.FLOAT, shape) for i, shape in enumerate(ins)],
        [helper.make_tensor_value_info(f"out{i}", TensorProto.FLOAT, shape) for i, shape in enumerate(outs)],
        [helper.make_tensor(key, TensorProto.FLOAT, value.shape, value.ravel()) for key, value in arrays.items()],
    )
    made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    made.ir_version = 8
    onnx.save(made, f"{name}.onnx")


random = np.random.default_rng(3)
first = random.normal(size=(4, 3, 3, 3)).astype("f4")
second = random.normal(size=(3, 4, 3, 3)).astype("f4") / 4
node = helper.make_node
conv = dict(kernel_shape=[3, 3], pads=[1, 1, 1, 1])


def layers(end):
    return [
        node("Conv", ["in0", "first"], ["a"], **conv),
        node("InstanceNormalization", ["a", "scale", "shift"], ["b"]),
        node("Relu", ["b"], ["c"]),
        node("Conv", ["c", "second"], ["d"], **conv),
        *end,
    ]


arrays = {"first": first, "second": second, "scale": np.ones(4, "f4"), "shift": np.full(4, 0.3, "f4")}
whole = ["N", 3, "H", "W"]
model("one", layers([node("Sigmoid", ["d"], ["out0"])]), arrays, [whole], [whole])
levels = [node("Mul", ["d", "range"], ["e"]), node("Add", ["e", "grey"], ["out0"])]
ranges = {"range": np.float32(40).reshape(()), "grey": np.float32(128).reshape(())}
fixed = [1, 3, 32, 32]
model("fixed", layers(levels), {**arrays, **ranges}, [fixed], [fixed])
grey = [1, 1, "H", "W"]
model("grey", [node("Relu", ["in0"], ["out0"])], {}, [grey], [grey])
model("two", [node("Add", ["in0", "in1"], ["out0"])], {}, [whole, whole], [whole])
pool = node("AveragePool", ["in0"], ["out0"], kernel_shape=[2, 2], strides=[2, 2])
model("smaller", [pool], {}, [whole], [whole])
even = [
    node("AveragePool", ["in0"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
    node("Resize", ["p", "", "twice"], ["q"], mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor"),
    node("Add", ["q", "in0"], ["out0"]),
]
model("even", even, {"twice": np.array([1, 1, 2, 2], "f4")}, [whole], [whole])
