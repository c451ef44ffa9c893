import { add, constant, expand } from "./build.ts";
import { gradients, sumTo } from "./gradients.ts";
import { type Node, type NodeOf, topologicalOrder } from "./node.ts";
import { elementwise, type OpName, sameShape } from "./ops.ts";

/**
 * The gradient of a scalar with respect to each target, as more nodes of the same graph. Only nodes on a path from a
 * target to the scalar are built, so frozen weights cost nothing. A target that the scalar does not depend on gets
 * zeros. The results are differentiable in their turn.
 *
 * @param scalar A node of shape `[]`.
 * @returns One node per target, of the target's shape.
 * @throws {RangeError} if `scalar` is not a scalar.
 */
export function gradient(scalar: Node, targets: readonly Node[]): Node[] {
  if (scalar.shape.length > 0) {
    throw new RangeError(`Cannot build gradient as its source must be a scalar: current shape is [${scalar.shape}]`);
  }
  const order = topologicalOrder([scalar]);
  const leading = new Set<Node>(targets);
  for (const node of order) {
    if (gradients[node.op] && node.inputs.some((input) => leading.has(input))) leading.add(node);
  }

  const cotangents = new Map<Node, Node>([[scalar, constant(1)]]);
  for (const node of order.toReversed()) {
    const g = cotangents.get(node);
    if (!g || !leading.has(node)) continue;
    const rule = gradients[node.op];
    if (!rule) continue;
    const ready = needsWholeGradient(node) ? expand(g, node.shape) : g;
    node.inputs.forEach((input, index) => {
      if (!leading.has(input)) return;
      const part = sumTo((rule as Rule)(ready, node, index), input);
      const before = cotangents.get(input);
      cotangents.set(input, before ? add(before, part) : part);
    });
  }
  return targets.map((target) => expand(cotangents.get(target) ?? constant(0), target.shape));
}

type Rule = (g: Node, y: NodeOf<OpName>, index: number) => Node;

/** Whether a node's rule needs g in full shape: elementwise ones broadcast it, so a sum's gradient takes no memory. */
function needsWholeGradient(node: Node): boolean {
  return !elementwise.has(node.op) || node.inputs.some((input) => !sameShape(input.shape, node.shape));
}
