import config from "../deno.json" with { type: "json" };
import { isObject } from "../base/json.ts";

/** What the bytes of a result depend on beside the job: machines that agree in it do each other's work. */
export interface Machine {
  /** Version of this program. */
  readonly version: string;
  /** Name of the engine that computes; none that chooses among others. */
  readonly engine: string;
  /** Number of threads that compute. */
  readonly threads: number;
}

/** A machine of this version. */
export function machineOf(engine: string, threads: number): Machine {
  return { version: config.version, engine, threads };
}

/** A machine in words: `0.2.0, onnx-cpu, 4 threads`. */
export function inWords({ version, engine, threads }: Machine): string {
  return `version ${version}, ${engine}, ${threads} thread${threads === 1 ? "" : "s"}`;
}

/** Whether two machines give the same bytes. */
export function agree(one: Machine, other: Machine): boolean {
  return queueOf(one) === queueOf(other);
}

/** Name of the queue whose jobs a machine takes: one of another kind never sees them. */
export function queueOf({ version, engine, threads }: Machine): string {
  return `jobs-${version}-${engine}-${threads}`;
}

/** A machine as a job names it; undefined if it is none. */
export function machineIn(value: unknown): Machine | undefined {
  if (!isObject(value)) return undefined;
  const { version, engine, threads } = value;
  const sound = typeof version === "string" && typeof engine === "string" && typeof threads === "number";
  return sound ? { version, engine, threads } : undefined;
}

/** The number of threads that 0 stands for here: one per physical core. */
export function coresHere(): number {
  const logical = navigator.hardwareConcurrency;
  try {
    const cores = Deno.readTextFileSync("/proc/cpuinfo").split("\n\n").flatMap((block) => {
      const id = (key: string) => new RegExp(`^${key}\\s*: (\\d+)`, "m").exec(block)?.[1];
      return id("core id") === undefined ? [] : [`${id("physical id")} ${id("core id")}`];
    });
    const physical = new Set(cores).size;
    return physical > 0 && logical > 2 ? Math.min(physical, logical) : logical;
  } catch {
    // Only Linux has that file.
    return logical;
  }
}
