import { type Graph, type Node, type Shape, sizeOf, topologicalOrder } from "../../graph/mod.ts";
import type { NodeOf } from "../../graph/node.ts";
import type { OpName } from "../../graph/ops.ts";
import { flatHeavisides } from "./layout.ts";
import * as onnx from "./writer.ts";

/** Operator set of the models that are written. */
const opset = 17;

/** The device that a model is made for: some ops have a faster form on a GPU. */
type OnnxTarget = "cpu" | "gpu";

/** The tools of a lowering rule: its methods add an ONNX node or a constant, and return the value's name. */
interface Emitter {
  readonly target: OnnxTarget;
  emit(type: string, inputs: readonly string[], attributes?: Readonly<Record<string, onnx.AttributeValue>>): string;
  integers(values: readonly number[]): string;
  floats(values: readonly number[]): string;
  ones(shape: Shape): string;
  /** Adds the shape of a node as an operand. */
  shapeOf(node: Node, shape?: Shape): string;
  /** Whether a heaviside is computed in plain layout: {@linkcode flatHeavisides}. */
  isFlat(heaviside: Node): boolean;
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
  // clip(x · 3e38, 0, 1) in one pass; Greater and Cast take five times as long.
  heaviside([x], node, to) {
    const { shape } = node;
    const [, channels] = shape;
    const clipped = (x: string) => to.emit("HardSigmoid", [x], { alpha: { float: 3e38 }, beta: { float: 0 } });
    const reshaped = (x: string, shape: Shape) => to.emit("Reshape", [x, to.shapeOf(node, shape)]);
    if (to.target === "gpu" || shape.length !== 4 || channels % 16 !== 0) return clipped(x);
    // With a single axis it is never blocked.
    if (to.isFlat(node)) return reshaped(clipped(reshaped(x, [sizeOf(shape)])), shape);
    // After an identity convolution it is fused into that one, which is computed in blocks.
    return clipped(to.emit("Conv", [x, to.ones([channels, 1, 1, 1])], { group: channels }));
  },
  sqrt: same("Sqrt"),
  square: ([x], _, to) => to.emit("Mul", [x, x]),
  abs: same("Abs"),
  exp: same("Exp"),
  tanh: same("Tanh"),
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
  upsample: ([x], { attributes: { factor } }, to) =>
    to.emit("Resize", [x, "", to.floats([1, 1, factor, factor])], {
      mode: "nearest",
      coordinate_transformation_mode: "asymmetric",
      nearest_mode: "floor",
    }),
  sum: ([x], { attributes: { axes } }, to) =>
    axes.length === 0 ? x : to.emit("ReduceSum", [x, to.integers(axes)], { keepdims: 1 }),
  expand: ([x], node, to) => to.emit("Expand", [x, to.shapeOf(node)]),
  reshape: ([x], node, to) => to.emit("Reshape", [x, to.shapeOf(node)]),
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
  border: ([x], { attributes: { mode, widths: [top, left, bottom, right] } }, to) =>
    to.emit("Pad", [x, to.integers([0, 0, top, left, 0, 0, bottom, right])], {
      mode: mode === "replicate" ? "edge" : "reflect",
    }),
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

/** The transposes of matrices x; x times its transpose has the given shape. */
function transposed(x: string, { length }: Shape, to: Emitter): string {
  const axes = Array.from({ length }, (_, axis) => axis);
  return to.emit("Transpose", [x], { perm: [...axes.slice(0, -2), length - 1, length - 2] });
}

/**
 * Whether ONNX Runtime 1.30's WebGPU provider convolves this number of channels wrongly: it takes a multiple of three
 * that is none of four in threes, which is right for three alone. Zero channels then fill up to a multiple of four.
 */
function miscounted(channels: number): boolean {
  return channels % 3 === 0 && channels % 4 !== 0 && channels > 3;
}

/** The name in a model of a graph's input, which no other value of the model has. */
export const inputName = (name: string): string => `input ${name}`;

/** The name in a model of a graph's output. */
export const outputName = (name: string): string => `output ${name}`;

/**
 * The graph as the bytes of an ONNX model, with its constants inside.
 *
 * For a CPU the model leaves height and width open: ONNX Runtime keeps a tensor of known shape, once it has been read,
 * for the next of that shape, and a gradient would take up to three times the memory (bench/memory.ts).
 */
export function toOnnx(graph: Graph, target: OnnxTarget = "cpu"): Uint8Array<ArrayBuffer> {
  const nodes: onnx.Chunk[][] = [];
  const initializers: onnx.Chunk[][] = [];
  const inputs: onnx.Chunk[][] = [];
  const names = new Map<Node, string>();
  const inputNames = new Set<string>();

  /** The names of constants that are there already. */
  const shared = new Set<string>();
  /** Adds a constant unless one of that name is there. */
  function constantOnce(name: string, shape: Shape, make: () => Float32Array | BigInt64Array): string {
    if (!shared.has(name)) initializers.push(onnx.tensor(name, shape, make()));
    shared.add(name);
    return name;
  }

  const order = topologicalOrder(Object.values(graph.outputs));
  const flat = flatHeavisides(order);
  /** The nodes that are made of constants alone. */
  const fixed = new Set<Node>();
  for (const node of order) {
    if (node.op === "constant" || node.inputs.length > 0 && node.inputs.every((input) => fixed.has(input))) {
      fixed.add(node);
    }
  }
  /** A shape as the model declares it. */
  const told = (shape: Shape) =>
    target === "cpu" && shape.length === 4 ? [...shape.slice(0, 2), undefined, undefined] : shape;

  const emitter: Emitter = {
    target,
    isFlat: (heaviside) => flat.has(heaviside),
    emit(type, inputs, attributes = {}) {
      const output = `v${nodes.length}`;
      nodes.push(onnx.node(type, inputs, output, attributes));
      return output;
    },
    integers: (values) => constantOnce(`integers ${values}`, [values.length], () => BigInt64Array.from(values, BigInt)),
    floats: (values) => constantOnce(`floats ${values}`, [values.length], () => Float32Array.from(values)),
    ones: (shape) => constantOnce(`ones ${shape}`, shape, () => new Float32Array(sizeOf(shape)).fill(1)),
    shapeOf(node, shape = node.shape) {
      // ONNX Runtime computes beforehand what is made of constants alone, its shape too.
      if (target === "gpu" || fixed.has(node)) return emitter.integers(shape);
      const name = `shape ${shape}`;
      // As an input with a default it is no constant, from which ONNX Runtime would infer more shapes.
      if (!shared.has(name)) inputs.push(onnx.value(name, [shape.length], 7));
      return constantOnce(name, [shape.length], () => BigInt64Array.from(shape, BigInt));
    },
  };

  for (const node of forLate(flat, order)) {
    if (node.op === "input") {
      const { name, shape } = node.attributes;
      if (inputNames.has(name)) throw new RangeError(`Cannot compile the graph as it has two inputs named "${name}"`);
      inputNames.add(name);
      inputs.push(onnx.value(inputName(name), told(shape)));
      names.set(node, inputName(name));
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
    nodes.push(onnx.node("Identity", [names.get(node)!], outputName(name), {}));
    return onnx.value(outputName(name), told(node.shape));
  });
  return onnx.model(opset, { nodes, initializers, inputs, outputs });
}

/**
 * An order in which some nodes are computed as late as possible: each stands right behind its input, since ONNX Runtime
 * computes that input of a node first which comes last in the model.
 */
function forLate(some: ReadonlySet<Node>, order: readonly Node[]): Node[] {
  const behind = (node: Node): Node[] => [
    node,
    ...[...some].filter(({ inputs }) => inputs.includes(node)).flatMap(behind),
  ];
  return order.filter((node) => !some.has(node)).flatMap(behind);
}
