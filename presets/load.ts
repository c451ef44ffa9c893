import { isAbsolute } from "node:path";
import { UserError } from "../base/errors.ts";
import { checkChain } from "../chain/chain.ts";
import { type Link, subjectOf } from "../chain/link.ts";
import { objectSchema, type ValueSchema } from "../chain/schema.ts";
import type { Fault, Stage } from "../chain/stage.ts";
import { isObject, type Json } from "../base/json.ts";
import { mapLocations, type Path, usesIn, walk, withDefaults } from "../chain/walk.ts";
import { locateNetwork } from "../weights/locate.ts";
import { networks } from "../networks/network.ts";
import { commonKeys } from "./common_keys.ts";
import { layersOf, locatePreset, PresetError, type PresetFault, type PresetLayer, presetName } from "./layers.ts";
import { currentFolder, isModulePath, located, noReach, reachesIn } from "./locations.ts";
import { defined, merge } from "./merge.ts";
import type { ResolvedPreset } from "./preset.ts";
import { openRegistry, type Registry, ships } from "./registry.ts";
import { presetOptions } from "./schema.ts";
import { type HeldPreset, hold, type Preset } from "./source.ts";
import { schemaFaults } from "./validate.ts";

/** How strictly a preset is resolved. */
export interface ResolveOptions {
  /** Lets pictures be missing: the preset is looked at, not run. */
  readonly incomplete?: boolean;
}

/** The same with what a preset may name. */
interface Resolving extends ResolveOptions {
  readonly registry?: Registry;
}

/**
 * Loads a preset with all that it extends, lays further layers over it, and checks the whole. Reads no picture, and of
 * the weights that it names only what tells their network: who brings weights means that one. Modules that it names are
 * loaded, with all that Deno lets them do.
 *
 * @param preset A path, a URL, the name of a shipped preset, a picture that Impasto made, or an object. The pictures
 *   that an object holds stay in memory for as long as the program runs, unless it is given to `stylise` itself.
 * @param overrides Layers that win over the preset, such as the command line's.
 * @throws {PresetError} with every fault at once.
 * @throws {UserError} if a file cannot be found or read.
 */
export async function loadPreset(
  preset: string | Preset,
  overrides: readonly PresetLayer[] = [],
  options: ResolveOptions = {},
): Promise<ResolvedPreset> {
  const resolving: Resolving = { registry: openRegistry(), ...options };
  if (typeof preset === "string") return await loadNamed(preset, overrides, resolving);
  return await loadHeld(await hold(preset, resolving.registry!), overrides, resolving);
}

/** Loads a preset by its name, path or URL. */
export async function loadNamed(
  name: string,
  overrides: readonly PresetLayer[] = [],
  options: Resolving = {},
): Promise<ResolvedPreset> {
  const location = await locatePreset(name, currentFolder());
  return await resolveLayers(presetName(location), [...await layersOf(location), ...overrides], options);
}

/** Loads a preset of code whose pictures have names already. */
export async function loadHeld(
  { json }: HeldPreset,
  overrides: readonly PresetLayer[] = [],
  options: Resolving = {},
): Promise<ResolvedPreset> {
  const layers = [...await layersOf({ source: "preset", json, base: currentFolder() }), ...overrides];
  return await resolveLayers("preset", layers, options);
}

/** The URLs of a preset and of those that it extends; of the preset alone if they cannot be read. */
export async function filesOf(name: string): Promise<string[]> {
  const location = await locatePreset(name, currentFolder());
  const layers = await layersOf(location).catch(() => [{ base: location }]);
  return layers.map(({ base }) => base.href);
}

async function resolveLayers(name: string, given: readonly PresetLayer[], options: Resolving) {
  const { registry = openRegistry() } = options;
  const layers = given.map((layer) => ({ ...layer, json: defined(layer.json) as Json }));
  const { merged, refused } = withCodeUrls(layers, registry.schema());
  for (const { kind, name } of usesIn(merged, registry.schema())) {
    if (isModulePath(name) && !registry.plugin(kind, name) && !refused.has(name)) await registry.load(kind, name);
  }
  return resolvePreset(name, [...layers, ...await networkLayer(layers)], { ...options, registry });
}

/** Layers in which relative paths of code are URLs, what they make together, and what they may not reach. */
function withCodeUrls(layers: readonly PresetLayer[], schema: ValueSchema) {
  const refused = new Set<string>();
  const placed = layers.map((layer) => ({
    ...layer,
    json: mapLocations(layer.json, schema, isModulePath, (text, _, kind) => {
      const location = kind === "code" && located(text, layer.base);
      if (!location) return text;
      if (reachesIn(text, location, layer.base)) refused.add(location.href);
      return location.href;
    }) as Json,
  }));
  return { placed, merged: mergedLayers(placed, schema), refused };
}

function mergedLayers(layers: readonly PresetLayer[], schema: ValueSchema): Json {
  return layers.reduce((under, layer) => laidOver(under, layer, schema), {} as Json);
}

/**
 * A layer on those below it. What its sections say also wins over the options that an earlier layer gave a stage in the
 * pipeline itself.
 */
function laidOver(under: Json, { json, deep }: Pick<PresetLayer, "json" | "deep">, schema: ValueSchema): Json {
  const merged = merge(under, json, schema, deep) as Json;
  const { pipeline } = under;
  if (Object.hasOwn(json, "pipeline") && !deep || !Array.isArray(pipeline)) return merged;
  const entries = (merged.pipeline as readonly unknown[]).map((entry, i) => {
    const section = isObject(entry) && entry === pipeline[i] && json[String(entry.stage)];
    if (!isObject(entry) || !isObject(section)) return entry;
    const said = Object.entries(section).filter(([key]) => Object.hasOwn(entry, key));
    const options = objectSchema(presetOptions[String(entry.stage)]?.properties ?? {});
    return merge(entry, Object.fromEntries(said), options, deep);
  });
  return { ...merged, pipeline: entries };
}

/** The network of the weights that layers name, as one more layer; none if they name no weights. */
async function networkLayer(layers: readonly PresetLayer[]): Promise<PresetLayer[]> {
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
export function resolvePreset(name: string, given: readonly PresetLayer[], options: Resolving = {}): ResolvedPreset {
  const { registry = openRegistry(), incomplete } = options;
  const schema = registry.schema();
  const faults: PresetFault[] = [];
  /** Keys of the preset in which something is wrong: later checks leave them out, so that all the rest is told too. */
  const unsound = new Set<string>();
  const complain = (fault: Fault, layer: Pick<PresetLayer, "source">) => {
    const told = { source: layer.source, path: fault.path, message: fault.message, hint: fault.hint };
    if (!faults.some((other) => JSON.stringify(other) === JSON.stringify(told))) faults.push(told);
    unsound.add(topOf(fault.path));
  };

  const layers = withNames(withCodeUrls(given, schema).placed, schema);
  // What a layer leaves out another may hold, and a deep one is nothing by itself: so only the whole is checked for it.
  for (const layer of layers.filter(({ deep }) => !deep)) {
    for (const fault of schemaFaults(layer.json, schema)) if (!fault.missing) complain(fault, layer);
  }
  const placed = layers.map((layer, i) => ({
    ...layer,
    json: resolveLocations(without(layer.json, unsound), layer, given[i], schema, (fault) => complain(fault, layer)),
  }));
  const merged = mergedLayers(placed, schema);
  for (const fault of schemaFaults(merged, schema)) complain(fault, blamed([fault.path], fault, placed));
  for (const { kind, name, path } of usesIn(without(merged, unsound), schema)) {
    if (!isModulePath(name) || registry.plugin(kind, name)) continue;
    const { message, hint } = registry.failure(kind, name);
    const fault = { path: path.join("."), message, hint };
    complain(fault, blamed([fault.path], fault, placed));
  }

  const sound = without(merged, unsound);
  const preset = presetOf(name, sound, registry);
  const later = unsound.has("pipeline") || unsound.has("network")
    ? []
    : [...chainFaults(preset), ...stageFaults(preset, sound)];
  const told = later.filter(({ places, missing }) =>
    !places.some((path) => unsound.has(topOf(path))) && !(missing && incomplete)
  );
  for (const { places, ...fault } of told) {
    const layer = blamed(places, fault, placed);
    // The place in the pipeline unless the layer speaks of the section.
    const path = places.find((path) => speaksOf(layer, path)) ?? fault.path;
    complain({ ...fault, path }, layer);
  }
  if (faults.length > 0) throw new PresetError(faults);
  return preset;
}

/** Layers in which whatever stands beside options of a stage, loss or optimiser of a layer below says its name too. */
function withNames(layers: readonly PresetLayer[], schema: ValueSchema): PresetLayer[] {
  let under: Json = {};
  return layers.map((layer) => {
    under = laidOver(under, layer, schema);
    const json = walk(layer.json, schema, (value, { discriminator, whole }, path) => {
      if (!discriminator || whole && !layer.deep || !isObject(value)) return value;
      const { propertyName: key } = discriminator;
      const inherited = valueAt(under, path);
      if (Object.hasOwn(value, key) || !isObject(inherited) || !Object.hasOwn(inherited, key)) return value;
      return { ...value, [key]: inherited[key] };
    });
    return { ...layer, json: json as Json };
  });
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce((inner: unknown, key) => {
    const holds = typeof inner === "object" && inner !== null && Object.hasOwn(inner, key);
    return holds ? (inner as Json)[key] : undefined;
  }, value);
}

/** The preset of merged layers that were found sound, or of as much of them as is. */
function presetOf(name: string, merged: Json, registry: Registry): ResolvedPreset {
  const json = withDefaults(merged, objectSchema(presetOptions)) as Json;
  const { network, weights, engine, threads, memory, description, pipeline } = json;
  const chain = (pipeline as readonly (string | Json)[]).map((entry) => linkOf(entry, json, registry));
  const common = { network, weights, engine, threads, memory, description };
  return { ...common, name: json.name ?? name, chain } as unknown as ResolvedPreset;
}

/** A stage of the pipeline with its options: those beside its name, before those of its section. */
function linkOf(entry: string | Json, json: Json, registry: Registry): Link {
  const { stage: name, ...own } = isObject(entry) ? entry : { stage: entry };
  const stage = registry.plugin("stage", String(name)) as Stage;
  const section = ships(stage) ? json[stage.name] as Json | undefined : {};
  const schema = objectSchema(stage.options);
  const options = bound(withDefaults({ ...section, ...own }, schema), schema, registry);
  // What is named has defaults of its own.
  return { stage, options: withDefaults(options, schema) as object };
}

/** A value in which the things themselves stand in the places of their names. */
function bound(value: unknown, schema: ValueSchema, registry: Registry): unknown {
  return walk(value, schema, (value, { module: kind }) => {
    return kind && typeof value === "string" ? registry.plugin(kind, value) ?? value : value;
  });
}

/** A fault that may have been said in several places; where the pipeline says it comes first. */
interface PlacedFault extends Fault {
  readonly places: readonly string[];
}

/** The first place where a stage does not take what the one before gives. */
function chainFaults({ chain }: ResolvedPreset): PlacedFault[] {
  const stages: Stage[] = [];
  for (const { stage } of chain) {
    stages.push(stage);
    try {
      checkChain(stages);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      const path = `pipeline.${stages.length - 1}`;
      return [{ path, places: [path], message: error.message, hint: error.hint }];
    }
  }
  return [];
}

/** @throws {PresetError} if a preset that was loaded as incomplete lacks what a run needs. */
export function checkComplete(preset: ResolvedPreset): void {
  const faults = stageFaults(preset, {});
  if (faults.length > 0) {
    throw new PresetError(faults.map(({ path, message, hint }) => ({ source: preset.name, path, message, hint })));
  }
}

/**
 * What the stages of a complete preset find wrong with their options.
 *
 * @param json The preset as it was written.
 */
function stageFaults(preset: ResolvedPreset, json: Json): PlacedFault[] {
  const subject = subjectOf(preset.chain, preset.name);
  return preset.chain.flatMap(({ stage, options }, i) => {
    const entry = valueAt(json, ["pipeline", String(i)]);
    return (stage.faults?.(options, preset, subject) ?? []).map((fault) => {
      const [inEntry, inSection] = [`pipeline.${i}.${fault.path}`, `${stage.name}.${fault.path}`];
      if (!ships(stage)) {
        return { ...fault, path: inEntry, places: [inEntry], message: `${stage.name}: ${fault.message}` };
      }
      const says = isObject(entry) && Object.hasOwn(entry, topOf(fault.path));
      return { ...fault, path: inSection, places: says ? [inEntry, inSection] : [inSection] };
    });
  });
}

/** Relative paths become URLs. A preset from the network may not name a file of this machine. */
function resolveLocations(
  json: Json,
  { base }: PresetLayer,
  written: PresetLayer,
  schema: ValueSchema,
  complain: (fault: Fault) => void,
): Json {
  return mapLocations(json, schema, isModulePath, (text, keys, kind) => {
    const path = keys.join(".");
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
    // Paths of code are URLs already.
    const said = kind === "code" ? String(valueAt(written.json, keys) ?? text) : text;
    const location = located(said, base);
    if (!location) {
      complain({ path, message: `"${text}" is no address`, hint: "write a path, or a whole https: address" });
    } else if (reachesIn(said, location, base)) {
      complain({ path, message: `a preset from the network cannot name a local file: ${said}`, hint: noReach });
    }
    return location?.href ?? text;
  }) as Json;
}

/**
 * The layer to mend: the last that speaks of one of some places. If none does, the one that comes nearest, the preset
 * before what is laid over it; what is missing altogether is the preset's own matter.
 */
function blamed(places: readonly string[], { missing }: Fault, layers: readonly PresetLayer[]): PresetLayer {
  const speaking = layers.findLast((layer) => places.some((path) => speaksOf(layer, path)));
  if (speaking) return speaking;
  const depths = layers.map(({ json }) => Math.max(...places.map((path) => depthOf(json, path.split(".")))));
  const most = Math.max(...depths);
  const nearest = layers.filter((_, i) => missing || depths[i] === most);
  return nearest.findLast(({ override }) => !override) ?? nearest.at(-1)!;
}

function speaksOf({ json }: PresetLayer, path: string): boolean {
  const parts = path.split(".");
  return depthOf(json, parts) === parts.length;
}

/** How many parts of a path a value holds. */
function depthOf(value: unknown, [key, ...rest]: Path): number {
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
