import { isObject, type Json } from "../base/json.ts";
import type { Link } from "../chain/link.ts";
import type { RunSettings } from "../chain/recipe.ts";
import { objectSchema, type ValueSchema } from "../chain/schema.ts";
import type { Stage } from "../chain/stage.ts";
import { layerFaults } from "../objective/term_faults.ts";
import type { Term } from "../objective/terms.ts";
import { usesIn, walk, withDefaults } from "../chain/walk.ts";
import { blamed, faultList, speaksOf } from "./blame.ts";
import { chainFaults } from "./chain_faults.ts";
import { runSettingsOf } from "./common_keys.ts";
import type { PresetFault, PresetLayer } from "./layers.ts";
import { isModulePath } from "./locations.ts";
import { mergedLayers, withNames } from "./overlay.ts";
import { related, valueAt, without } from "./paths.ts";
import { film } from "../stages/film.ts";
import { type Method, pipelines } from "../stages/mod.ts";
import { withCodeUrls, withUrls } from "./placing.ts";
import type { ResolvedPreset } from "./preset.ts";
import { openRegistry, type Registry, ships } from "./registry.ts";
import { isSection, presetOptions } from "./schema.ts";
import { schemaFaults } from "./validate.ts";

/** How layers are resolved. */
export interface Resolving {
  /** Holds what they may name, their modules loaded; what ships unless given. */
  readonly registry?: Registry;
  /** Lets pictures be missing. */
  readonly incomplete?: boolean;
  /** Faults that were found on the way here. */
  readonly found?: readonly PresetFault[];
  /** Whether what the layers build on is lacking: then nothing is missing, and little is known of what they inherit. */
  readonly orphaned?: boolean;
  /** Finds faults of files that are named; unless it is given they are looked for when they are read. */
  readonly inputFaults?: (inputs: readonly NamedInput[]) => Promise<readonly PresetFault[]>;
}

/** A file or an address that a layer names. */
export interface NamedInput {
  /** Its URL. */
  readonly location: string;
  /** The keys that lead to it. */
  readonly key: string;
  /** What errors call the layer. */
  readonly source: string;
}

/**
 * The complete preset that layers make together, the later ones winning.
 *
 * @throws {PresetError} with every fault at once.
 */
export function resolvePreset(name: string, written: readonly PresetLayer[], options: Resolving = {}): ResolvedPreset {
  const { registry = openRegistry(), incomplete, found = [], orphaned = false } = options;
  const schema = registry.schema();
  const faults = faultList();
  for (const fault of found) faults.add(fault, fault);
  // Keys with faults are left out of later checks, so that all the rest is told too.
  const sound = (json: Json) => without(json, faults.unsound);

  const layers = withNames(written.map((layer) => withCodeUrls(layer, schema).layer), schema);
  // What a layer leaves out another may hold, and a deep one is nothing by itself: so only the whole is checked for it.
  for (const layer of layers.filter(({ deep }) => !deep)) {
    for (const fault of schemaFaults(layer.json, schema)) if (!fault.missing) faults.add(fault, layer);
  }
  const placed = layers.map((layer, i) => ({
    ...layer,
    json: withUrls(sound(layer.json), written[i], schema, (fault) => faults.add(fault, layer)),
  }));
  const merged = mergedLayers(placed, schema);
  for (const fault of schemaFaults(merged, schema)) {
    if (!(fault.missing && orphaned)) faults.add(fault, blamed([fault.path], fault, placed));
  }
  for (const { kind, name, path: keys } of usesIn(sound(merged), schema)) {
    if (!isModulePath(name) || registry.plugin(kind, name)) continue;
    const { message, hint } = registry.failure(kind, name);
    const fault = { path: keys.join("."), message, hint };
    faults.add(fault, blamed([fault.path], fault, placed));
  }

  const unsure = lossless(merged);
  const rest = withPipeline(without(sound(merged), unsure), placed);
  const preset = presetOf(name, rest, registry);
  const out = [...faults.unsound, ...unsure];
  // Which stages and layers there are, and so what is wrong with them, depends on these two.
  const [chainKnown, networkSound] = [!out.includes("pipeline") && !orphaned, !out.includes("network")];
  const idle = chainKnown || orphaned && merged.pipeline && !out.includes("pipeline")
    ? idleSections(placed, merged)
    : [];
  const told = chainFaults(preset, rest).filter(({ path, places, missing, by = [] }) => {
    if (missing && (incomplete || !chainKnown)) return false;
    if ([...places, ...by].some((place) => out.some((path) => related(place, path)))) return false;
    if (isOfLayers(path)) return networkSound && (!orphaned || merged.network !== undefined);
    // Of a chain that is not known only what is said of its stages can be wrong.
    return chainKnown || places.some((place) => placed.some((layer) => speaksOf(layer, place)) && place !== emptyTerms);
  });
  const network = !networkSound || orphaned && merged.network === undefined ? undefined : preset.network;
  const unseen = (term: string) => orphaned || !networkSound || out.includes(term);
  for (const fault of layersOfTerms(mergedLayers(layers, schema), unseen, network)) {
    faults.add(fault, blamed([fault.path], fault, placed));
  }
  for (const { places, by: _, ...fault } of told) {
    const layer = blamed(places, fault, placed);
    const path = places.find((path) => speaksOf(layer, path)) ?? fault.path;
    faults.add({ ...fault, path }, layer);
  }
  for (const { layer, fault } of idle) faults.add(fault, layer);
  faults.check();
  return preset;
}

/** A preset with the chain of its method, if no layer at or above the one that says the method names a pipeline. */
function withPipeline(merged: Json, layers: readonly PresetLayer[]): Json {
  const method = String(merged.method ?? presetOptions.method.default) as Method;
  const chosen = layers.findLastIndex(({ json }) => Array.isArray(json.pipeline));
  if (merged.pipeline !== undefined && chosen >= layers.findLastIndex(saysMethod)) return merged;
  return { ...merged, pipeline: pipelines[method] ?? pipelines.optimise };
}

function saysMethod({ json }: PresetLayer): boolean {
  return json.method !== undefined;
}

/** The place of a fault of an objective without terms. */
const emptyTerms = "loss-build.terms";

function isOfLayers(path: string): boolean {
  return /\.layers(\.|$)/.test(path);
}

function termsIn(merged: Json): [string, Json][] {
  const terms = valueAt(merged, emptyTerms.split("."));
  return isObject(terms) ? Object.entries(terms).filter((entry): entry is [string, Json] => isObject(entry[1])) : [];
}

/** The paths of the terms that have no loss. */
function lossless(merged: Json): Set<string> {
  return new Set(termsIn(merged).filter(([, { loss }]) => loss === undefined).map(([name]) => `${emptyTerms}.${name}`));
}

/** Faults of layers of those terms that no stage was asked about. */
function layersOfTerms(merged: Json, unseen: (path: string) => boolean, network: string | undefined) {
  return termsIn(merged)
    .filter(([name]) => unseen(`${emptyTerms}.${name}`))
    .flatMap(([name, { layers }]) => isObject(layers) ? layerFaults(name, layers as Term["layers"], network) : [])
    .map((fault) => ({ ...fault, path: `loss-build.${fault.path}` }));
}

/**
 * The sections of stages that the pipeline lacks, as faults of the layer that chose the pipeline, and of those over it.
 * A layer below did not know of this pipeline.
 */
function idleSections(layers: readonly PresetLayer[], { pipeline }: Json) {
  const chosen = layers.findLastIndex(({ json }) => Array.isArray(json.pipeline));
  // Each method has a chain of its own, and a preset may hold sections for all of them.
  if (chosen < 0 || chosen < layers.findLastIndex(saysMethod)) return [];
  // How a film is painted stands beside how a picture is: the command that paints films puts it into the pipeline.
  const named = new Set<unknown>([film.name]);
  for (const entry of pipeline as readonly (string | Json)[]) named.add(isObject(entry) ? entry.stage : entry);
  return layers.slice(chosen).flatMap((layer) =>
    Object.keys(layer.json).filter((key) => isSection(key) && !named.has(key)).map((key) => ({
      layer,
      fault: {
        path: key,
        message: `the pipeline has no stage ${key}`,
        hint: `take this out, or put ${key} into the pipeline`,
      },
    }))
  );
}

/** The preset of merged layers; of as much of them as is sound. */
function presetOf(name: string, merged: Json, registry: Registry): ResolvedPreset {
  const json = withDefaults(merged, objectSchema(presetOptions)) as Json;
  const { name: own = name, description, pipeline } = json;
  return {
    ...runSettingsOf(json as unknown as RunSettings),
    name: own as string,
    description: description as string,
    chain: (pipeline as readonly (string | Json)[]).map((entry) => linkOf(entry, json, registry)),
  };
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

/** A value in which losses and optimisers stand in the places of their names. */
function bound(value: unknown, schema: ValueSchema, registry: Registry): unknown {
  return walk(value, schema, (value, { module: kind }) => {
    return kind && typeof value === "string" ? registry.plugin(kind, value) ?? value : value;
  });
}
