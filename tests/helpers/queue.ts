import { TextLineStream } from "./lines.ts";
import type { Preset } from "../../mod.ts";
import { loadPreset } from "../../presets/load.ts";
import type { ResolvedPreset } from "../../presets/preset.ts";
import { type Coordinator, type CoordinatorOptions, openCoordinator } from "../../queue/coordinator.ts";
import { machineOf } from "../../queue/machine.ts";
import { styliseFolderByQueue } from "../../queue/paint.ts";
import type { Timing } from "../../queue/timing.ts";
import { work, type WorkEvent, type WorkOptions } from "../../queue/work.ts";
import { type FolderResult, styliseFolder } from "../../session/folder.ts";
import type { TemporaryFolder } from "./folders.ts";
import { recipe, small, studio } from "./painting.ts";
import { landscape } from "./pictures.ts";
import type { WorkerTold } from "./queue_worker.ts";
import { inRoot } from "./shared.ts";

/** Times of tests: short, but for the hold, which a busy machine must not lose; tests that lose workers shorten it. */
export const hasty: Timing = { lock: 15_000, check: 200, losses: 20, attempts: 3, backoff: 50, patience: 60_000 };

/** A folder with photographs, a preset, and the blobs. */
export interface Album extends TemporaryFolder {
  readonly photographs: readonly string[];
  readonly blobs: string;
  /** The preset, with its pictures in a folder of this name. */
  preset(output: string, more?: Preset): Promise<ResolvedPreset>;
  /** The bytes of the pictures in such a folder, by their names. */
  pictures(output: string): Promise<Record<string, string>>;
  /** Paints all photographs on this machine, without a queue; the bytes of the pictures. */
  alone(): Promise<Record<string, string>>;
}

/** Makes so many photographs of 32 pixels. */
export async function album(count: number): Promise<Album> {
  const folder = await studio();
  const names = Array.from({ length: count }, (_, i) => `p${i + 1}`);
  for (const [i, name] of names.entries()) await landscape(32, 20 + i).png().toFile(folder.at(`${name}.png`));
  const photographs = names.map((name) => folder.at(`${name}.png`));
  const preset: Album["preset"] = async (output, more = {}) =>
    await loadPreset({
      ...small(folder, recipe, more),
      decode: {
        styles: [{ picture: folder.at("painting.png") }],
        content: photographs[0],
        size: 32,
        scales: [],
        ...more.decode,
      },
      optimise: { iterations: 2, ...more.optimise },
      encode: { output: folder.at(output, "{name}.png") },
    });
  const pictures: Album["pictures"] = async (output) => {
    const files = await Array.fromAsync(Deno.readDir(folder.at(output)), ({ name }) => name);
    const bytes = files.sort().map(async (name) =>
      [name, (await Deno.readFile(folder.at(output, name))).toBase64()] as const
    );
    return Object.fromEntries(await Promise.all(bytes));
  };
  return {
    ...folder,
    photographs,
    blobs: folder.url("blobs").href,
    preset,
    pictures,
    async alone() {
      await Array.fromAsync(styliseFolder(await preset("alone"), photographs));
      return await pictures("alone");
    },
  };
}

/** A coordinator that loses patience soon. */
export async function coordinator(
  options: Pick<CoordinatorOptions, "queue" | "blobs"> & Partial<CoordinatorOptions>,
): Promise<Coordinator> {
  return await openCoordinator({
    settings: { engine: "onnx-cpu", threads: 1 },
    ...options,
    timing: { ...hasty, ...options.timing },
  });
}

/** Paints an album by a queue. */
export async function paintAll(
  album: Album,
  output: string,
  by: Coordinator,
  options: Parameters<typeof styliseFolderByQueue>[3] = {},
): Promise<FolderResult[]> {
  return await Array.fromAsync(styliseFolderByQueue(await album.preset(output), album.photographs, by, options));
}

/** A worker, and what it told so far. */
export interface TestWorker extends AsyncDisposable {
  readonly events: readonly WorkEvent[];
  /** Waits for the n-th event of a kind. */
  heard(kind: WorkEvent["kind"], count?: number): Promise<WorkEvent>;
}

/** Events, and who waits for one. */
function hearing() {
  const events: WorkEvent[] = [];
  const waits = new Set<() => void>();
  const heard: TestWorker["heard"] = async (kind, count = 1) => {
    for (;;) {
      const found = events.filter((event) => event.kind === kind)[count - 1];
      if (found) return found;
      const { promise, resolve } = Promise.withResolvers<void>();
      waits.add(resolve);
      await promise;
    }
  };
  const hear = (event: WorkEvent) => {
    events.push(event);
    for (const wake of waits) wake();
    waits.clear();
  };
  return { events, heard, hear };
}

/** A worker in a thread of this process. Disposing of it lets it drain. */
export async function workerHere(
  options: Pick<WorkOptions, "queue" | "blobs"> & Partial<WorkOptions>,
): Promise<TestWorker & { readonly ended: Promise<void> }> {
  const { events, heard, hear } = hearing();
  const stop = new AbortController();
  const signal = options.signal ? AbortSignal.any([options.signal, stop.signal]) : stop.signal;
  const machine = machineOf("onnx-cpu", 1);
  const ended = work({ machine, ...options, signal, timing: { ...hasty, ...options.timing }, onEvent: hear });
  ended.catch(() => {});
  await Promise.race([heard("ready"), ended]);
  return {
    events,
    heard,
    ended,
    async [Symbol.asyncDispose]() {
      stop.abort();
      await ended.catch(() => {});
    },
  };
}

/** A worker in a process of its own, which is ready. */
export async function workerApart(
  told: Pick<WorkerTold, "queue" | "blobs" | "die"> & Partial<WorkerTold>,
): Promise<TestWorker & { readonly process: Deno.ChildProcess }> {
  const { events, heard, hear } = hearing();
  const all: WorkerTold = { ...told, timing: { ...hasty, ...told.timing } };
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--no-check", "--config", inRoot("deno.json"), inRoot("tests/helpers/queue_worker.ts")],
      JSON.stringify(all),
    ],
    env: { NO_COLOR: "1" },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reading = (async () => {
    const lines = process.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream());
    for await (const line of lines) if (line.startsWith("{")) hear(JSON.parse(line));
  })();
  await Promise.race([heard("ready"), process.status]);
  return {
    events,
    heard,
    process,
    async [Symbol.asyncDispose]() {
      try {
        process.kill("SIGKILL");
      } catch {
        // It has ended.
      }
      await process.status;
      await reading;
    },
  };
}
