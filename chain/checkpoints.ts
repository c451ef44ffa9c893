import type { WritableTensor } from "../weights/safetensors_writer.ts";
import type { Position } from "./sequence.ts";

/** How far a run has come. */
export interface Progressed {
  /** Where it is. */
  readonly position: Position;
  /** Steps that are done there. */
  readonly step: number;
  /** All else that the stage needs to go on, as JSON. */
  readonly notes: Readonly<Record<string, unknown>>;
}

/** A point of a run from which it goes on as if it had never been interrupted. */
export interface Checkpoint extends Progressed {
  /** Arrays by names of the stage's choice. */
  readonly arrays: Readonly<Record<string, WritableTensor>>;
}

/** A checkpoint that is read from its file: its arrays can be read until the next one is saved. */
export interface Restored extends Progressed {
  /** The names of its arrays. */
  readonly names: readonly string[];
  /** Reads an array. */
  tensor(name: string): Promise<WritableTensor>;
}

/** Keeps a run from being lost: one file beside the output that always holds the last checkpoint, whole. */
export interface Checkpoints {
  /** The checkpoint from which this run goes on; absent if it begins anew. */
  readonly restored?: Restored;
  /** Whether so many seconds have passed since the last save, or more if saving takes long. */
  due(seconds: number): boolean;
  /** Replaces the last checkpoint; if that fails a warning is reported, and the run goes on. */
  save(checkpoint: Checkpoint): Promise<void>;
  /** Whether there is a checkpoint from which this run can go on. */
  resumable(): Promise<boolean>;
  /** Removes the checkpoint: the picture is finished. */
  remove(): Promise<void>;
}
