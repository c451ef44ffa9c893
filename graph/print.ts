import { type Graph, type Node, topologicalOrder } from "./node.ts";

/**
 * A graph as text, one line per node in the order of evaluation: `%3 = conv2d(%0, %1) stride=1 … : [1, 8, 16, 16]`.
 * Constants show their first values.
 */
export function print(graph: Graph): string {
  const order = topologicalOrder(Object.values(graph.outputs));
  const names = new Map(order.map((node, i) => [node, `%${i}`]));
  const lines = order.map((node) => {
    const inputs = node.inputs.map((input) => names.get(input)).join(", ");
    return `${names.get(node)} = ${node.op}(${inputs})${attributes(node)} : [${node.shape.join(", ")}]`;
  });
  const outputs = Object.entries(graph.outputs).map(([name, node]) => `${name} = ${names.get(node)}`);
  return [...lines, ...outputs].join("\n");
}

function attributes(node: Node): string {
  return Object.entries(node.attributes).map(([name, value]) => {
    if (name === "shape") return "";
    if (value instanceof Float32Array) return ` ${[...value.subarray(0, 4)].join(" ")}${value.length > 4 ? " …" : ""}`;
    return ` ${name}=${Array.isArray(value) ? `[${value}]` : value}`;
  }).join("");
}
