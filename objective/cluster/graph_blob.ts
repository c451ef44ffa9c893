import { type FlatGraph, flatten, unflatten } from "../../graph/flat.ts";
import type { Graph } from "../../graph/mod.ts";
import type { NodeOf } from "../../graph/node.ts";
import type { Blobs } from "../../base/cluster.ts";
import { bytesOf, floatsOf } from "./blobs.ts";
import { decode, encode } from "./message.ts";

/** Constants of so many numbers lie in the graph's own blob, larger ones in their own: several graphs share the weights. */
const most = 256;

type Constant = NodeOf<"constant">["attributes"];

/** A constant's data in a blob of its own. */
interface InBlob {
  readonly blob: string;
}

/** The names of constants that were stored. */
const stored = new WeakMap<Blobs, WeakMap<Float32Array, Promise<string>>>();

/** Stores a graph, and returns its name. */
export async function putGraph(graph: Graph, blobs: Blobs): Promise<string> {
  const names = stored.get(blobs) ?? new WeakMap<Float32Array, Promise<string>>();
  stored.set(blobs, names);
  const { nodes, outputs } = flatten(graph);
  const light = await Promise.all(nodes.map(async (node) => {
    if (node.op !== "constant") return node;
    const { data, ...attributes } = node.attributes as Constant;
    if (data.length <= most) return node;
    const name = names.get(data) ?? blobs.put(bytesOf(data));
    names.set(data, name);
    return { ...node, attributes: { ...attributes, data: { blob: await name } satisfies InBlob } };
  }));
  return await blobs.put(encode({ nodes: light, outputs }));
}

/**
 * Reads a graph.
 *
 * @param constants Those of graphs that were read before, by the names of their blobs.
 */
export async function getGraph(name: string, blobs: Blobs, constants: Map<string, Float32Array>): Promise<Graph> {
  const { nodes, outputs } = decode<FlatGraph>(await blobs.get(name));
  const whole = [];
  for (const node of nodes) {
    const held = node.op === "constant" ? (node.attributes as Constant).data : undefined;
    if (!held || !("blob" in held)) {
      whole.push(node);
      continue;
    }
    const { blob } = held as unknown as InBlob;
    const data = constants.get(blob) ?? floatsOf(await blobs.get(blob));
    constants.set(blob, data);
    whole.push({ ...node, attributes: { ...node.attributes, data } });
  }
  return unflatten({ nodes: whole, outputs });
}
