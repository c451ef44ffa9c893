import { type Graph, type Node, topologicalOrder } from "./mod.ts";

/** A graph as a list, to go from one thread to another: nested as deep as gradients are, it would not be copied. */
export interface FlatGraph {
  /** Each node after all that it reads. */
  readonly nodes: readonly (Omit<Node, "inputs"> & { readonly inputs: readonly number[] })[];
  readonly outputs: Readonly<Record<string, number>>;
}

/** Writes a graph as a list. */
export function flatten(graph: Graph): FlatGraph {
  const order = topologicalOrder(Object.values(graph.outputs));
  const positions = new Map(order.map((node, i) => [node, i]));
  return {
    nodes: order.map((node) => ({ ...node, inputs: node.inputs.map((input) => positions.get(input)!) })),
    outputs: Object.fromEntries(Object.entries(graph.outputs).map(([name, node]) => [name, positions.get(node)!])),
  };
}

/** Makes the graph of a list again. */
export function unflatten({ nodes, outputs }: FlatGraph): Graph {
  const made: Node[] = [];
  for (const node of nodes) made.push({ ...node, inputs: node.inputs.map((i) => made[i]) } as Node);
  return { outputs: Object.fromEntries(Object.entries(outputs).map(([name, i]) => [name, made[i]])) };
}
