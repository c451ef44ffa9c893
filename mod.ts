/**
 * Repaints a photograph in the manner of a painting: neural style transfer by optimisation (Gatys, Ecker, Bethge 2015).
 *
 * ```ts
 * import { stylise } from "./mod.ts";
 *
 * async function paint(photograph: Uint8Array): Promise<Uint8Array> {
 *   const { picture, report } = await stylise({ content: photograph, preset: "monet", size: 512 });
 *   console.log(`${report.evaluations} evaluations in ${report.seconds} s`);
 *   return await picture.bytes("jpg");
 * }
 * ```
 *
 * @module
 */
// Presets.
export { PresetError, type PresetFault, type PresetLayer } from "./presets/layers.ts";
export { loadPreset, type Override, type ResolveOptions } from "./presets/load.ts";
export { optionsOf, type ResolvedPreset, withOptions } from "./presets/preset.ts";
export { presetJson } from "./presets/preset_json.ts";
export { shipped } from "./presets/shipped.ts";
export type { PictureSource, Preset, StyleSource } from "./presets/source.ts";
export { type ErrorCode, errorCodes, StageError, UserError } from "./base/errors.ts";
export type { Json } from "./base/json.ts";

// The options of the stages that ship.
export type { DecodeOptions } from "./stages/decode.ts";
export type { DeprocessOptions } from "./stages/deprocess.ts";
export type { ObjectiveOptions, Term } from "./objective/terms.ts";
export type { LossBuildOptions } from "./stages/loss_build.ts";
export type { ScaleList } from "./chain/scale_list.ts";
export type { MeanSubtractOptions } from "./stages/mean_subtract.ts";
export type { NetworkOptions, Padding, Pooling } from "./networks/describing.ts";
export type { OptimiseOptions } from "./stages/optimise.ts";
export type { AdamOptions } from "./optimisers/adam_options.ts";
export type { LbfgsOptions } from "./optimisers/lbfgs_options.ts";
export type { OptimiserEntry } from "./optimisers/mod.ts";
export type { StartOptions } from "./stages/optimise/start_image.ts";
export type { StyleOptions } from "./stages/decode/styles.ts";
export type { PainterChoice } from "./painters/painted_tensor.ts";
export type { TrainOptions } from "./stages/train/options.ts";
export type { FilmOptions } from "./stages/film/options.ts";

// Painting.
export type { Placed, Progress, ScaleReport } from "./chain/progress.ts";
export type { Report } from "./session/report.ts";
export { openSession, type Session, type SessionOptions, stylise } from "./session/session.ts";
export type { PaintEvent, Stylised, StyliseOptions } from "./session/painting.ts";
export type { PreviewOptions } from "./session/previews.ts";
export type { Commission, Paintable } from "./session/asked.ts";
export { type BytesOptions, type PaintedPicture, pictureBefore } from "./session/painted.ts";
export { type FolderOptions, type FolderResult, styliseFolder } from "./session/folder.ts";
export { validatePreset } from "./session/validate.ts";
export { photographsOf } from "./session/photograph.ts";
export { filesMatching } from "./session/pattern.ts";
export { type BringOptions, bringWeights, type NetworkNeed } from "./session/bring_weights.ts";
export { train, type TrainingOptions } from "./session/train.ts";
export { film, type FilmingOptions, type FilmRunOptions, type PaintedFilm } from "./session/film.ts";

// Writing presets.
export { explain, type Explained } from "./studio/explain.ts";
export { starterPreset } from "./studio/init.ts";
export { type Cell, contactSheet, type SheetOptions } from "./studio/sheet.ts";
export { type Variation, variations, type VariationsOptions } from "./studio/variations.ts";
export { type PaintedPreview, type Preview, watch } from "./studio/watch.ts";

// Stages, losses and optimisers of one's own: their contracts, and what they are given and give.
export type { Engine, PictureModel, Program } from "./engines/engine.ts";
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
export type { Checkpoint, Checkpoints, Progressed, Restored } from "./chain/checkpoints.ts";
export type { AskedOfStyles, Features, FeatureValues, Targets } from "./objective/features.ts";
export type { Region } from "./objective/regions.ts";
export type { Scratch } from "./base/scratch.ts";
export type { Blobs, Cluster } from "./base/cluster.ts";
export type { Rounds } from "./base/rounds.ts";
export type { AdamStep, AdamVectors } from "./optimisers/adam_step.ts";
export type { TiledVectors } from "./optimisers/tiled_vectors.ts";
export type { Evaluation } from "./objective/evaluation.ts";
export type { Objective } from "./objective/objective.ts";
export type { TermValue } from "./objective/terms.ts";
export { type Loss, type LossInputs, type LossSort, totalOf } from "./objective/losses/loss.ts";
export type { ImageTensor } from "./pictures/tensor.ts";
export type { StyleTensor, Tensors } from "./objective/tensors.ts";
export { stages } from "./stages/mod.ts";
export type { Painted } from "./stages/optimise.ts";
export type { Evaluate, Iterate, Optimiser, OptimiserState, Resumption } from "./optimisers/optimiser.ts";
export type { FilmFrame, FinishedPicture, Following, Motion, Picture, Size } from "./pictures/picture.ts";
export type { Outline, Pictures, SceneInfo, StylePicture, StyleUse } from "./pictures/scene.ts";
export type { Plane } from "./pictures/plane.ts";
export type { RunSettings, Subject } from "./chain/recipe.ts";
export type { Link } from "./chain/link.ts";
export type { ModuleKind, OptionSchema, PluginPlace, ValueSchema } from "./chain/schema.ts";
export type { Place, Position, Sequence } from "./chain/sequence.ts";
export type { FinishedSamples, RawPicture } from "./pictures/raw_picture.ts";
export type { PicturePipeline } from "./pictures/sharp.ts";
export type { Compute, Context, Fault, Keeping, Snapshot, Stage, Writing } from "./chain/stage.ts";
export type { Statistics } from "./objective/statistics.ts";
export type { Layer as NetworkLayer, Network } from "./networks/network.ts";

// Weights.
export { type Fetched, type FetchEvent, type FetchOptions, fetchWeights } from "./weights/fetch.ts";
export type { Convention } from "./networks/conventions.ts";
export type { WritableTensor } from "./weights/safetensors_writer.ts";
export { type Imported, type ImportOptions, importWeights, type TakenInput } from "./weights/import.ts";
