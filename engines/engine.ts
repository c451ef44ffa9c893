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
   */
  run(feeds: Readonly<Record<string, Float32Array>>): Promise<Record<string, Float32Array>>;
}

/** Settings that every engine takes. */
export interface EngineOptions {
  /** Threads that compute; the number of cores unless given. */
  readonly threads?: number;
}
