/**
 * The sheet of trials that decides about the shipped recipe: eight photographs (buildings under a sky, a face, fur, a
 * still life, a garden by water, a night scene, a sunlit front, dusk) after eight paintings, small and full, painted by
 * one preset. Writes a table and a contact sheet, and says, by a network that no recipe optimises (trials_pytorch.py, with torch, scipy and h5py):
 *
 * - style and content: distances from the painting's and the photograph's features, the nearer the lower;
 * - border: how far the statistics of the outer 16 pixels lie from those of the inside, beside the same of the painting;
 * - smooth: the contrast of three octaves (of 2, 4 and 8 pixels) where the photograph is smooth, over that of the
 *   painting's smoothest third: 1 is the painting's own, 0 an empty sky, far more than 1 grain;
 * - palette: how far the colours lie from the painting's, matched one to one, and cast: their means, both in ΔE (1976).
 *
 *     deno run -A bench/trials.ts --images PICTURES --judge squeezenet-keras-notop.h5 --output FOLDER
 *
 * With `--against FOLDER` the table also has the ratios to an earlier run of it.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import sharp from "../pictures/sharp_package.ts";
import { loadPreset, openSession } from "../mod.ts";
import type { Json } from "../base/json.ts";
import { withTorch } from "./with_torch.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    images: { type: "string", default: "../shared/images" },
    judge: { type: "string", default: "../shared/weights/squeezenet-keras-notop.h5" },
    python: { type: "string", default: "python3" },
    preset: { type: "string", default: "painting" },
    set: { type: "string", default: "{}" },
    sizes: { type: "string", default: "256,512" },
    photographs: {
      type: "string",
      default:
        "tubingen,training/diana,cat,coffee,training/madeira_900x1600,training/hoovertowernight,training/2-content,training/rocket",
    },
    paintings: {
      type: "string",
      default:
        "training/udnie,training/rain_princess,training/composition-vii_850x1280,hokusai-great-wave-1831,monet-fishermans-cottage-1882,training/la_muse,van-gogh-starry-night-1889,training/seaport",
    },
    output: { type: "string", default: "trials" },
    against: { type: "string" },
  },
});

/** What the judge says of a picture. */
interface Verdict {
  readonly style: number;
  readonly content: number;
  readonly border: number;
  /** By octave, fine to coarse; absent if the photograph has no smooth part. */
  readonly smooth?: readonly number[];
  readonly palette: number;
  readonly cast: number;
}

const python = withTorch(values.python);
const files = [...Deno.readDirSync(values.images), ...trainingFiles()].map((entry) => entry.name);
const photographs = values.photographs.split(",").map(find);
const paintings = values.paintings.split(",").map(find);
const cell = 256;

for (const size of values.sizes.split(",").map(Number)) {
  const folder = join(values.output, String(size));
  await Deno.mkdir(folder, { recursive: true });
  await using session = openSession();
  const pictures: { content: string; style: string; picture: string; seconds: number }[] = [];
  for (const content of photographs) {
    for (const style of paintings) {
      const picture = join(folder, `${nameOf(content)}+${nameOf(style)}.png`);
      const json: Json = { engine: "onnx-cpu", decode: { size, content, styles: [{ picture: style }] } };
      const layers = [json, JSON.parse(values.set)].map((json) => ({
        source: "bench",
        base: new URL(import.meta.url),
        json,
      }));
      const began = performance.now();
      const painted = await session.stylise(await loadPreset(values.preset, layers));
      const seconds = (performance.now() - began) / 1000;
      await Deno.writeFile(picture, await painted.picture.bytes(".png"));
      pictures.push({ content, style, picture, seconds });
    }
  }
  const verdicts = await judged(pictures);
  const earlier = values.against &&
    JSON.parse(await Deno.readTextFile(join(values.against, String(size), "verdicts.json")));
  await Deno.writeTextFile(join(folder, "verdicts.json"), JSON.stringify(verdicts));
  const table = tableOf(pictures.map(({ picture }, i) => [nameOf(picture), verdicts[i]]), earlier);
  const seconds = pictures.reduce((sum, one) => sum + one.seconds, 0) / pictures.length;
  console.log(`${size} pixels, ${seconds.toFixed(1)} s a picture\n\n${table}\n`);
  await Deno.writeTextFile(join(folder, "table.md"), table);
  await sheet(pictures.map(({ picture }) => picture), join(folder, "sheet.jpg"));
}
Deno.exit(0);

function* trainingFiles() {
  for (const entry of Deno.readDirSync(join(values.images, "training"))) yield { name: `training/${entry.name}` };
}

/** The picture of a name, whatever its format. */
function find(name: string): string {
  const file = files.find((file) => file.replace(/\.\w+$/, "") === name);
  if (file) return resolve(values.images, file);
  console.error(`error: ${values.images} has no picture ${name}`);
  Deno.exit(2);
}

function nameOf(path: string): string {
  return path.replace(/^.*\//, "").replace(/\.\w+$/, "");
}

async function judged(pictures: readonly object[]): Promise<Verdict[]> {
  const list = await Deno.makeTempFile();
  await Deno.writeTextFile(list, JSON.stringify(pictures));
  const { stdout, success } = await new Deno.Command(python, {
    args: [fileURLToPath(new URL("trials_pytorch.py", import.meta.url)), values.judge, list],
    stderr: "inherit",
  }).output();
  await Deno.remove(list);
  if (!success) Deno.exit(1);
  return JSON.parse(new TextDecoder().decode(stdout));
}

function tableOf(rows: readonly (readonly [string, Verdict])[], earlier?: readonly Verdict[]): string {
  const mean = (of: (verdict: Verdict) => number | undefined, list: readonly Verdict[]) => {
    const found = list.map(of).filter((value) => value !== undefined);
    return found.reduce((sum, value) => sum + value, 0) / found.length;
  };
  const columns: Record<string, (verdict: Verdict) => number | undefined> = {
    style: ({ style }) => style,
    content: ({ content }) => content,
    border: ({ border }) => border,
    ...Object.fromEntries(["2", "4", "8"].map((octave, i) => [`smooth ${octave}`, ({ smooth }) => smooth?.[i]])),
    palette: ({ palette }) => palette,
    cast: ({ cast }) => cast,
  };
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const shown = (value?: number) => value === undefined ? "" : value.toFixed(3);
  const verdicts = rows.map(([, verdict]) => verdict);
  const ratios = (verdict: Verdict, i: number) =>
    earlier ? [shown(verdict.style / earlier[i].style), shown(verdict.content / earlier[i].content)] : [];
  const titles = ["picture", ...Object.keys(columns), ...earlier ? ["style, ratio", "content, ratio"] : []];
  const means = Object.values(columns).map((of) => mean(of, verdicts));
  const meanRatios = earlier
    ? ["style", "content"].map((key) => {
      const of = (verdict: Verdict) => verdict[key as "style" | "content"];
      return shown(mean(of, verdicts) / mean(of, earlier));
    })
    : [];
  return [
    line(titles),
    line(titles.map(() => "---")),
    ...rows.map(([name, verdict], i) =>
      line([name, ...Object.values(columns).map((of) => shown(of(verdict))), ...ratios(verdict, i)])
    ),
    line(["mean", ...means.map(shown), ...meanRatios]),
  ].join("\n");
}

/** The pictures in rows of one photograph each. */
async function sheet(pictures: readonly string[], output: string): Promise<void> {
  const [columns, rows] = [paintings.length, photographs.length];
  const tiles = await Promise.all(pictures.map(async (picture, i) => ({
    input: await sharp(picture).resize(cell, cell, { fit: "inside" }).png().toBuffer(),
    left: cell * (i % columns),
    top: cell * Math.floor(i / columns),
  })));
  await sharp({ create: { width: cell * columns, height: cell * rows, channels: 3, background: "white" } })
    .composite(tiles).jpeg({ quality: 90 }).toFile(output);
}
