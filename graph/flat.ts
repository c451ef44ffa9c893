import { type Graph, type Node, topologicalOrder } from "./mod.ts";

/** A graph as a list, to be sent to another thread: structured cloning fails on objects nested as deep as gradients. */
export interface FlatGraph {
  /** Each node after all that it reads. */
  readonly nodes: readonly (Omit<Node, "inputs"> & { readonly inputs: readonly number[] })[];
  readonly outputs: Readonly<Record<string, number>>;
}

/** A graph as a list. */
export function flatten(graph: Graph): FlatGraph {
  const order = topologicalOrder(Object.values(graph.outputs));
  const positions = new Map(order.map((node, i) => [node, i]));
  return {
    nodes: order.map((node) => ({ ...node, inputs: node.inputs.map((input) => positions.get(input)!) })),
    outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, node]) => [name, positions.get(node)!])),
  };
}

/** The graph that a list describes. */
export function unflatten({ nodes, outputs }: FlatGraph): Graph {
  const made: Node[] = [];
  for (const node of nodes) made.push({ ...node, inputs: node.inputs.map((i) => made[i]) } as Node);
  return { outputs: Object.fromEntries(Object.entries(outputs).map(([name, i]) => [name, made[i]])) };
}
