import type { Graph } from "../graph/mod.ts";

/** Something that can run a graph. Nothing outside `engines/` knows which one it is. */
export interface Engine extends AsyncDisposable {
  /** The name that `--engine` knows it by. */
  readonly name: string;
  /** Prepares a graph for many runs. */
  compile(graph: Graph, options?: CompileOptions): Promise<Program>;
}

/** How a program shall run. */
export interface CompileOptions {
  /** Gives its memory back after each run, for whoever runs next; an engine may run a little slower for that. */
  readonly lean?: boolean;
}

/** A graph ready to run. */
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
