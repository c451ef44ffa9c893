import { basename, extname } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf, UserError } from "../stages/errors.ts";
import { nearest } from "../stages/nearest.ts";
import { endings, readXmp } from "../stages/sharp.ts";
import { decoded, display, readAll } from "../weights/source.ts";
import { isObject, type Json } from "./merge.ts";
import { presetInXmp } from "./metadata.ts";
import { shipped, shippedPreset } from "./shipped.ts";

/** A part of a preset with the place that it came from: a file, or the command line. */
export interface Layer {
  /** What errors call it. */
  readonly source: string;
  readonly json: Json;
  /** What its relative paths start from. */
  readonly base: URL;
  /** Changes single entries even of maps that a preset replaces as a whole. */
  readonly deep?: boolean;
  /** Laid over a preset for one run, rather than part of it. */
  readonly override?: boolean;
}

/** Everything that is wrong in a preset, each with its place. */
export class PresetError extends UserError {
  /** One line each. */
  readonly faults: readonly { readonly message: string; readonly hint?: string }[];

  /** @param faults At least one. */
  constructor(faults: readonly { readonly message: string; readonly hint?: string }[]) {
    super(faults.map(({ message }) => message).join("\n"), { exitCode: 2, hint: faults[0]?.hint });
    this.faults = faults;
  }
}

/** The folder where the user stands, as a base for relative paths. */
export function currentFolder(): URL {
  return pathToFileURL(`${Deno.cwd()}/`);
}

const ships = `these ship: ${shipped.join(", ")}`;

/** Finds a preset: a URL, a file seen from `base`, or a shipped one. */
export async function locatePreset(name: string, base: URL): Promise<URL> {
  if (isUrl(name)) {
    const location = URL.parse(name);
    if (!location) {
      throw new UserError(`Cannot find the preset ${name}: it is no address`, { hint: ships, exitCode: 2 });
    }
    return location;
  }
  const inPlace = new URL(name.split(/[\\/]/).map(encodeURIComponent).join("/"), base);
  if (await isFile(inPlace)) return inPlace;
  const plain = name.replace(/\.json$/, "");
  if (shipped.includes(plain)) return shippedPreset(plain);
  if (base.protocol !== "file:") return inPlace;
  const guess = nearest(plain, shipped);
  throw new UserError(`Cannot find the preset ${name}`, {
    hint: `${guess ? `did you mean ${guess}? ` : ""}${ships}`,
    exitCode: 2,
  });
}

async function isFile(location: URL): Promise<boolean> {
  if (location.protocol !== "file:") return false;
  return (await Deno.stat(location).catch(() => undefined))?.isFile ?? false;
}

/** A preset after all those that it extends. */
export async function layersOf(location: URL, seen: readonly string[] = []): Promise<Layer[]> {
  if (seen.includes(location.href)) {
    throw new UserError(`${display(location)} extends itself, by way of ${seen.length} presets`, {
      hint: "take one of the `extends` out",
      exitCode: 2,
    });
  }
  const json = await readJson(location);
  const layer = { source: basename(display(location)), json, base: location };
  if (typeof json.extends !== "string") return [layer];
  const parent = await locatePreset(json.extends, location);
  if (isUrl(json.extends) && reachesIn(parent, location)) {
    const message = `${layer.source}: extends: a preset from the network cannot name a local file: ${json.extends}`;
    throw new PresetError([{ message, hint: noReach }]);
  }
  return [...await layersOf(parent, [...seen, location.href]), layer];
}

async function readJson(location: URL): Promise<Json> {
  const isPicture = endings.includes(extname(location.pathname).toLowerCase());
  const text = isPicture ? await textInPicture(location) : new TextDecoder().decode(await readAll(location));
  try {
    const json: unknown = JSON.parse(text);
    if (!isObject(json)) throw new SyntaxError("it is no object");
    return json;
  } catch (error) {
    throw new UserError(`Cannot use ${display(location)} as a preset: ${messageOf(error)}`, {
      hint: "a preset is one JSON object; commas go between entries, not after the last",
      exitCode: 2,
      cause: error,
    });
  }
}

async function textInPicture(location: URL): Promise<string> {
  const bytes = await readAll(location);
  const none = (cause?: unknown) =>
    new UserError(`${display(location)} holds no preset`, {
      hint: "only pictures that this program wrote, and that nothing stripped since, repeat themselves",
      exitCode: 2,
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
  const name = basename(decoded(location.pathname));
  return name.slice(0, name.length - extname(name).length);
}

/** What to do where a preset from the network names a file of this machine. */
export const noReach = "save the preset and its pictures here, or name the file on the command line";

/** Whether something from the network names a file of this machine. */
export function reachesIn({ protocol }: URL, base: URL): boolean {
  return protocol === "file:" && base.protocol !== "file:";
}

/** Whether a text is an address rather than a path. */
export function isUrl(text: string): boolean {
  return /^(https?|file):/i.test(text);
}
