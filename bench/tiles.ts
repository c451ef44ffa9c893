/**
 * What tiles cost: the objective of the preset `painting` at a large size within a memory, tile by tile, beside the
 * same at a size that is seen at once. Prints seconds per megapixel, their ratio, and how far the plan's estimate of
 * the memory lies from its peak: `deno run -A bench/tiles.ts --weights vgg19.safetensors`.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { fileURLToPath, pathToFileURL } from "node:url";
import { start } from "./contender.ts";

/** One evaluation, and what it took. */
interface Evaluated {
  readonly seconds: number;
  readonly peakBytes: number;
  readonly plannedBytes: number;
  readonly plan: string;
}

const { values } = parseArgs({
  args: Deno.args,
  options: {
    size: { type: "string", default: "4096" },
    beside: { type: "string", default: "1024" },
    memory: { type: "string", default: "3GB" },
    padding: { type: "string", default: "zero" },
    network: { type: "string", default: "vgg19-mini" },
    weights: { type: "string", default: "" },
    rounds: { type: "string", default: "1" },
  },
});

const script = fileURLToPath(new URL("./tiles_impasto.ts", import.meta.url));
const weights = values.weights && pathToFileURL(values.weights).href;
const contender = (size: string, memory: string) =>
  start<Evaluated>(Deno.execPath(), ["run", "-A", script, size, memory, values.padding, values.network, weights]);

const small: Evaluated[] = [];
const large: Evaluated[] = [];
{
  await using whole = contender(values.beside, "1000GB");
  await using tiled = contender(values.size, values.memory);
  // The small one takes its turn before and after each of the large one: a machine does not keep its pace.
  await whole.next();
  small.push(await whole.next());
  for (let round = 0; round < Number(values.rounds); round++) {
    large.push(await tiled.next());
    small.push(await whole.next());
  }
}
const perMegapixel = (records: readonly Evaluated[], size: string) =>
  Math.min(...records.map(({ seconds }) => seconds)) / (Number(size) ** 2 / 1e6);
const [one, other] = [perMegapixel(small, values.beside), perMegapixel(large, values.size)];
print(values.beside, small, one);
print(values.size, large, other);
console.log(`ratio of the bests ${(other / one).toFixed(2)}`);

function print(size: string, records: readonly Evaluated[], seconds: number) {
  const { peakBytes, plannedBytes, plan } = records.at(-1)!;
  const off = Math.round(100 * (plannedBytes / peakBytes - 1));
  console.log(
    `${size}×${size}  ${plan}  ${seconds.toFixed(2)} s a megapixel  ` +
      `peak ${Math.round(peakBytes / 1e6)} MB, planned ${Math.round(plannedBytes / 1e6)} MB (${off} % off)`,
  );
}
