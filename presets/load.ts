import { UserError } from "../base/errors.ts";
import type { Json } from "../base/json.ts";
import type { ValueSchema } from "../chain/schema.ts";
import { mapLocations, usesIn } from "../chain/walk.ts";
import { blamed } from "./blame.ts";
import { networks } from "../networks/network.ts";
import { locateNetwork } from "../weights/locate.ts";
import { commonKeys } from "./common_keys.ts";
import {
  type FoundLayers,
  layersOf,
  locatePreset,
  PresetError,
  type PresetFault,
  type PresetLayer,
  presetName,
} from "./layers.ts";
import { currentFolder, isModulePath, located, reachesIn } from "./locations.ts";
import { defined } from "./merge.ts";
import { mergedLayers } from "./overlay.ts";
import { withCodeUrls, withUrls } from "./placing.ts";
import type { ResolvedPreset } from "./preset.ts";
import { openRegistry, type Registry } from "./registry.ts";
import { type NamedInput, resolvePreset, type Resolving } from "./resolve.ts";
import { type HeldPreset, hold, type Preset } from "./source.ts";

/** How strictly a preset is resolved. */
export interface ResolveOptions {
  /** Lets pictures be missing, and weights be out of reach: the preset is looked at, not run. */
  readonly incomplete?: boolean;
}

/** What is laid over a preset: keys of a preset in code, or a layer with an origin of its own. */
export type Override = Preset | PresetLayer;

/** A preset that is loaded; the pictures and the code in memory that it names stay until it is disposed of. */
export interface LoadedPreset extends Disposable {
  /** The preset. */
  readonly preset: ResolvedPreset;
}

/**
 * Loads a preset with all that it extends, lays further layers over it, and checks the whole. Reads no picture, and of
 * the weights that it names only what tells their network: who brings weights means that one. Modules that it names are
 * loaded, with all that Deno lets them do.
 *
 * @param preset A path, a URL, the name of a shipped preset, a picture that Impasto made, or an object. The pictures
 *   that an object holds stay in memory for as long as the program runs, unless it is given to `stylise` itself.
 * @param overrides What wins over the preset, one or several: such as `{ decode: { size: 1024 } }`.
 * @throws {PresetError} with every fault at once.
 * @throws {UserError} if the preset cannot be found or read.
 */
export async function loadPreset(
  preset: string | Preset,
  overrides: Override | readonly Override[] = [],
  options: ResolveOptions = {},
): Promise<ResolvedPreset> {
  return (await load(preset, overrides, { registry: openRegistry(), ...options })).preset;
}

/** Loads a preset that can be let go. */
export async function load(
  preset: string | Preset,
  overrides: Override | readonly Override[],
  options: Resolving & { readonly registry: Registry },
): Promise<LoadedPreset> {
  using stack = new DisposableStack();
  const layers: PresetLayer[] = [];
  for (const override of [overrides].flat() as Override[]) {
    if (isLayer(override)) layers.push(override);
    else layers.push(overrideOf(stack.use(await hold(override, options.registry))));
  }
  const resolved = typeof preset === "string"
    ? await loadNamed(preset, layers, options)
    : await loadHeld(stack.use(await hold(preset, options.registry)), layers, options);
  const held = stack.move();
  return { preset: resolved, [Symbol.dispose]: () => held.dispose() };
}

function isLayer(override: Override): override is PresetLayer {
  return "json" in override && "base" in override;
}

function overrideOf({ json }: HeldPreset): PresetLayer {
  const source = "the overrides";
  if (json.extends !== undefined) {
    const message = "what is laid over a preset builds on nothing else";
    throw new PresetError([{ source, path: "extends", message, hint: "name that preset as the first argument" }]);
  }
  return { source, json, base: currentFolder(), override: true };
}

/** Loads a preset by its name, path or URL. */
async function loadNamed(
  name: string,
  overrides: readonly PresetLayer[],
  options: Resolving,
): Promise<ResolvedPreset> {
  const location = await locatePreset(name, currentFolder());
  return await resolveLayers(presetName(location), await layersOf(location), overrides, options);
}

/** Loads a preset of code whose pictures have names already. */
async function loadHeld(
  { json }: HeldPreset,
  overrides: readonly PresetLayer[],
  options: Resolving,
): Promise<ResolvedPreset> {
  const layers = await layersOf({ source: "preset", json, base: currentFolder() });
  return await resolveLayers("preset", layers, overrides, options);
}

/** The URLs of a preset and of those that it extends; of the preset alone if they cannot be read. */
export async function filesOf(name: string): Promise<string[]> {
  const location = await locatePreset(name, currentFolder());
  const { layers } = await layersOf(location).catch(() => ({ layers: [{ base: location }] }));
  return layers.map(({ base }) => base.href);
}

/** Resolves layers once all that they name is loaded. */
async function resolveLayers(
  name: string,
  given: FoundLayers,
  overrides: readonly PresetLayer[],
  options: Resolving,
): Promise<ResolvedPreset> {
  const { registry = openRegistry(), inputFaults } = options;
  const layers = [...given.layers, ...overrides].map((layer) => ({ ...layer, json: defined(layer.json) as Json }));
  await loadModules(layers, registry);
  const weights = await namedWeights(layers);
  const found = [
    ...given.faults,
    ...options.incomplete ? [] : weights.faults,
    ...await inputFaults?.(inputsIn(layers, registry.schema())) ?? [],
  ];
  const { orphaned } = given;
  return resolvePreset(name, [...layers, ...weights.layers], { ...options, registry, found, orphaned });
}

/** What layers read together, sound or not, each with the layer that says so. */
function inputsIn(layers: readonly PresetLayer[], schema: ValueSchema): NamedInput[] {
  const placed = layers.map((layer) => ({ ...layer, json: withUrls(layer.json, layer, schema, () => {}) }));
  const inputs: NamedInput[] = [];
  mapLocations(mergedLayers(placed, schema), schema, isModulePath, (location, keys, kind) => {
    const path = keys.join(".");
    if (kind === "read") {
      inputs.push({ location, key: path, source: blamed([path], { path, message: "" }, placed).source });
    }
    return location;
  });
  return inputs;
}

/** Loads the modules that layers name together, but for those that they may not name. */
async function loadModules(layers: readonly PresetLayer[], registry: Registry): Promise<void> {
  const schema = registry.schema();
  const placed = layers.map((layer) => withCodeUrls(layer, schema));
  const refused = new Set(placed.flatMap(({ refused }) => [...refused]));
  const merged = mergedLayers(placed.map(({ layer }) => layer), schema);
  for (const { kind, name } of usesIn(merged, schema)) {
    if (isModulePath(name) && !registry.plugin(kind, name) && !refused.has(name)) await registry.load(kind, name);
  }
}

/** What is known of the weights that layers name. */
interface NamedWeights {
  /** A layer that names their network; none if there are no such weights. */
  readonly layers: readonly PresetLayer[];
  /** Why no network can be taken from them. */
  readonly faults: readonly PresetFault[];
}

/** Finds the network of the weights that layers name. */
async function namedWeights(layers: readonly PresetLayer[]): Promise<NamedWeights> {
  const named = layers.findLast(({ json }) => typeof json.weights === "string");
  const location = named && named.json.weights !== "" && located(String(named.json.weights), named.base);
  if (!location || reachesIn(String(named.json.weights), location, named.base)) return { layers: [], faults: [] };
  const wanted = layers.findLast(({ json }) => Object.hasOwn(networks, String(json.network)))?.json.network;
  const { source, base } = named;
  try {
    const { network } = await locateNetwork(String(wanted ?? commonKeys.network.default), location.href);
    return { layers: [{ source: "weights", json: { network: network.name }, base, override: true }], faults: [] };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { message, hint } = error;
    return { layers: [], faults: [{ source, path: "weights", message, hint }] };
  }
}
