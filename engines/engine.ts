import type { Graph } from "../graph/mod.ts";

/** Something that can run a graph. Nothing outside `engines/` knows which one it is. */
export interface Engine extends AsyncDisposable {
  /** The name that `--engine` knows it by. */
  readonly name: string;
  /** Prepares a graph for many runs. */
  compile(graph: Graph): Promise<Program>;
}

/** A graph ready to run. It may keep the memory of a run for the next one, until it is disposed of. */
export interface Program extends AsyncDisposable {
  /**
   * Runs the graph once.
   *
   * @param feeds The values of every `input` node under its name, row-major.
   * @returns The values of every output of the graph under its name, row-major.
   * @throws {RangeError} where a feed does not fill its input.
   */
  run(feeds: Readonly<Record<string, Float32Array>>): Promise<Record<string, Float32Array>>;
}

/** What computes, in words. */
export interface Device {
  readonly name: string;
  /** What the user should know about it. */
  readonly remark?: string;
  /** A GPU that the processor only plays: slower than the processor itself. */
  readonly software?: boolean;
}

/** A device in one line. */
export function inWords({ name, remark }: Device): string {
  return remark ? `${name}, ${remark}` : name;
}

/** An engine that was found to work. */
export interface ReadyEngine extends Engine {
  readonly device: Device;
}

/** The hint of an engine that does not work here. */
export const othersHint = "`deno run -P cli.ts engines` lists what works here; --engine auto takes the fastest";

/** Settings that every engine takes. */
export interface EngineOptions {
  /** Threads that compute; 0, the default, is one per physical core. */
  readonly threads?: number;
  /** Told what the user should know, one line each. */
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
  /** What is known to be missing before anything is loaded; `undefined` where nothing is. */
  missing?(): string | undefined;
  /** The GPU that it would run on, found without loading anything; `undefined` where there is none. */
  gpu?(): Promise<Device | undefined>;
  /**
   * Opens it.
   *
   * @throws {UserError} where it does not work here: what is missing, and what to do.
   */
  open(options: EngineOptions): Promise<ReadyEngine>;
}
