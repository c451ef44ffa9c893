import { type Graph, type Node, type Shape, sizeOf, topologicalOrder } from "../graph/mod.ts";
import type { NodeOf } from "../graph/node.ts";
import type { OpName } from "../graph/ops.ts";
import * as onnx from "./onnx_writer.ts";

/** Operator set of the models that are written. */
const opset = 17;

/** What a model is made for: some ops are faster in other words on a GPU. */
export type OnnxTarget = "cpu" | "gpu";

/** What a lowering rule may do: emit an ONNX node or a constant. All give the value's name. */
interface Emitter {
  readonly target: OnnxTarget;
  emit(type: string, inputs: readonly string[], attributes?: Readonly<Record<string, onnx.AttributeValue>>): string;
  integers(values: readonly number[]): string;
  ones(shape: readonly number[]): string;
}

type Lowering<K extends OpName> = (inputs: readonly string[], node: NodeOf<K>, to: Emitter) => string;

const same = (type: string) => (inputs: readonly string[], _: unknown, to: Emitter) => to.emit(type, inputs);

/** One row per op: the ONNX nodes that compute it. */
const lowerings: { readonly [K in Exclude<OpName, "input" | "constant">]: Lowering<K> } = {
  add: same("Add"),
  subtract: same("Sub"),
  multiply: same("Mul"),
  divide: same("Div"),
  // Cast to 1, which is FLOAT.
  equal: (inputs, _, to) => to.emit("Cast", [to.emit("Equal", inputs)], { to: 1 }),
  relu: same("Relu"),
  // clip(x · 3e38, 0, 1) in one pass; Greater and Cast take five times as long. Behind a convolution that changes
  // nothing, it becomes part of that one, which ONNX Runtime computes on the CPU in its blocked layout (of 16 channels
  // at most): the features need not be laid out anew.
  step: ([x], { shape }, to) => {
    const [, channels] = shape;
    const blocked = to.target === "cpu" && shape.length === 4 && channels % 16 === 0
      ? to.emit("Conv", [x, to.ones([channels, 1, 1, 1])], { group: channels })
      : x;
    return to.emit("HardSigmoid", [blocked], { alpha: { float: 3e38 }, beta: { float: 0 } });
  },
  sqrt: same("Sqrt"),
  square: ([x], _, to) => to.emit("Mul", [x, x]),
  abs: same("Abs"),
  stopGradient: ([x]) => x,
  matmul: same("MatMul"),
  gram: ([x], { shape }, to) => to.emit("MatMul", [x, transposed(x, shape, to)]),
  weightedGram: ([x, weights], { shape }, to) =>
    to.emit("MatMul", [to.emit("Mul", [x, weights]), transposed(x, shape, to)]),
  conv2d: (inputs, { inputs: [{ shape: [, channels] }], attributes }, to) => {
    const { stride, dilation, padding: [top, left, bottom, right] } = attributes;
    const read = to.target === "gpu" && miscounted(channels)
      ? inputs.map((input) => to.emit("Pad", [input, to.integers([0, 0, 0, 0, 0, 4 - channels % 4, 0, 0])]))
      : inputs;
    return to.emit("Conv", read, {
      strides: [stride, stride],
      dilations: [dilation, dilation],
      pads: [top, left, bottom, right],
    });
  },
  averagePool: (inputs, { attributes: { size } }, to) =>
    to.emit("AveragePool", inputs, { kernel_shape: [size, size], strides: [size, size] }),
  maxPool: (inputs, { attributes: { size } }, to) =>
    to.emit("MaxPool", inputs, { kernel_shape: [size, size], strides: [size, size] }),
  upsample: ([x], { shape }, to) =>
    to.emit("Resize", [x, "", "", to.integers(shape)], {
      mode: "nearest",
      coordinate_transformation_mode: "asymmetric",
      nearest_mode: "floor",
    }),
  sum: ([x], { attributes: { axes } }, to) =>
    axes.length === 0 ? x : to.emit("ReduceSum", [x, to.integers(axes)], { keepdims: 1 }),
  expand: ([x], { shape }, to) => to.emit("Expand", [x, to.integers(shape)]),
  reshape: ([x], { shape }, to) => to.emit("Reshape", [x, to.integers(shape)]),
  transpose: (inputs, { attributes: { order } }, to) => to.emit("Transpose", inputs, { perm: order }),
  concat: (inputs, { attributes: { axis } }, to) => to.emit("Concat", inputs, { axis }),
  slice: ([x], { attributes: { starts, ends, steps } }, to) =>
    to.emit("Slice", [
      x,
      to.integers(starts),
      to.integers(ends),
      to.integers(starts.map((_, axis) => axis)),
      to.integers(steps),
    ]),
  pad: ([x], { attributes: { before, after } }, to) => to.emit("Pad", [x, to.integers([...before, ...after])]),
  border: ([x], { attributes: { mode } }, to) =>
    to.emit("Pad", [x, to.integers([0, 0, 1, 1, 0, 0, 1, 1])], { mode: mode === "replicate" ? "edge" : "reflect" }),
  reverse: ([x], { attributes: { axes } }, to) =>
    to.emit("Slice", [
      x,
      to.integers(axes.map(() => -1)),
      // Before the first element, whatever the size.
      to.integers(axes.map(() => -(2 ** 31))),
      to.integers(axes),
      to.integers(axes.map(() => -1)),
    ]),
};

/** A matrix turned around, or several; their product with it has the given shape. */
function transposed(x: string, { length }: Shape, to: Emitter): string {
  const axes = Array.from({ length }, (_, axis) => axis);
  return to.emit("Transpose", [x], { perm: [...axes.slice(0, -2), length - 1, length - 2] });
}

/**
 * Whether ONNX Runtime 1.30's WebGPU provider convolves so many channels wrongly: it takes them in threes where they
 * are no multiple of four, and is right for three alone. Channels of zeros make up the four.
 */
function miscounted(channels: number): boolean {
  return channels % 3 === 0 && channels % 4 !== 0 && channels > 3;
}

/** The graph as the bytes of an ONNX model, with static shapes and its constants inside. */
export function toOnnx(graph: Graph, target: OnnxTarget = "cpu"): Uint8Array<ArrayBuffer> {
  const nodes: onnx.Chunk[][] = [];
  const initializers: onnx.Chunk[][] = [];
  const inputs: onnx.Chunk[][] = [];
  const names = new Map<Node, string>();
  const inputNames = new Set<string>();

  /** Adds a constant unless one of that name is there. */
  const shared = new Set<string>();
  function constantOnce(name: string, make: () => onnx.Chunk[]): string {
    if (!shared.has(name)) initializers.push(make());
    shared.add(name);
    return name;
  }

  const emitter: Emitter = {
    target,
    emit(type, inputs, attributes = {}) {
      const output = `v${nodes.length}`;
      nodes.push(onnx.node(type, inputs, output, attributes));
      return output;
    },
    integers: (values) =>
      constantOnce(
        `integers ${values}`,
        () => onnx.tensor(`integers ${values}`, [values.length], BigInt64Array.from(values, BigInt)),
      ),
    ones: (shape) =>
      constantOnce(`ones ${shape}`, () => onnx.tensor(`ones ${shape}`, shape, new Float32Array(sizeOf(shape)).fill(1))),
  };

  for (const node of topologicalOrder(Object.values(graph.outputs))) {
    if (node.op === "input") {
      const { name, shape } = node.attributes;
      if (inputNames.has(name)) throw new RangeError(`Cannot compile the graph as it has two inputs named "${name}"`);
      inputNames.add(name);
      inputs.push(onnx.value(name, shape));
      names.set(node, name);
    } else if (node.op === "constant") {
      const name = `c${initializers.length}`;
      initializers.push(onnx.tensor(name, node.shape, node.attributes.data));
      names.set(node, name);
    } else {
      const lower = lowerings[node.op] as Lowering<OpName>;
      names.set(node, lower(node.inputs.map((input) => names.get(input)!), node, emitter));
    }
  }
  // An output may be an input or share its node with another output: Identity gives each a name of its own.
  const outputs = Object.entries(graph.outputs).map(([name, node]) => {
    nodes.push(onnx.node("Identity", [names.get(node)!], name, {}));
    return onnx.value(name, node.shape);
  });
  return onnx.model(opset, { nodes, initializers, inputs, outputs });
}
