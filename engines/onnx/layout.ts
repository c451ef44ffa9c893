import type { Node } from "../../graph/mod.ts";
import type { OpName } from "../../graph/ops.ts";

/** Ops that work on blocks where all that they read lies in blocks. */
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
 * The heaviside nodes that meet plain layout. ONNX Runtime's CPU provider keeps what convolutions give in blocks of 16
 * channels as long as it can, and turns it into plain layout for all else; a heaviside is made the cheaper way round.
 * Turned into plain layout it would also be made long before it is needed.
 *
 * @param nodes In topological order.
 */
export function flatHeavisides(nodes: readonly Node[]): ReadonlySet<Node> {
  const blocked = new Set<Node>();
  // A factor that is constant becomes part of the convolution before it.
  const inBlocks = (node: Node) => blocked.has(node) || node.op === "constant";
  for (const node of nodes) {
    if (node.op === "conv2d" || blockwise.has(node.op) && node.inputs.every(inBlocks)) blocked.add(node);
  }
  const plain = nodes.filter((node) => !blocked.has(node));
  return new Set([...plain, ...plain.flatMap(({ inputs }) => inputs)].filter(({ op }) => op === "heaviside"));
}
