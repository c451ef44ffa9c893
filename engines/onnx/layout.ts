import type { Node } from "../../graph/mod.ts";
import type { OpName } from "../../graph/ops.ts";

/**
 * Ops that ONNX Runtime 1.30 computes in blocked layout if all their inputs are blocked (its NCHWc transformer): of
 * activations those that it fuses into a convolution. An op that is missing here is right, and at worst slower.
 */
const blockwise: ReadonlySet<OpName> = new Set<OpName>([
  "add",
  "averagePool",
  "heaviside",
  "maxPool",
  "multiply",
  "relu",
  "tanh",
  "upsample",
]);

/**
 * The heaviside nodes that read or feed plain layout. ONNX Runtime's CPU provider keeps the output of convolutions in
 * blocks of 16 channels as long as it can, and converts it to plain layout for other ops; each heaviside is computed in
 * the layout that needs no conversion, which would also make it long before it is read.
 *
 * @param nodes In topological order.
 */
export function flatHeavisides(nodes: readonly Node[]): ReadonlySet<Node> {
  const blocked = new Set<Node>();
  // A constant factor is fused into the convolution before it.
  const inBlocks = (node: Node) => blocked.has(node) || node.op === "constant";
  for (const node of nodes) {
    if (node.op === "conv2d" || blockwise.has(node.op) && node.inputs.every(inBlocks)) blocked.add(node);
  }
  const plain = nodes.filter((node) => !blocked.has(node));
  return new Set([...plain, ...plain.flatMap(({ inputs }) => inputs)].filter(({ op }) => op === "heaviside"));
}
