import { isAbsolute } from "node:path";
import { UserError } from "../stages/errors.ts";
import { checkChain, type Link } from "../stages/pipeline.ts";
import { objectSchema } from "../stages/schema.ts";
import type { Fault, Stage } from "../stages/stage.ts";
import { locateNetwork } from "../weights/locate.ts";
import { networks } from "../weights/network.ts";
import { type Layer, layersOf, locatePreset, PresetError, presetName } from "./layers.ts";
import { currentFolder, isModulePath, located, noReach, reachesIn } from "./locations.ts";
import { changeAt, defined, isObject, type Json, mapLocations, merge, withDefaults } from "./merge.ts";
import { checksItself, load, optionsOf, pluginOf, type Use, useFaults, usesIn } from "./modules.ts";
import { commonKeys, type ResolvedPreset } from "./preset.ts";
import { presetOptions } from "./schema.ts";
import { type HeldPreset, hold, type Preset } from "./source.ts";
import { schemaFaults } from "./validate.ts";

const schema = objectSchema(presetOptions);

/** How strictly a preset is resolved. */
export interface ResolveOptions {
  /** Lets pictures be missing: the preset is looked at, not run. */
  readonly incomplete?: boolean;
}

/**
 * Loads a preset with all that it extends, lays further layers over it, and checks the whole. Reads no picture, and of
 * the weights that it names only what tells their network: who brings weights means that one. Modules that it names are
 * loaded, with all that Deno lets them do.
 *
 * @param preset A path, a URL, the name of a shipped preset, a picture that Impasto made, or an object. The pictures
 *   and the code that an object holds stay in memory for as long as the program runs, unless it is given to `stylise`
 *   itself.
 * @param overrides Layers that win over the preset, such as the command line's.
 * @throws {PresetError} with every fault at once.
 * @throws {UserError} where a file cannot be found or read.
 */
export async function loadPreset(
  preset: string | Preset,
  overrides: readonly Layer[] = [],
  options: ResolveOptions = {},
): Promise<ResolvedPreset> {
  if (typeof preset === "string") {
    const location = await locatePreset(preset, currentFolder());
    return await resolveLayers(presetName(location), [...await layersOf(location), ...overrides], options);
  }
  return await loadHeld(await hold(preset), overrides, options);
}

/** The URLs of a preset and of those that it extends; of the preset alone where they cannot be read. */
export async function filesOf(name: string): Promise<string[]> {
  const location = await locatePreset(name, currentFolder());
  const layers = await layersOf(location).catch(() => [{ base: location }]);
  return layers.map(({ base }) => base.href);
}

/** Loads a preset of code whose pictures have names already. */
export async function loadHeld(
  { json }: HeldPreset,
  overrides: readonly Layer[] = [],
  options: ResolveOptions = {},
): Promise<ResolvedPreset> {
  const layers = [...await layersOf({ source: "preset", json, base: currentFolder() }), ...overrides];
  return await resolveLayers("preset", layers, options);
}

async function resolveLayers(name: string, given: readonly Layer[], options: ResolveOptions) {
  const layers = given.map((layer) => ({ ...layer, json: defined(layer.json) as Json }));
  await loadModules(layers);
  return resolvePreset(name, [...layers, ...await networkLayer(layers)], options);
}

/** Loads the modules that layers name together, but for those that a preset from the network may not reach. */
async function loadModules(layers: readonly Layer[]): Promise<void> {
  const refused = new Set<string>();
  for (const use of usesOf(layers, (location) => refused.add(location))) {
    if (!refused.has(use.name)) await load(use);
  }
}

/** The stages, losses and optimisers that layers name together; modules by their URLs. */
function usesOf(layers: readonly Layer[], refuse: (location: string) => void = () => {}): Use[] {
  const merged = layers.reduce((under, { json, base, deep }) => {
    const over = mapLocations(json, schema, (text, _, kind) => {
      const location = kind === "code" && located(text, base);
      if (!location) return text;
      if (reachesIn(text, location, base)) refuse(location.href);
      return location.href;
    });
    return merge(under, over, schema, deep) as Json;
  }, {} as Json);
  return usesIn(merged, schema);
}

/** The network of the weights that layers name, as one more layer; none where they name no weights. */
async function networkLayer(layers: readonly Layer[]): Promise<Layer[]> {
  const named = layers.findLast(({ json }) => typeof json.weights === "string");
  const location = named && named.json.weights !== "" && located(String(named.json.weights), named.base);
  if (!location || reachesIn(String(named.json.weights), location, named.base)) return [];
  const wanted = layers.findLast(({ json }) => Object.hasOwn(networks, String(json.network)))?.json.network;
  try {
    const { network } = await locateNetwork(String(wanted ?? commonKeys.network.default), location.href);
    return [{ source: "weights", json: { network: network.name }, base: named.base, override: true }];
  } catch (error) {
    // The run says what is wrong with the weights; a preset can be looked at without them.
    if (error instanceof UserError) return [];
    throw error;
  }
}

/** The complete preset that layers make together, the later ones winning. Throws a PresetError. */
export function resolvePreset(name: string, layers: readonly Layer[], options: ResolveOptions = {}): ResolvedPreset {
  const faults: { message: string; hint?: string }[] = [];
  /** Keys of the preset in which something is wrong: later checks leave them out, so that all the rest is told too. */
  const unsound = new Set<string>();
  const complain = (fault: Fault, layer: Layer) => {
    faults.push(inLayer(fault, layer));
    unsound.add(topOf(fault.path));
  };

  const uses = usesOf(layers).filter(checksItself);
  const isOption = ({ path }: Fault) => uses.some((use) => namesOption(path, use));

  // What a layer leaves out another may hold, and a deep one is nothing by itself: so only the whole is checked for it.
  for (const layer of layers.filter(({ deep }) => !deep)) {
    for (const fault of schemaFaults(layer.json)) if (!fault.missing && !isOption(fault)) complain(fault, layer);
  }
  const placed = layers.map((layer) => ({
    ...layer,
    json: resolveLocations(without(layer.json, unsound), layer, uses, (fault) => complain(fault, layer)),
  }));
  const merged = placed.reduce((under, { json, deep }) => merge(under, json, schema, deep) as Json, {} as Json);
  for (const fault of schemaFaults(merged)) if (!isOption(fault)) complain(fault, blamed(fault, placed));
  const ofModules = usesIn(merged, schema).filter(checksItself).flatMap(useFaults)
    .filter(({ path }) => !unsound.has(topOf(path)));
  for (const fault of ofModules) complain(fault, blamed(fault, placed));

  const preset = presetOf(name, completed(withDefaults(without(merged, unsound), schema) as Json));
  const later = unsound.has("pipeline") || unsound.has("network")
    ? []
    : [...chainFaults(preset), ...stageFaults(preset)]
      .filter(({ path, missing }) => !unsound.has(topOf(path)) && !(missing && options.incomplete));
  for (const fault of later) complain(fault, blamed(fault, placed));
  if (faults.length > 0) throw new PresetError(faults);
  return preset;
}

/** Whether a path leads to an option of what a use names. */
function namesOption(path: string, { path: holder, fixed }: Use): boolean {
  const start = `${holder.join(".")}.`;
  return path.startsWith(start) && !fixed.has(topOf(path.slice(start.length)));
}

/** A preset in which the options of modules have their defaults too; those that ship have theirs in their sections. */
function completed(json: Json): Json {
  return usesIn(json, schema).filter(({ name, holder }) => holder && isModulePath(name)).reduce((preset, use) => {
    const complete = withDefaults(optionsOf(use), objectSchema(pluginOf(use)?.options ?? {})) as Json;
    return changeAt(preset, use.path, (holder) => ({ ...holder as Json, ...complete })) as Json;
  }, json);
}

function presetOf(name: string, complete: Json): ResolvedPreset {
  const common = Object.fromEntries(
    ["network", "weights", "engine", "threads", "memory", "description", "pipeline"].map((key) => [key, complete[key]]),
  );
  const sections = Object.fromEntries(
    Object.entries(complete).filter(([key]) => !(key in commonKeys) && key !== "pipeline"),
  );
  return { ...common, name: complete.name ?? name, sections } as unknown as ResolvedPreset;
}

/** The first place where a stage does not take what the one before gives. */
function chainFaults(preset: ResolvedPreset): Fault[] {
  const chain: Stage[] = [];
  for (const { stage } of linksOf(preset)) {
    chain.push(stage);
    try {
      checkChain(chain);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return [{ path: `pipeline.${chain.length - 1}`, message: error.message, hint: error.hint }];
    }
  }
  return [];
}

/** @throws {PresetError} where a preset that was loaded as incomplete lacks what a run needs. */
export function checkComplete(preset: ResolvedPreset): void {
  const faults = stageFaults(preset);
  if (faults.length > 0) throw new PresetError(faults.map((fault) => inLayer(fault, { source: preset.name })));
}

/** What the stages of a complete preset find wrong with their options. */
function stageFaults(preset: ResolvedPreset): Fault[] {
  return linksOf(preset).flatMap(({ stage, options }, i) => {
    const entry = preset.pipeline[i];
    // Only what ships has a section of its own.
    const inSection = typeof entry === "string" && !isModulePath(entry);
    return (stage.faults?.(options, preset) ?? []).map((fault) =>
      inSection
        ? { ...fault, path: `${stage.name}.${fault.path}` }
        : { ...fault, path: `pipeline.${i}.${fault.path}`, message: `${stage.name}: ${fault.message}` }
    );
  });
}

/** The chain that a preset names, each stage with its options. */
export function linksOf(preset: ResolvedPreset): Link[] {
  return preset.pipeline.map((entry) => {
    const { stage: name, ...options } = typeof entry === "string" ? { stage: entry } : entry;
    const stage = pluginOf({ kind: "stage", name }) as Stage;
    const given = { ...preset.sections[name], ...options };
    return { stage, options: withDefaults(given, objectSchema(stage.options)) as object };
  });
}

/**
 * Relative paths become URLs, those among the options of modules too. A preset from the network may not name a file of
 * this machine.
 */
function resolveLocations(
  json: Json,
  { base }: Layer,
  uses: readonly Use[],
  complain: (fault: Fault) => void,
): Json {
  const resolve = (text: string, path: string, kind: "read" | "write" | "code") => {
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
    const location = located(text, base);
    if (!location) {
      complain({ path, message: `"${text}" is no address`, hint: "write a path, or a whole https: address" });
    } else if (reachesIn(text, location, base)) {
      complain({ path, message: `a preset from the network cannot name a local file: ${text}`, hint: noReach });
    }
    return location?.href ?? text;
  };
  return uses.reduce((preset, use) => {
    const options = objectSchema(pluginOf(use)?.options ?? {});
    return changeAt(preset, use.path, (holder) => {
      if (!isObject(holder) || (holder[use.kind] ?? use.name) !== use.name) return holder;
      const own = mapLocations(optionsOf({ ...use, holder }), options, resolve, use.path.join(".")) as Json;
      return { ...holder, ...own };
    }) as Json;
  }, mapLocations(json, schema, resolve) as Json);
}

function inLayer({ path, message, hint }: Fault, { source }: Pick<Layer, "source">) {
  return { message: `${source}: ${path}: ${message}`, hint };
}

/**
 * The layer to mend: the last that speaks of a path. Where none does, the one that comes nearest, the preset before
 * what is laid over it; what is missing altogether is the preset's own matter.
 */
function blamed({ path, missing }: Fault, layers: readonly Layer[]): Layer {
  const parts = path.split(".");
  const depths = layers.map(({ json }) => depthOf(json, parts));
  const most = Math.max(...depths);
  if (most === parts.length) return layers[depths.lastIndexOf(most)];
  const nearest = layers.filter((_, i) => missing || depths[i] === most);
  return nearest.findLast(({ override }) => !override) ?? nearest.at(-1)!;
}

/** How many parts of a path a value holds. */
function depthOf(value: unknown, [key, ...rest]: readonly string[]): number {
  if (key === undefined || typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return 0;
  return 1 + depthOf((value as Json)[key], rest);
}

function without(json: Json, keys: ReadonlySet<string>): Json {
  return Object.fromEntries(Object.entries(json).filter(([key]) => !keys.has(topOf(key))));
}

/** The key of the preset that a path begins with. */
function topOf(path: string): string {
  return path.split(".", 1)[0];
}
