import type { Engine } from "../engines/engine.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import type { Network } from "../weights/network.ts";
import type { Checkpoints } from "./checkpoint.ts";
import type { UserError } from "./errors.ts";
import type { Features } from "./feature_extract.ts";
import type { Scratch } from "./files.ts";
import type { Objective } from "./loss_build.ts";
import type { Painted } from "./optimise.ts";
import type { FinishedPicture, Outline, Pictures, Repeatable } from "./picture.ts";
import type { Tensors } from "./mean_subtract.ts";
import type { ScaleReport } from "./report.ts";
import type { OptionSchema } from "./schema.ts";

/** What travels between stages, by name. A stage of one's own may add a kind by declaration merging. */
export interface Values {
  /** What the first stage takes. */
  nothing: undefined;
  /** From decode. */
  pictures: Pictures;
  /** From mean-subtract. */
  tensors: Tensors;
  /** From feature-extract. */
  features: Features;
  /** From loss-build. */
  objective: Objective;
  /** From optimise. */
  painted: Painted;
  /** From deprocess. */
  picture: FinishedPicture;
  /** From encode: where the picture is. */
  file: URL;
}

/** Name of a kind of value. */
export type Kind = keyof Values;

/**
 * A link of the chain. It owns the schema of its options and meets the others only through what it takes and gives.
 *
 * @typeParam In The kind of value that it takes.
 * @typeParam Out The kind of value that it gives.
 * @typeParam Options Its options, complete with their defaults.
 */
// deno-lint-ignore no-explicit-any -- a chain holds stages of every kind of options.
export interface Stage<In extends Kind = any, Out extends Kind = any, Options extends object = any> {
  /** What a preset calls it. */
  readonly name: string;
  /** One line for a list of stages. */
  readonly description: string;
  /** The kind of value that it takes. */
  readonly takes: In;
  /** The kind of value that it gives. */
  readonly gives: Out;
  /** Runs once per scale, coarse to fine, with its neighbours that do so too. */
  readonly perScale?: boolean;
  /** The schema of each option. */
  readonly options: OptionSchema<Options>;
  /** What is wrong beyond the schema. Reads no file. */
  faults?(options: Options, preset: ResolvedPreset): Fault[];
  /**
   * Finds out what would fail later, before anything else runs: a folder that is missing, say.
   *
   * @param inputs URLs of the files that the run reads, which no stage may write to.
   */
  prepare?(options: Options, inputs: ReadonlySet<string>, preset: ResolvedPreset): Promise<void>;
  /**
   * Finds out whether the machine suffices for every scale, before the first one is worked on.
   *
   * @throws {UserError} where it does not.
   */
  foresee?(
    options: Options,
    outline: Outline,
    context: Pick<Context, "network" | "memory" | "preset" | "scratch">,
  ): void;
  /** Path of the file that a run will leave: its checkpoints stand beside it. */
  output?(options: Options, preset: ResolvedPreset): string;
  /**
   * Makes the stage ready: what it keeps between scales lives in the closure of the function that it returns. That one
   * gives its value, or the way to its value at each scale where per-scale stages follow.
   */
  create(options: Options): (input: Values[In], context: Context) => Promise<Values[Out] | Repeatable<Values[Out]>>;
}

/** Something wrong in a preset. */
export interface Fault {
  /** JSON path from the stage's own section, such as `terms.content.layers`. */
  readonly path: string;
  /** What is wrong. */
  readonly message: string;
  /** What would be right. */
  readonly hint?: string;
  /** Something that a run needs is not named yet; a preset by itself may leave it out. */
  readonly missing?: boolean;
}

/** What the runner lends to a stage. */
export interface Context {
  /** URLs of the files that the run reads, which no stage may write to. */
  readonly inputs: ReadonlySet<string>;
  /** Aborted by Ctrl-C: finish the evaluation, and give the best that there is. */
  readonly signal?: AbortSignal;
  /** The network of this run. */
  readonly network: Network;
  /** Where its weights are. */
  readonly weights: URL;
  /** The engine of this run; opened at its first use. */
  engine(): Promise<Engine>;
  /** The complete preset, for whoever writes it down. */
  readonly preset: ResolvedPreset;
  /** The scale at hand. */
  readonly scale: { readonly index: number; readonly count: number };
  /** Keeps the run from being lost; absent where it leaves no file. */
  readonly checkpoints?: Checkpoints;
  /** Bytes that the run may take. */
  readonly memory?: number;
  /** Opens a file for what does not fit into the memory; absent where none may be made. */
  readonly scratch?: () => Promise<Scratch>;
  /** Set while an intermediate result goes down the chain. */
  readonly snapshot?: Snapshot;
  /** Something that runs have in common: made where it is first asked for under this key. */
  share<T>(key: string, make: () => Promise<T>): Promise<T>;
  /** Tells the world how far it is. */
  report(event: Progress): void;
  /** Ends the run early: what the stage gives now is finished and written, then the error is thrown. */
  giveUp(error: UserError): void;
  /** Releases something at the end of this scale. */
  own(resource: AsyncDisposable): void;
  /** Sends an intermediate result through the rest of the chain. */
  branch(value: unknown, snapshot: Snapshot): Promise<void>;
}

/** An intermediate result. */
export interface Snapshot {
  /** What distinguishes its file from the final one. */
  readonly label: string;
  /** Every term of the objective there, its weights left out. */
  readonly terms: Readonly<Record<string, number>>;
}

/** One record of progress. */
export type Progress =
  | { readonly kind: "stage"; readonly stage: string; readonly scale: number; readonly scales: number }
  | {
    readonly kind: "step";
    readonly stage: string;
    readonly scale: number;
    readonly scales: number;
    readonly width: number;
    readonly height: number;
    readonly step: number;
    readonly steps: number;
    /** The objective, and each of its terms with its weight left out. */
    readonly value: number;
    readonly terms: Readonly<Record<string, number>>;
    /** Seconds since the run began. */
    readonly seconds: number;
    /** Seconds that the rest will take at this pace. */
    readonly secondsLeft: number;
  }
  | {
    /** A scale is done, or was before the run that goes on here. */
    readonly kind: "scale";
    readonly scale: number;
    readonly scales: number;
    readonly report: ScaleReport;
  }
  | { readonly kind: "snapshot"; readonly file: string; readonly terms: Readonly<Record<string, number>> }
  | {
    readonly kind: "picture";
    readonly file: string;
    /** Set where the run was interrupted, and tells whether a checkpoint lets it go on. */
    readonly unfinished?: { readonly resumable: boolean };
  }
  | { readonly kind: "note"; readonly message: string }
  | { readonly kind: "checkpoint"; readonly file: string; readonly scale: number; readonly step: number }
  | { readonly kind: "resumed"; readonly file: string; readonly scale: number; readonly step: number }
  | {
    /** One of many photographs, each of which has its own steps. */
    readonly kind: "photograph";
    readonly file: string;
    readonly index: number;
    readonly count: number;
    readonly state: "begun" | "skipped" | "failed";
  }
  | { readonly kind: "warning"; readonly message: string };
