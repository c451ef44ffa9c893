import type { Tensor } from "npm:@tensorflow/tfjs-core@4.22.0";
import { type Graph, type Node, type OpName, topologicalOrder } from "../../graph/mod.ts";
import type { NodeOf } from "../../graph/node.ts";
import type { Results, Runner } from "../worker/server.ts";
import { lowerings } from "./lowering.ts";
import { laidOut, type TensorFlow, type Value } from "./values.ts";

/**
 * Prepares a graph for TensorFlow.js: nodes that depend on no input are computed at once and kept. A run frees each
 * tensor after its last reader.
 */
export function tensorflowProgram(tf: TensorFlow, graph: Graph): Runner {
  const order = topologicalOrder(Object.values(graph.outputs));
  const variable = new Set<Node>();
  for (const node of order) {
    if (node.op === "input" || node.inputs.some((input) => variable.has(input))) variable.add(node);
  }
  const steps = order.filter((node) => variable.has(node));
  const constants = order.filter((node) => !variable.has(node));

  const kept = new Map<Node, Value>();
  for (const node of constants) kept.set(node, compute(tf, node, kept));
  const read = new Set([...steps.flatMap(({ inputs }) => inputs), ...Object.values(graph.outputs)]);
  for (const [node, value] of kept) {
    if (!read.has(node)) forget(kept, node);
    else if (isKernel(node, steps)) kept.set(node, turned(tf, value));
  }

  // The nodes whose last reader each step is; outputs are read at the end of the run.
  const lastReaders = new Map<Node, Node[]>();
  const outputs = new Set(Object.values(graph.outputs));
  const seen = new Set<Node>();
  for (const node of steps.toReversed()) {
    const last = node.inputs.filter((input) => variable.has(input) && !outputs.has(input) && !seen.has(input));
    last.forEach((input) => seen.add(input));
    lastReaders.set(node, [...new Set(last)]);
  }

  return {
    async run(feeds) {
      const values = new Map<Node, Value>();
      try {
        for (const node of steps) {
          values.set(node, compute(tf, node, { get: (input) => values.get(input) ?? kept.get(input) }, feeds));
          for (const input of lastReaders.get(node)!) forget(values, input);
        }
        const results: Results = {};
        for (const [name, node] of Object.entries(graph.outputs)) {
          const tensor = tf.tidy(() => tf.clone(laidOut(tf, values.get(node) ?? kept.get(node)!, "first")));
          // A copy: some backends return their own memory.
          results[name] = Float32Array.from(await tensor.data());
          tensor.dispose();
        }
        return results;
      } finally {
        for (const node of [...values.keys()]) forget(values, node);
      }
    },
    async release() {
      for (const node of [...kept.keys()]) forget(kept, node);
    },
  };
}

/** The value of one node; the intermediate tensors of its computation are freed. */
function compute(
  tf: TensorFlow,
  node: Node,
  values: { get(node: Node): Value | undefined },
  feeds: Readonly<Record<string, Float32Array>> = {},
): Value {
  if (node.op === "input") return leaf(tf, feeds[node.attributes.name], node.shape);
  if (node.op === "constant") return leaf(tf, node.attributes.data, node.shape);
  const lower = lowerings[node.op] as (tf: TensorFlow, inputs: readonly Value[], node: NodeOf<OpName>) => Value;
  const layout: Value["layout"][] = [];
  const tensor = tf.tidy(() => {
    const value = lower(tf, node.inputs.map((input) => values.get(input)!), node as NodeOf<OpName>);
    layout.push(value.layout);
    return value.tensor;
  });
  return { tensor, layout: layout[0] };
}

function leaf(tf: TensorFlow, data: Float32Array, shape: readonly number[]): Value {
  return { tensor: tf.tensor(data, [...shape], "float32"), layout: "first" };
}

/** Whether a constant is read by convolutions alone, as their kernel. */
function isKernel(node: Node, steps: readonly Node[]): boolean {
  const readers = steps.filter(({ inputs }) => inputs.includes(node));
  return readers.length > 0 && readers.every(({ op, inputs }) => op === "conv2d" && inputs[0] !== node);
}

/** A kernel in the layout in which convolutions read it. */
function turned(tf: TensorFlow, value: Value): Value {
  const tensor: Tensor = tf.tidy(() => laidOut(tf, value, "kernel"));
  value.tensor.dispose();
  return { tensor, layout: "kernel" };
}

function forget(values: Map<Node, Value>, node: Node): void {
  values.get(node)!.tensor.dispose();
  values.delete(node);
}
