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
// Presets.
export { type Layer, PresetError } from "./presets/layers.ts";
export { loadPreset, type ResolveOptions } from "./presets/load.ts";
export type { Json } from "./presets/merge.ts";
export type { ResolvedPreset, Settings, StageEntry } from "./presets/preset.ts";
export { shipped } from "./presets/shipped.ts";
export type { PictureSource, Preset, StyleSource } from "./presets/source.ts";
export { UserError } from "./stages/errors.ts";

// The options of the stages that ship.
export type { DecodeOptions } from "./stages/decode.ts";
export type { DeprocessOptions } from "./stages/deprocess.ts";
export type { LossBuildOptions, Term } from "./stages/loss_build.ts";
export type { MeanSubtractOptions } from "./stages/mean_subtract.ts";
export type { NetworkOptions, Padding, Pooling } from "./stages/network_graph.ts";
export type { OptimiseOptions } from "./stages/optimise.ts";
export type { AdamOptions } from "./stages/optimisers/adam.ts";
export type { LbfgsOptions } from "./stages/optimisers/lbfgs.ts";
export type { OptimiserEntry } from "./stages/optimisers/mod.ts";
export type { StartOptions } from "./stages/start_image.ts";
export type { StyleOptions } from "./stages/style_files.ts";

// Painting.
export type { Report, ScaleReport } from "./stages/report.ts";
export {
  openSession,
  type PaintedPicture,
  type Session,
  stylise,
  type Stylised,
  type StyliseOptions,
} from "./stages/stylise.ts";
export { filesMatching, type FolderResult, styliseFolder } from "./studio/folder.ts";

// Writing presets.
export { explain, type Explained } from "./studio/explain.ts";
export { starterPreset } from "./studio/init.ts";
export { type Cell, contactSheet, type SheetOptions } from "./studio/sheet.ts";
export { type Variation, variations } from "./studio/variations.ts";
export { type Preview, watch } from "./studio/watch.ts";

// Stages, losses and optimisers of one's own: their contracts, and what they are given and give.
export type { Engine, Program } from "./engines/engine.ts";
export type {
  BorderAttributes,
  ConvolutionAttributes,
  Empty,
  Graph,
  Node,
  NodeOf,
  OpAttributes,
  OpName,
  Shape,
} from "./graph/mod.ts";
export type { Checkpoint, Checkpoints, Position, Restored } from "./stages/checkpoint.ts";
export type { Features, FeatureValues, Region, Targets } from "./stages/feature_extract.ts";
export type { Scratch } from "./stages/files.ts";
export type { Evaluation, Objective } from "./stages/loss_build.ts";
export { type Loss, type LossInputs, type LossSort, totalOf } from "./stages/losses/loss.ts";
export type { ImageTensor, StyleTensor, Tensors } from "./stages/mean_subtract.ts";
export { stages } from "./stages/mod.ts";
export type { Painted } from "./stages/optimise.ts";
export type { Course, Evaluate, Iterate, Optimiser, OptimiserState } from "./stages/optimisers/optimiser.ts";
export type {
  FinishedPicture,
  Frame,
  Outline,
  Picture,
  Pictures,
  Repeatable,
  Size,
  StylePicture,
  StyleUse,
} from "./stages/picture.ts";
export type { Plane } from "./stages/plane.ts";
export type { Link } from "./stages/pipeline.ts";
export type { ModuleKind, OptionSchema, ValueSchema } from "./stages/schema.ts";
export type { PicturePipeline, RawPicture } from "./stages/sharp.ts";
export type { Context, Fault, Kind, Progress, Snapshot, Stage, Values } from "./stages/stage.ts";
export type { Statistics } from "./stages/statistics.ts";
export type { Layer as NetworkLayer, Network } from "./weights/network.ts";

// Weights.
export { type Fetched, type FetchEvent, type FetchOptions, fetchWeights } from "./weights/fetch.ts";
export type { Convention } from "./weights/conventions.ts";
export type { WritableTensor } from "./weights/safetensors_writer.ts";
export { type Imported, type ImportOptions, importWeights } from "./weights/import.ts";
