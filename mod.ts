/**
 * Repaints a photograph in the manner of a painting: neural style transfer by optimisation (Gatys, Ecker, Bethge 2015).
 *
 * ```ts
 * import { stylise } from "./mod.ts";
 *
 * async function paint(photograph: Uint8Array): Promise<Uint8Array> {
 *   const { picture, report } = await stylise({ extends: "monet", decode: { content: photograph } });
 *   console.log(`${report.evaluations} evaluations in ${report.seconds} s`);
 *   return await picture.bytes(".jpg");
 * }
 * ```
 *
 * @module
 */
export { type Layer, PresetError } from "./presets/layers.ts";
export { loadPreset, type ResolveOptions } from "./presets/load.ts";
export type { ResolvedPreset, Settings, StageEntry } from "./presets/preset.ts";
export { shipped } from "./presets/shipped.ts";
export type { PictureSource, Preset } from "./presets/source.ts";
export { UserError } from "./stages/errors.ts";
export { stages } from "./stages/mod.ts";
export type { Link } from "./stages/pipeline.ts";
export type { Report, ScaleReport } from "./stages/report.ts";
export type { PicturePipeline, RawPicture } from "./stages/sharp.ts";
export {
  openSession,
  type PaintedPicture,
  type Session,
  stylise,
  type Stylised,
  type StyliseOptions,
} from "./stages/stylise.ts";
// What stages of one's own pass on.
export type { OptionSchema, ValueSchema } from "./stages/schema.ts";
export type { Context, Fault, Kind, Progress, Snapshot, Stage, Values } from "./stages/stage.ts";
