import { dirname, isAbsolute, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { stages } from "../stages/mod.ts";
import { checkChain, type Link } from "../stages/pipeline.ts";
import { objectSchema } from "../stages/schema.ts";
import type { Fault } from "../stages/stage.ts";
import {
  currentFolder,
  isUrl,
  type Layer,
  layersOf,
  locatePreset,
  noReach,
  PresetError,
  presetName,
  reachesIn,
} from "./layers.ts";
import { type Json, mapLocations, merge, withDefaults } from "./merge.ts";
import { commonKeys, type ResolvedPreset } from "./preset.ts";
import { presetOptions } from "./schema.ts";
import { schemaFaults } from "./validate.ts";

const schema = objectSchema(presetOptions);

/** How strictly a preset is resolved. */
export interface ResolveOptions {
  /** Lets pictures be missing: the preset is looked at, not run. */
  readonly incomplete?: boolean;
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
  const location = await locatePreset(name, currentFolder());
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
  const merged = located.reduce<unknown>((under, { json, deep }) => merge(under, json, schema, deep), {});
  /** The last layer that speaks of a path is the one to mend; of what none speaks of, the preset itself should. */
  const own = layers.findLast(({ override }) => !override) ?? layers[0];
  const blamed = (fault: Fault) => inLayer(fault, located.findLast(({ json }) => holds(json, fault.path)) ?? own);
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

/** Relative paths become URLs. A preset from the network may not name a file of this machine. */
function resolveLocations({ json, base }: Layer, complain: (fault: Fault) => void): Json {
  return mapLocations(json, schema, (text, path, kind) => {
    if (kind === "write") {
      if (base.protocol !== "file:" && (isAbsolute(text) || text.split(/[\\/]/).includes(".."))) {
        complain({
          path,
          message: `a preset from the network cannot choose a folder of this machine: ${text}`,
          hint: noReach,
        });
      }
      return text;
    }
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
