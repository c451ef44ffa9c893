/**
 * Seconds per evaluation (loss and gradient) and peak memory of VGG-19 to conv5_2 with seeded random weights:
 * `deno task bench`. With `--peer python3` PyTorch does the same work in turn, and the ratio is printed. Each contender
 * is a process of its own that answers every line on its standard input with one JSON record.
 *
 * On a GPU: `deno task bench --engine onnx-webgpu --sizes 512,1024,2048 --peer python3 --device cuda`. The engine's
 * gradient is held against onnx-cpu's first. Peak memory is the process's own, not the GPU's.
 *
 * @module
 */
import { inWords } from "../engines/engine.ts";
import { engineKinds } from "../engines/mod.ts";
import { UserError } from "../base/errors.ts";
import { parseArgs } from "node:util";
import { start } from "./contender.ts";
import { median } from "./median.ts";
import { imageOf, objective } from "./objective.ts";
import { withTorch } from "./with_torch.ts";

interface Timed {
  readonly seconds: number;
  readonly peakBytes: number;
}

const { values } = parseArgs({
  args: Deno.args,
  options: {
    sizes: { type: "string", default: "256,512" },
    rounds: { type: "string", default: "8" },
    engine: { type: "string", default: "onnx-cpu" },
    peer: { type: "string" },
    device: { type: "string", default: "cpu" },
    "parity-size": { type: "string", default: "256" },
  },
});

const peerPython = values.peer && withTorch(values.peer);

if (values.engine !== "onnx-cpu") {
  try {
    await showParity(values.engine, Number(values["parity-size"]));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    console.error(`error: ${error.message}`);
    Deno.exit(1);
  }
}

for (const size of values.sizes.split(",")) {
  const script = (name: string) => new URL(name, import.meta.url).pathname;
  await using ours = start<Timed>(Deno.execPath(), [
    "run",
    "-A",
    script("./evaluation_impasto.ts"),
    size,
    values.engine,
  ]);
  await using theirs = peerPython
    ? start<Timed>(peerPython, [script("./evaluation_pytorch.py"), size, values.device])
    : undefined;
  const seconds: number[] = [];
  const peer: number[] = [];
  let peakBytes = 0;
  let peerPeakBytes = 0;
  for (let round = 0; round < Number(values.rounds); round++) {
    const record = await ours.next();
    seconds.push(record.seconds);
    peakBytes = record.peakBytes;
    if (!theirs) continue;
    const other = await theirs.next();
    peer.push(other.seconds);
    peerPeakBytes = other.peakBytes;
  }
  console.log(`${size}×${size}  impasto ${values.engine}  ${summary(seconds)}  peak ${megabytes(peakBytes)}`);
  if (!theirs) continue;
  console.log(`${size}×${size}  pytorch ${values.device}  ${summary(peer)}  peak ${megabytes(peerPeakBytes)}`);
  const ratios = seconds.map((own, i) => own / peer[i]);
  console.log(
    `${size}×${size}  ratio impasto / pytorch: of medians ${(median(seconds) / median(peer)).toFixed(2)}, ` +
      `of bests ${(Math.min(...seconds) / Math.min(...peer)).toFixed(2)}, median of rounds ${
        median(ratios).toFixed(2)
      }`,
  );
}

/** Prints what the engine runs on, and how far its objective and gradient are from the CPU's. */
async function showParity(name: string, size: number): Promise<void> {
  const evaluate = async (name: string) => {
    const kind = engineKinds.find((kind) => kind.name === name);
    if (!kind) throw new UserError(`--engine: there is no ${name}; ${engineKinds.map(({ name }) => name).join(", ")}`);
    await using engine = await kind.open({});
    await using program = await engine.compile(objective(size));
    return { device: inWords(engine.device), results: await program.run({ image: imageOf(size) }) };
  };
  const [found, wanted] = [await evaluate(name), await evaluate("onnx-cpu")];
  const norm = (array: Float32Array) => Math.sqrt(array.reduce((sum, value) => sum + value ** 2, 0));
  const [slope, wantedSlope] = [found.results.slope, wanted.results.slope];
  const distance = norm(slope.map((value, i) => value - wantedSlope[i])) / norm(wantedSlope);
  const total = Math.abs(found.results.total[0] / wanted.results.total[0] - 1);
  console.log(`${name} is ${found.device}`);
  console.log(
    `${size}×${size}  parity with onnx-cpu: objective ${total.toExponential(1)}, gradient ${
      distance.toExponential(1)
    } (L2)`,
  );
}

function summary(seconds: readonly number[]): string {
  return `${median(seconds).toFixed(3)} s an evaluation (median of ${seconds.length}, best ${
    Math.min(...seconds).toFixed(3)
  })`;
}

function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
