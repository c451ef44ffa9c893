/**
 * Milliseconds per gradient of a convolution with respect to its kernel, of shapes that painters have: on onnx-cpu tap by
 * tap and by a convolution, of which graph/kernel_gradient.ts takes one by the size of the kernel, and in PyTorch.
 *
 *     deno run -A bench/kernel_gradients.ts --peer python3
 *
 * All take turns. Prints the ratio of the form that is taken to PyTorch as well, and how far apart their gradients are.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { onnxEngine } from "../engines/onnx/engine.ts";
import { constant, conv2d, input, multiply, type Node, type NodeOf, type Shape, sizeOf } from "../graph/mod.ts";
import { goesByTaps, gradientByConvolution, gradientByTaps } from "../graph/kernel_gradient.ts";
import { start } from "./contender.ts";
import { median } from "./median.ts";
import { withTorch } from "./with_torch.ts";

/** One convolution, with zeros around its input as far as its kernel reaches. */
interface Row {
  /** Side of the kernel. */
  readonly kernel: number;
  /** Channels that it reads. */
  readonly from: number;
  /** Channels of its output. */
  readonly to: number;
  readonly stride: number;
  /** Side of the square that it reads, in pixels. */
  readonly side: number;
  /** Number of pictures. */
  readonly batch: number;
}

/** The answer of a contender to each line. */
interface Gradient {
  readonly seconds: number;
  /** The first values. */
  readonly values: readonly number[];
}

const rows: readonly Row[] = [
  { kernel: 3, from: 32, to: 64, stride: 2, side: 128, batch: 1 },
  { kernel: 3, from: 64, to: 64, stride: 1, side: 64, batch: 1 },
  { kernel: 3, from: 64, to: 64, stride: 1, side: 64, batch: 4 },
  { kernel: 3, from: 128, to: 128, stride: 1, side: 64, batch: 1 },
  { kernel: 5, from: 3, to: 16, stride: 1, side: 256, batch: 1 },
  { kernel: 5, from: 16, to: 3, stride: 1, side: 256, batch: 1 },
  { kernel: 9, from: 3, to: 32, stride: 1, side: 256, batch: 1 },
];

/** The tensors are computed from a scale of 1 that is an input: no engine knows them beforehand, and none is sent. */
const one = input("one", []);

/** How many values of a gradient are compared. */
const compared = 64;

const { values: flags } = parseArgs({
  args: Deno.args,
  options: {
    rounds: { type: "string", default: "20" },
    threads: { type: "string", default: "0" },
    peer: { type: "string" },
  },
});
const python = flags.peer && withTorch(flags.peer);

for (const row of rows) {
  await using stack = new AsyncDisposableStack();
  const { taps, convolution, taken } = formsOf(row);
  const contenders = {
    taps: stack.use(await contender(taps)),
    convolution: stack.use(await contender(convolution)),
    ...python ? { pytorch: stack.use(peer(python, row)) } : {},
  };
  const seconds = new Map<string, number[]>();
  const values = new Map<string, readonly number[]>();
  for (let round = 0; round < Number(flags.rounds); round++) {
    for (const [name, { next }] of Object.entries(contenders)) {
      const gradient = await next();
      seconds.set(name, [...seconds.get(name) ?? [], gradient.seconds]);
      values.set(name, gradient.values);
    }
  }
  const { kernel, from, to, stride, side, batch } = row;
  const times = [...seconds].map(([name, list]) => `${name} ${inMs(median(list))} (best ${inMs(Math.min(...list))})`);
  console.log(`${kernel}×${kernel} ${from}→${to} stride ${stride}, ${batch} of ${side}²: ${times.join(", ")} ms`);
  const [own, other] = [seconds.get(taken)!, seconds.get("pytorch")];
  if (!other) continue;
  const medians = (median(own) / median(other)).toFixed(2);
  const bests = (Math.min(...own) / Math.min(...other)).toFixed(2);
  const apart = distance(values.get(taken)!, values.get("pytorch")!).toExponential(1);
  console.log(`  ratio ${taken} / pytorch: of medians ${medians}, of bests ${bests}; gradients apart by ${apart}`);
}

/** Both forms of a row's gradient, and which one is taken. */
function formsOf({ kernel, from, to, stride, side, batch }: Row) {
  const reach = (kernel - 1) / 2;
  const weight = constant(0, [to, from, kernel, kernel]);
  const x = tensor([batch, from, side, side], 0.37);
  const y = conv2d(x, weight, { stride, padding: [reach, reach, reach, reach] }) as NodeOf<"conv2d">;
  const g = tensor(y.shape, 0.73);
  const taken = goesByTaps(weight.shape) ? "taps" : "convolution";
  return { taps: gradientByTaps(g, y), convolution: gradientByConvolution(g, y), taken };
}

/** A tensor without repetition, the same in PyTorch. */
function tensor(shape: Shape, speed: number): Node {
  const waves = Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(speed * i));
  return multiply(one, constant(waves, shape));
}

/** Impasto's side. */
async function contender(gradient: Node) {
  const engine = onnxEngine({ threads: Number(flags.threads) });
  const program = await engine.compile({ outputs: { gradient } });
  const next = async (): Promise<Gradient> => {
    const began = performance.now();
    const { gradient } = await program.run({ one: Float32Array.of(1) });
    return { seconds: (performance.now() - began) / 1000, values: [...gradient.subarray(0, compared)] };
  };
  await next();
  return {
    next,
    async [Symbol.asyncDispose]() {
      await program[Symbol.asyncDispose]();
      await engine[Symbol.asyncDispose]();
    },
  };
}

/** PyTorch's side. */
function peer(python: string, row: Row) {
  const script = new URL("./kernel_gradients_pytorch.py", import.meta.url).pathname;
  return start<Gradient>(python, [script, JSON.stringify({ ...row, threads: Number(flags.threads), compared })]);
}

/** The largest difference, relative to the largest value. */
function distance(a: readonly number[], b: readonly number[]): number {
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]))) / Math.max(...b.map(Math.abs));
}

function inMs(seconds: number): string {
  return (1000 * seconds).toFixed(1);
}
