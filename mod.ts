/**
 * Repaints a photograph in the manner of a painting: neural style transfer by optimisation (Gatys, Ecker, Bethge 2015).
 *
 * ```ts
 * import { loadPreset, stylise } from "./mod.ts";
 *
 * async function paint() {
 *   const preset = await loadPreset("monet.json");
 *   await stylise(preset, { onProgress: (event) => console.log(event.kind) });
 * }
 * ```
 *
 * @module
 */
export { type Layer, PresetError } from "./presets/layers.ts";
export { loadPreset, type ResolveOptions, resolvePreset } from "./presets/load.ts";
export type { ResolvedPreset, Settings } from "./presets/preset.ts";
export { shipped } from "./presets/shipped.ts";
export { UserError } from "./stages/errors.ts";
export { type Link, runChain, type Surroundings } from "./stages/pipeline.ts";
export { stages } from "./stages/mod.ts";
export type { Context, Fault, Kind, Progress, Stage, Values } from "./stages/stage.ts";
export { stylise, type StyliseOptions } from "./stages/stylise.ts";
export { type Fetched, type FetchEvent, type FetchOptions, fetchWeights } from "./weights/fetch.ts";
export type { Convention } from "./weights/conventions.ts";
export { type Imported, type ImportOptions, importWeights } from "./weights/import.ts";
