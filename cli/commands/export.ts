import { dirname, extname, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../../base/errors.ts";
import { inFolder, replaceAtomically, targetOf } from "../../base/files.ts";
import { sniff } from "../../base/sniff.ts";
import type { Painter } from "../../networks/painter.ts";
import { chooseRows } from "../../painters/choose_rows.ts";
import { painterModel, type WritableStyle } from "../../painters/onnx_model.ts";
import { loadPicture } from "../../pictures/read_picture.ts";
import type { PresetLayer } from "../../presets/layers.ts";
import { loadPreset } from "../../presets/load.ts";
import { currentFolder, isUrl } from "../../presets/locations.ts";
import { optionsOf, type ResolvedPreset } from "../../presets/preset.ts";
import { shipped } from "../../presets/shipped.ts";
import { decode } from "../../stages/decode.ts";
import { repaint } from "../../stages/repaint.ts";
import { type AnyPainter, openAnyPainter } from "../../weights/any_painter.ts";
import { headOf } from "../../weights/open_any.ts";
import { shippedPainter } from "../../weights/painter_file.ts";
import type { Call } from "../call.ts";
import { megabytes } from "../fetch_lines.ts";
import { printReport } from "../output.ts";
import { placeFor } from "../place.ts";

/** Kinds of files that are presets, or pictures that hold one. */
const presetKinds: readonly (string | undefined)[] = ["json", "text", "jpeg", "png", "webp", "avif", "tiff", "empty"];

/** Endings of files that no preset has. */
const painterEndings: readonly string[] = [".painter", ".onnx", ".pth", ".pt", ".model"];

const elsewhere = "name another place with --onnx";

/** Writes a painter as a model in ONNX. */
export async function exportPainter(call: Call): Promise<number> {
  const { words: [word], values: { onnx: asked, styles }, on } = call;
  if (!word || !asked) {
    throw new UserError(word ? "The model needs a place" : "Nothing to export", {
      hint: "write export PRESET|FILE --onnx OUT",
      exitCode: 2,
    });
  }
  const names = styles?.split(",").map((name) => name.trim()).filter((name) => name !== "");
  const file = await painterFile(word);
  const from: { location: URL; preset?: ResolvedPreset } = file ? { location: file } : await taughtBy(word, call);
  if (from.location.href === pathToFileURL(resolve(await targetOf(asked))).href) {
    throw new UserError(`Cannot write ${asked}: the run reads it`, { hint: "name another file", exitCode: 2 });
  }
  const painter = await openAnyPainter(from.location);
  const model = "architecture" in painter
    ? modelOf(painter, names ? named(painter, names) : await stylesOf(painter, from.preset))
    : asItCame(painter, names);
  const path = await placeFor(asked, "model in ONNX", elsewhere, on);
  await inFolder(
    dirname(path),
    () => replaceAtomically(path, (temporary) => Deno.writeFile(temporary, model.bytes), elsewhere),
  );
  const { bytes: { length }, stored, styles: written } = model;
  if (on.has("json")) printReport(JSON.stringify({ path, bytes: length, stored, styles: written }));
  else if (!on.has("quiet")) {
    const second = written.length > 1 ? `, and style [${written.length}], the shares of ${written.join(", ")}` : "";
    printReport(
      stored
        ? `${path} is here: ${megabytes(length)}, weights in ${stored}\n` +
          `it takes photograph [1,3,H,W] in RGB of 0..255${second}; it gives picture, the same`
        : `${path} is here: ${megabytes(length)}, the network in ONNX as it came`,
    );
  }
  return 0;
}

/** What is written. */
interface Model {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How its weights are stored; undefined for a network of someone else's. */
  readonly stored?: string;
  readonly styles: readonly string[];
}

/** The painter that a word names; undefined if it names a preset. */
async function painterFile(word: string): Promise<URL | undefined> {
  if (shipped.includes(word)) return undefined;
  if (word.startsWith("stored:")) return new URL(word);
  const location = isUrl(word) ? URL.parse(word) : pathToFileURL(resolve(word));
  // Whether it is there is found when it is opened.
  if (painterEndings.includes(extname(word).toLowerCase())) return location ?? undefined;
  const head = location && await headOf(location).catch(() => undefined);
  return head && !presetKinds.includes(sniff(head)) ? location! : undefined;
}

/** The painter of a preset. */
async function taughtBy(word: string, { overrides }: Call): Promise<{ location: URL; preset: ResolvedPreset }> {
  const layer: PresetLayer = {
    source: "command line",
    json: { method: "painter" },
    base: currentFolder(),
    deep: false,
    override: true,
  };
  const preset = await loadPreset(word, [...overrides, layer], { incomplete: true });
  const painter = optionsOf(preset, repaint)?.painter;
  return { location: painter ? new URL(painter) : shippedPainter, preset };
}

function modelOf(painter: Painter, styles: readonly WritableStyle[]): Model {
  return { ...painterModel(painter, styles), styles: styles.map(({ name }) => name) };
}

function asItCame(painter: Exclude<AnyPainter, Painter>, names: readonly string[] | undefined): Model {
  const other = names?.find((name) => name !== painter.name);
  if (other !== undefined) throw unknownStyle(other, [painter.name]);
  return { bytes: painter.model.bytes, styles: [painter.name] };
}

/** The styles of a painter that are named. */
function named({ rows }: Painter, names: readonly string[]): WritableStyle[] {
  if (names.length === 0) throw new UserError("No style is named", { hint: "write --styles A,B", exitCode: 2 });
  return [...new Set(names)].map((name) => {
    const row = rows.find((row) => row.name === name);
    if (!row) throw unknownStyle(name, rows.map(({ name }) => name));
    return row;
  });
}

function unknownStyle(name: string, known: readonly string[]): UserError {
  return new UserError(`The painter has no style ${name}`, { hint: `it has ${known.join(", ")}`, exitCode: 2 });
}

/** All styles of a painter's own file, or the one that a preset asks for. */
async function stylesOf(painter: Painter, preset: ResolvedPreset | undefined): Promise<readonly WritableStyle[]> {
  if (!preset) return painter.rows;
  const { styles, styleScale, size, styleColours } = optionsOf(preset, decode)!;
  if (styles.some(({ mask }) => mask)) {
    throw new UserError(`Cannot export ${preset.name}: its masks belong to one photograph`, {
      hint: "export the styles: --styles A,B",
      exitCode: 2,
    });
  }
  const chosen = optionsOf(preset, repaint)!.styles;
  if (styles.length === 0 && painter.rows.length > 1 && Object.keys(chosen).length === 0) {
    throw new UserError(`Cannot export ${preset.name}: it has no paintings`, {
      hint: `add --style FILE, or name styles of its painter with --styles: ${
        painter.rows.map(({ name }) => name).join(", ")
      }`,
      exitCode: 2,
    });
  }
  const total = styles.reduce((sum, { weight }) => sum + weight, 0);
  const wanted = await Promise.all(styles.map(async ({ picture, weight, pictureMask }) => {
    const file = await loadPicture(picture);
    const asItIs = styleColours === "painting" && pictureMask === undefined;
    return {
      weight: weight / total,
      painting: asItIs ? await file.digest() : undefined,
      scale: Math.min(styleScale, Math.max(file.size.width, file.size.height) / size),
    };
  }));
  const [{ row }] = chooseRows(painter, wanted, chosen);
  return [{ name: preset.name, values: row }];
}
