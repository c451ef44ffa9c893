import { arity, type OpAttributes, type OpName, type Shape, shapeRules } from "./ops.ts";

/** A tensor in a graph: an op, the nodes that it reads, and the shape of its output. Immutable. */
export type Node = { [K in OpName]: NodeOf<K> }[OpName];

/** A node of one op. */
export interface NodeOf<K extends OpName> {
  /** The op that it computes. */
  readonly op: K;
  /** The nodes that it reads. */
  readonly inputs: readonly Node[];
  /** The op's attributes. */
  readonly attributes: OpAttributes[K];
  /** The shape of its output. */
  readonly shape: Shape;
}

/** A computation with named outputs; its leaves are named inputs and constants. */
export interface Graph {
  /** The nodes whose values are wanted, by name. */
  readonly outputs: Readonly<Record<string, Node>>;
}

/**
 * Makes a node after checking its inputs.
 *
 * @throws {RangeError} if the shapes do not fit the op.
 */
export function node<K extends OpName>(op: K, inputs: readonly Node[], attributes: OpAttributes[K]): Node {
  const wanted = arity[op];
  if (wanted === null ? inputs.length === 0 : inputs.length !== wanted) {
    throw new RangeError(
      `Cannot build ${op} as it takes ${wanted ?? "at least 1"} inputs: current number is ${inputs.length}`,
    );
  }
  try {
    const shape = shapeRules[op](inputs.map((input) => input.shape), attributes);
    return { op, inputs, attributes, shape } as Node;
  } catch (error) {
    throw new RangeError(`Cannot build ${op} as ${(error as Error).message}`, { cause: error });
  }
}

/** The input nodes that a graph's outputs need. */
export function inputsOf({ outputs }: Graph): NodeOf<"input">[] {
  return topologicalOrder(Object.values(outputs)).filter((node) => node.op === "input");
}

/** Every node that the outputs need, each once and after all that it reads. */
export function topologicalOrder(outputs: Iterable<Node>): Node[] {
  const order: Node[] = [];
  const seen = new Set<Node>();
  // An explicit stack: a gradient's graph is deeper than the call stack allows.
  const stack = [...outputs].reverse().map((node) => ({ node, entered: false }));
  for (let top = stack.pop(); top; top = stack.pop()) {
    if (top.entered) {
      order.push(top.node);
    } else if (!seen.has(top.node)) {
      seen.add(top.node);
      stack.push({ node: top.node, entered: true });
      for (const input of top.node.inputs.toReversed()) {
        if (!seen.has(input)) stack.push({ node: input, entered: false });
      }
    }
  }
  return order;
}
