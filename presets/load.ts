import { basename, dirname, extname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { messageOf, UserError } from "../stages/errors.ts";
import { stages } from "../stages/mod.ts";
import { nearest } from "../stages/nearest.ts";
import { checkChain, type Link } from "../stages/pipeline.ts";
import { objectSchema } from "../stages/schema.ts";
import { endings, readXmp } from "../stages/sharp.ts";
import type { Fault } from "../stages/stage.ts";
import { decoded, display, readAll } from "../weights/source.ts";
import { isObject, type Json, mapLocations, merge, withDefaults } from "./merge.ts";
import { presetInXmp } from "./metadata.ts";
import { commonKeys, type ResolvedPreset } from "./preset.ts";
import { presetOptions } from "./schema.ts";
import { shipped, shippedPreset } from "./shipped.ts";
import { schemaFaults } from "./validate.ts";

const schema = objectSchema(presetOptions);

/** A part of a preset with the place that it came from: a file, or the command line. */
export interface Layer {
  /** What errors call it. */
  readonly source: string;
  readonly json: Json;
  /** What its relative paths start from. */
  readonly base: URL;
}

/** How strictly a preset is resolved. */
export interface ResolveOptions {
  /** Lets pictures be missing: the preset is looked at, not run. */
  readonly incomplete?: boolean;
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

/**
 * Loads a preset with all that it extends, lays further layers over it, and checks the whole. Reads no picture and no
 * weights.
 *
 * @param name A path, a URL, the name of a shipped preset, or a picture that Impasto made.
 * @param overrides Layers that win over the preset, such as the command line's.
 * @throws {PresetError} with every fault at once.
 * @throws {UserError} where a file cannot be found or read.
 */
export async function loadPreset(
  name: string,
  overrides: readonly Layer[] = [],
  options: ResolveOptions = {},
): Promise<ResolvedPreset> {
  const location = await locate(name, currentFolder());
  return resolvePreset(presetName(location), [...await layersOf(location), ...overrides], options);
}

/** The complete preset that layers make together, the later ones winning. Throws a PresetError. */
export function resolvePreset(name: string, layers: readonly Layer[], options: ResolveOptions = {}): ResolvedPreset {
  // What a layer leaves out another may hold, so only the whole can lack something.
  const faults = layers.flatMap((layer) =>
    schemaFaults(layer.json).filter(({ missing }) => !missing).map((fault) => inLayer(fault, layer))
  );
  if (faults.length > 0) throw new PresetError(faults);

  const misplaced: { message: string; hint?: string }[] = [];
  const located = layers.map((layer) => ({
    ...layer,
    json: resolveLocations(layer, (fault) => misplaced.push(inLayer(fault, layer))),
  }));
  if (misplaced.length > 0) throw new PresetError(misplaced);
  const merged = located.reduce<unknown>((under, { json }) => merge(under, json, schema), {});
  /** The last layer that speaks of a path is the one to mend. */
  const blamed = (fault: Fault) => inLayer(fault, located.findLast(({ json }) => holds(json, fault.path)) ?? layers[0]);
  const lacking = schemaFaults(merged);
  if (lacking.length > 0) throw new PresetError(lacking.map(blamed));
  const complete = withDefaults(merged, schema) as Record<string, unknown>;
  const common = Object.fromEntries(
    ["network", "weights", "engine", "threads", "description", "pipeline"].map((key) => [key, complete[key]]),
  );
  const sections = Object.fromEntries(
    Object.entries(complete).filter(([key]) => !(key in commonKeys) && key !== "pipeline"),
  );
  const preset = { ...common, name: (complete.name as string) ?? name, sections } as unknown as ResolvedPreset;
  checkChain(linksOf(preset).map(({ stage }) => stage));

  const later = stageFaults(preset).filter(({ missing }) => !(missing && options.incomplete));
  if (later.length > 0) throw new PresetError(later.map(blamed));
  return preset;
}

/** What the stages of a complete preset find wrong with their options. */
export function stageFaults(preset: ResolvedPreset): Fault[] {
  return linksOf(preset).flatMap(({ stage, options }) =>
    (stage.faults?.(options, preset) ?? []).map((fault) => ({ ...fault, path: `${stage.name}.${fault.path}` }))
  );
}

/** The chain that a preset names, each stage with its options. */
export function linksOf(preset: ResolvedPreset): Link[] {
  return preset.pipeline.map((name) => ({
    stage: stages.find((stage) => stage.name === name)!,
    options: preset.sections[name] ?? {},
  }));
}

/** The folder where the user stands, as a base for relative paths. */
export function currentFolder(): URL {
  return pathToFileURL(`${Deno.cwd()}/`);
}

const ships = `these ship: ${shipped.join(", ")}`;

/** Finds a preset: a URL, a file seen from `base`, or a shipped one. */
async function locate(name: string, base: URL): Promise<URL> {
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
async function layersOf(location: URL, seen: readonly string[] = []): Promise<Layer[]> {
  if (seen.includes(location.href)) {
    throw new UserError(`${display(location)} extends itself, by way of ${seen.length} presets`, {
      hint: "take one of the `extends` out",
      exitCode: 2,
    });
  }
  const json = await readJson(location);
  const layer = { source: basename(display(location)), json, base: location };
  if (typeof json.extends !== "string") return [layer];
  const parent = await locate(json.extends, location);
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
  const xmp = await readXmp(await readAll(location)).catch(() => undefined);
  const text = xmp && presetInXmp(xmp);
  if (text) return text;
  throw new UserError(`${display(location)} holds no preset`, {
    hint: "only pictures that this program wrote, and that nothing stripped since, repeat themselves",
    exitCode: 2,
  });
}

function presetName(location: URL): string {
  const name = basename(decoded(location.pathname));
  return name.slice(0, name.length - extname(name).length);
}

/** Relative paths become URLs. A preset from the network may not name a file of this machine. */
function resolveLocations({ json, base }: Layer, complain: (fault: Fault) => void): Json {
  return mapLocations(json, schema, (text, path) => {
    if (!isUrl(text) && base.protocol === "file:") return pathToFileURL(resolve(folderOf(base), text)).href;
    const location = URL.parse(text, base);
    if (!location) {
      complain({ path, message: `"${text}" is no address`, hint: "write a path, or a whole https: address" });
    } else if (reachesIn(location, base)) {
      complain({ path, message: `a preset from the network cannot name a local file: ${text}`, hint: noReach });
    }
    return location?.href ?? text;
  }) as Json;
}

const noReach = "save the preset and its pictures here, or name the file on the command line";

/** Whether something from the network names a file of this machine. */
function reachesIn({ protocol }: URL, base: URL): boolean {
  return protocol === "file:" && base.protocol !== "file:";
}

function isUrl(text: string): boolean {
  return /^(https?|file):/i.test(text);
}

function inLayer({ path, message, hint }: Fault, { source }: Layer) {
  return { message: `${source}: ${path}: ${message}`, hint };
}

function holds(json: unknown, path: string): boolean {
  return path.split(".").every((key) => {
    if (typeof json !== "object" || json === null || !Object.hasOwn(json, key)) return false;
    json = (json as Record<string, unknown>)[key];
    return true;
  });
}

function folderOf(base: URL): string {
  const path = fileURLToPath(base);
  return base.pathname.endsWith("/") ? path : dirname(path);
}
