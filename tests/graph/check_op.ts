import assert from "node:assert/strict";
import type { Engine } from "../../engines/engine.ts";
import {
  constant,
  gradient,
  type Graph,
  input,
  multiply,
  type Node,
  type OpName,
  type Shape,
  sizeOf,
  topologicalOrder,
  total,
} from "../../graph/mod.ts";
import { randomFrom } from "../../base/random.ts";
import { interpret } from "./reference.ts";

/** One op on one set of inputs. */
export interface OpCase {
  readonly op: OpName;
  /** What is special about it. */
  readonly note: string;
  readonly inputs: readonly Shape[];
  readonly build: (...inputs: Node[]) => Node;
  readonly gives: Shape;
  /** Lowest value of the random inputs, for roots and quotients; −1 unless given. */
  readonly from?: number;
}

/** Half the distance of the central differences. */
const h = 1e-5;

/**
 * Checks an op fully: its shape, its values on the engine against the float64 reference, its gradient on the engine
 * against the reference's, and that one against central differences.
 *
 * @param tolerance Of engine values, relative to the largest.
 */
export async function checkOp(engine: Engine, { op, inputs, build, gives, from = -1 }: OpCase, tolerance: number) {
  const random = randomFrom(1);
  const names = inputs.map((_, i) => `x${i}`);
  const nodes = inputs.map((shape, i) => input(names[i], shape));
  const feeds = Object.fromEntries(
    inputs.map((
      shape,
      i,
    ) => [names[i], Float32Array.from({ length: sizeOf(shape) }, () => from + (1 - from) * random())]),
  );
  const y = build(...nodes);
  assert.deepEqual(y.shape, gives);
  assert.ok(topologicalOrder([y]).some((node) => node.op === op), `the case for ${op} does not contain it`);

  // A random weight for each element tells a gradient that mixes elements up from one that does not.
  const weights = Float32Array.from({ length: sizeOf(y.shape) }, () => random() - 0.5);
  const loss = total(multiply(y, constant(weights, y.shape)));
  const slopes = gradient(loss, nodes);
  const graph: Graph = { outputs: { y, loss, ...Object.fromEntries(slopes.map((node, i) => [`d${i}`, node])) } };

  const wanted = interpret(graph, feeds);
  await using program = await engine.compile(graph);
  const found = await program.run(feeds);
  for (const [name, { data }] of Object.entries(wanted)) close(found[name], data, tolerance, `${op}: ${name}`);

  names.forEach((name, i) => {
    assert.deepEqual(slopes[i].shape, inputs[i]);
    const differences = Float64Array.from(feeds[name], (value, k) => {
      const lossAt = (x: number) =>
        interpret({ outputs: { loss } }, { ...feeds, [name]: Float64Array.from(feeds[name]).with(k, x) }).loss.data[0];
      return (lossAt(value + h) - lossAt(value - h)) / (2 * h);
    });
    close(wanted[`d${i}`].data, differences, 1e-7, `${op}: gradient with respect to input ${i}`);
  });
}

/** Every element within `tolerance` of the largest wanted one (or of 1). */
export function close(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number, what: string) {
  assert.equal(found.length, wanted.length, `${what}: length`);
  const scale = Array.from(wanted).reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
  Array.from(wanted).forEach((value, i) => {
    const error = Math.abs(found[i] - value) / scale;
    assert.ok(error <= tolerance, `${what}: element ${i} is ${found[i]}, not ${value}: error ${error} > ${tolerance}`);
  });
}
