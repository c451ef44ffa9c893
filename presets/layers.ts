import { basename, extname } from "node:path";
import withoutComments from "npm:strip-json-comments@5.0.3";
import { withoutSecrets } from "../base/addresses.ts";
import { messageOf, UserError } from "../base/errors.ts";
import { nearest } from "../base/nearest.ts";
import { bothPlaces, repeatedKeys } from "../base/repeated_keys.ts";
import { readXmp } from "../pictures/read_picture.ts";
import { endings } from "../pictures/write_picture.ts";
import { isPipe, isStream } from "../base/pipes.ts";
import { decoded, display, readFrom } from "../base/read.ts";
import { currentFolder, isUrl, located, noReach, reachesIn } from "./locations.ts";
import { isObject, type Json } from "../base/json.ts";
import { type FileKind, named, sniff } from "../base/sniff.ts";
import { presetInXmp } from "../pictures/xmp.ts";
import { shipped, shippedPreset } from "./shipped.ts";

/** A part of a preset with its origin: a file, or the command line. */
export interface PresetLayer {
  /** What errors call it. */
  readonly source: string;
  /** The keys that it sets. */
  readonly json: Json;
  /** What its relative paths start from. */
  readonly base: URL;
  /** Whether it changes single entries of lists, by their index, and of maps that other layers replace as a whole. */
  readonly deep?: boolean;
  /** Whether it is laid over the preset for one run, rather than part of it. */
  readonly override?: boolean;
}

/** Something wrong in a preset, with its place. */
export interface PresetFault {
  /** The file, or the command line. */
  readonly source: string;
  /** The keys that lead to it, such as `decode.styles.0.picture`. */
  readonly path: string;
  /** What is wrong. */
  readonly message: string;
  /** What would be right. */
  readonly hint?: string;
}

/** Everything that is wrong in a preset, each with its place. */
export class PresetError extends UserError {
  /** Its class. */
  override readonly name = "PresetError";
  /** What is wrong, in order. */
  readonly faults: readonly PresetFault[];

  /**
   * An error of some faults.
   *
   * @param faults At least one.
   */
  constructor(faults: readonly PresetFault[], cause?: unknown) {
    super(faults.map(lineOf).join("\n"), { exitCode: 2, code: "preset-invalid", hint: faults[0]?.hint, cause });
    this.faults = faults.map(({ source, path, message, hint }) => ({
      source: withoutSecrets(source),
      path,
      message: withoutSecrets(message),
      hint: hint && withoutSecrets(hint),
    }));
  }
}

/** A fault on one line: where it is, and what is wrong. */
export function lineOf({ source, path, message }: PresetFault): string {
  return `${source}: ${path}: ${message}`;
}

const ships = `these ship: ${shipped.join(", ")}`;

/**
 * The location of a preset that is named by a URL, by a path relative to `base`, or as one that ships.
 *
 * @throws {UserError} if there is none.
 */
export async function locatePreset(name: string, base: URL): Promise<URL> {
  const inPlace = located(name, base);
  if (isUrl(name)) {
    if (inPlace) return inPlace;
    throw new UserError(`Cannot find the preset ${name}: it is no address`, {
      hint: ships,
      exitCode: 2,
      code: "preset-not-found",
    });
  }
  const plain = name.replace(/\.json$/, "");
  if (inPlace && await isFile(inPlace, shipped.includes(plain))) return inPlace;
  if (shipped.includes(plain)) return shippedPreset(plain);
  for (const ending of base.protocol === "file:" ? [".jsonc", ".json"] : []) {
    const completed = located(`${name}${ending}`, base);
    if (completed && await isFile(completed, false)) return completed;
  }
  if (inPlace && base.protocol !== "file:") return inPlace;
  const guess = nearest(plain, shipped);
  throw new UserError(`Cannot find the preset ${name}`, {
    hint: `${guess ? `did you mean ${guess}? ` : ""}${ships}`,
    exitCode: 2,
    code: "preset-not-found",
  });
}

/**
 * Whether there is a file at a location.
 *
 * @param dispensable Takes a file that may not be read as absent, instead of throwing.
 */
async function isFile(location: URL, dispensable: boolean): Promise<boolean> {
  if (location.protocol !== "file:") return false;
  try {
    return await isPipe(location) || (await Deno.stat(location)).isFile;
  } catch (error) {
    if (dispensable || !(error instanceof Deno.errors.NotCapable)) return false;
    throw new UserError(`Cannot look for ${display(location)}: ${messageOf(error)}`, {
      code: "unreadable",
      cause: error,
    });
  }
}

/** Layers, as far as they can be read. */
export interface FoundLayers {
  /** The lowest first. */
  readonly layers: readonly PresetLayer[];
  /** What is wrong with them as files. */
  readonly faults: readonly PresetFault[];
  /** Whether one that they build on is lacking, so that much may be missing without fault. */
  readonly orphaned: boolean;
}

/**
 * The layers of a preset, read from a location or given: those that it extends come first, the lowest at the start. What
 * keeps one of those from loading is a fault.
 *
 * @throws {UserError} if the preset itself cannot be read.
 */
export async function layersOf(preset: URL | PresetLayer): Promise<FoundLayers> {
  const faults: PresetFault[] = [];
  const layers = [preset instanceof URL ? await layerAt(preset, faults) : preset];
  while (typeof layers[0].json.extends === "string") {
    try {
      layers.unshift(await parentOf(layers, layers[0].json.extends, faults));
    } catch (error) {
      if (!(error instanceof PresetError)) throw error;
      return { layers, faults: [...faults, ...error.faults], orphaned: true };
    }
  }
  return { layers, faults, orphaned: false };
}

async function layerAt(location: URL, faults: PresetFault[]): Promise<PresetLayer> {
  const piped = await isPipe(location);
  const source = piped ? "the piped preset" : location.protocol === "data:" ? "data:" : basename(display(location));
  const { json, base } = await readJson(location, source, faults);
  return { source, json, base: piped ? currentFolder() : base };
}

/** Loads the preset that the first of some layers extends. */
async function parentOf(
  layers: readonly PresetLayer[],
  name: string,
  faults: PresetFault[],
): Promise<PresetLayer> {
  const [{ source, base }] = layers;
  try {
    const location = await locatePreset(name, base);
    if (isUrl(name) && reachesIn(name, location, base)) {
      throw new UserError(`a preset from the network cannot name a local file: ${name}`, { hint: noReach });
    }
    checkUnused(location, layers);
    const parent = await layerAt(location, faults);
    checkUnused(parent.base, layers);
    return parent;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new PresetError([{ source, path: "extends", message: error.message, hint: error.hint }], error);
  }
}

/** @throws {UserError} if a location is that of one of the layers. */
function checkUnused(location: URL, layers: readonly PresetLayer[]): void {
  const again = layers.findIndex(({ base }) => base.href === location.href);
  if (again < 0) return;
  const names = layers.slice(0, again + 1).map(({ source }) => source).toReversed();
  throw new UserError(`${names[0]} extends itself: ${[...names, names[0]].join(" → ")}`, {
    hint: "take one of the `extends` out",
  });
}

const commas = "a preset is one JSON object; commas go between entries, not after the last";

/** What to do with files that are no presets. */
const hints: Partial<Readonly<Record<FileKind, string>>> = {
  page: "a page shows a preset but is none: copy the address of the file itself, on GitHub that of Raw",
  lfs: "fetch the file with `git lfs pull` in its repository",
};

/**
 * The JSON at a location, and the address that answered in the end, from which its relative paths start.
 *
 * @param faults Gets each key that stands twice.
 */
async function readJson(
  location: URL,
  source: string,
  faults: PresetFault[],
): Promise<Pick<PresetLayer, "json" | "base">> {
  const isPicture = endings.includes(extname(location.pathname).toLowerCase());
  const { bytes, location: base } = await readFrom(location);
  const content = isPicture ? await textInPicture(bytes, location) : bytes;
  try {
    // Comments become spaces, so places stay.
    const text = withoutComments(typeof content === "string" ? content : textOf(content));
    const json: unknown = JSON.parse(text);
    if (!isObject(json)) throw new SyntaxError("it is no object");
    faults.push(
      ...repeatedKeys(text).map((key): PresetFault => ({
        source,
        path: key.path.join("."),
        message: `stands twice, ${bothPlaces(key)}`,
        hint: "only the last would count: put what both hold into one",
      })),
    );
    return { json, base };
  } catch (error) {
    const kind = typeof content === "string" ? undefined : sniff(content);
    const strange = kind !== undefined && kind !== "json" && kind !== "text";
    const reason = strange ? `it is ${named(kind)}` : messageOf(error);
    const hint = strange ? hints[kind] ?? "name a preset: one JSON object" : commas;
    throw new UserError(`Cannot use ${display(location)} as a preset: ${reason}`, {
      hint,
      exitCode: 2,
      code: "preset-invalid",
      cause: error,
    });
  }
}

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SyntaxError("it is no text in UTF-8", { cause });
  }
}

async function textInPicture(bytes: Uint8Array, location: URL): Promise<string> {
  const none = (cause?: unknown) =>
    new UserError(`${display(location)} holds no preset`, {
      hint: "only pictures that this program wrote, and that nothing stripped since, repeat themselves",
      exitCode: 2,
      code: "preset-invalid",
      cause,
    });
  const xmp = await readXmp(bytes).catch((error) => {
    throw none(error);
  });
  const text = xmp && presetInXmp(xmp);
  if (!text) throw none();
  return text;
}

/** The name of the preset at a location. */
export function presetName(location: URL): string {
  if (location.protocol === "data:" || isStream(location)) return "preset";
  const name = basename(decoded(location.pathname));
  return name.slice(0, name.length - extname(name).length).replaceAll("\\", "-");
}
