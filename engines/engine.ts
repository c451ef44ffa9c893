import type { Graph } from "../graph/mod.ts";

/** Something that runs graphs. No code outside `engines/` depends on which one it is. */
export interface Engine extends AsyncDisposable {
  /** The name that `--engine` knows it by. */
  readonly name: string;
  /** Prepares a graph for many runs. */
  compile(graph: Graph): Promise<Program>;
  /**
   * Prepares someone else's model for pictures of a size; absent if the engine reads none. The program takes `picture`,
   * and gives `picture` and its `size`, height before width, which may be another one.
   */
  compileModel?(model: PictureModel, size: { readonly width: number; readonly height: number }): Promise<Program>;
}

/** A model in ONNX that makes a picture of a picture, both [1, 3, H, W]. */
export interface PictureModel {
  /** The file as it is. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** The model's own name of its input. */
  readonly input: string;
  /** The model's own name of its output. */
  readonly output: string;
}

/** A compiled graph. It may keep a run's memory for the next one, until it is disposed of. */
export interface Program extends AsyncDisposable {
  /**
   * Runs the graph once.
   *
   * @param feeds The values of every `input` node under its name, row-major.
   * @returns The values of every output of the graph under its name, row-major, in memory that is the caller's own.
   * @throws {RangeError} if a feed does not fill its input.
   */
  run(feeds: Readonly<Record<string, Float32Array>>): Promise<Record<string, Float32Array>>;
}

/** The device that computes, as a person reads it. */
export interface Device {
  readonly name: string;
  /** What the user should know about it. */
  readonly remark?: string;
  /** Whether it is a GPU emulated by the CPU, slower than the CPU itself. */
  readonly software?: boolean;
}

/** A device with its remark in one line. */
export function inWords({ name, remark }: Device): string {
  return remark ? `${name}, ${remark}` : name;
}

/** An open engine that works here. */
export interface ReadyEngine extends Engine {
  readonly device: Device;
}

/** The hint of an engine that does not work here. */
export const othersHint = "`deno run -P cli.ts engines` lists what works here; `engine` auto takes the fastest";

/** Settings that every engine takes. */
export interface EngineOptions {
  /** Number of threads that compute; 0, the default, is one per physical core. */
  readonly threads?: number;
  /** Called with what the user should know, one line each. */
  readonly onNotice?: (notice: Notice) => void;
}

/** A line for the user. */
export interface Notice {
  readonly kind: "note" | "warning";
  readonly message: string;
}

/** One of the engines that `--engine` names. */
export interface EngineKind {
  readonly name: string;
  /** What is missing, found without loading a library; `undefined` if all is there as far as is known. */
  missing?(): string | undefined;
  /** The GPU that it would run on, found without loading a library; `undefined` if there is none. */
  gpu?(): Promise<Device | undefined>;
  /**
   * Opens the engine.
   *
   * @throws {UserError} if it does not work here; the error says what is missing, and what to do.
   */
  open(options: EngineOptions): Promise<ReadyEngine>;
}
