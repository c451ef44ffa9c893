import { dirname } from "node:path";
import type { Engine } from "../engines/engine.ts";
import { openEngine } from "../engines/mod.ts";
import { inputsOf } from "../presets/inputs.ts";
import { presetXmp } from "../presets/metadata.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import { openRegistry } from "../presets/registry.ts";
import { locateNetwork } from "../weights/locate.ts";
import { loadAsked, type Paintable } from "./asked.ts";
import { bringWeights } from "./bring_weights.ts";
import { openCheckpoints } from "./checkpoint.ts";
import { hasSecrets } from "../base/addresses.ts";
import { isStream } from "../base/pipes.ts";
import { UserError } from "../base/errors.ts";
import { display } from "../base/read.ts";
import { scratchIn } from "../base/scratch.ts";
import { notePictureBefore, painted, type PaintedPicture } from "./painted.ts";
import { standInsFor } from "./stand_ins.ts";
import { digestsOf, fingerprintOf } from "./fingerprint.ts";
import { runChain } from "../chain/chain.ts";
import type { Progress } from "../chain/progress.ts";
import { type Link, subjectOf } from "../chain/link.ts";
import { recorder, type Report } from "./report.ts";
import { memoryOf } from "../base/memory.ts";

/** Options of {@linkcode stylise}. */
export interface StyliseOptions {
  /** Told of the progress. If it throws, the run ends as by the signal, and rejects with what was thrown. */
  readonly onProgress?: (event: Progress) => void;
  /** Abort it to stop after the evaluation at hand: the best picture so far is finished. */
  readonly signal?: AbortSignal;
  /** Lets the preset's stages write their files, such as the one of `encode`; without it no file is written. */
  readonly write?: boolean;
  /** Makes a preset whose network is not here an error, instead of fetching it. */
  readonly offline?: boolean;
  /** With `write`: goes on from the checkpoint of an interrupted run of the same preset, if there is one. */
  readonly resume?: boolean;
}

/** The result of {@linkcode stylise}. */
export interface Stylised {
  /** The painted picture. */
  readonly picture: PaintedPicture;
  /** How it came about. */
  readonly report: Report;
}

/** Several runs that share an engine, the weights of a network and the statistics of paintings. */
export interface Session extends AsyncDisposable {
  /** Like the function {@linkcode stylise}. */
  stylise(asked: Paintable, options?: StyliseOptions): Promise<Stylised>;
  /**
   * Runs a chain of any kind.
   *
   * @param links The chain; that of the preset unless given.
   * @returns The result of its last stage.
   */
  run(preset: ResolvedPreset, links?: readonly Link[], options?: StyliseOptions): Promise<unknown>;
}

/**
 * Paints a picture.
 *
 * ```ts
 * import { stylise } from "../mod.ts";
 *
 * async function paint(photograph: Uint8Array): Promise<Uint8Array> {
 *   const { picture, report } = await stylise({ content: photograph, preset: "monet", size: 512 });
 *   console.log(`${report.evaluations} evaluations in ${report.seconds} s`);
 *   return await picture.bytes("jpg");
 * }
 * ```
 *
 * @param asked The short form as above, the name of a preset, or a preset: its options then hold the pictures, as in
 *   `{ extends: "monet", decode: { content: photograph } }`.
 * @throws {UserError} if something is wrong that the user can mend, or the signal comes before there is a picture other
 *   than the first (its `exitCode` is 130 then).
 */
export async function stylise(
  asked: Paintable,
  options: StyliseOptions = {},
): Promise<Stylised> {
  await using session = openSession();
  return await session.stylise(asked, options);
}

/** Opens a session. Disposing of it releases all that it holds, and rejects runs that are not done. */
export function openSession(): Session {
  const resources = new AsyncDisposableStack();
  const registry = openRegistry();
  const engines = new Map<string, Promise<Engine>>();
  const shared = new Map<string, Promise<unknown>>();
  const forgotten = new Set<string>();
  const closed = (cause?: unknown) =>
    new UserError("The session is closed", { hint: "it has to stay open until its runs are done", cause });

  const share = <T>(key: string, make: () => Promise<T>) => once(shared as Map<string, Promise<T>>, key, make);
  const engineFor = ({ engine: name, threads }: ResolvedPreset, report?: StyliseOptions["onProgress"]) =>
    once(engines, `${name} ${threads}`, async () => {
      const engine = await openEngine(name, { threads, onNotice: report });
      if (!resources.disposed) return resources.use(engine);
      await engine[Symbol.asyncDispose]();
      throw closed();
    });

  const run: Session["run"] = (preset, links = preset.chain, options = {}) =>
    runWatched(preset, links, options, (link) => link);
  const runWatched = async (...given: Parameters<typeof runOpen>) => {
    if (resources.disposed) throw closed();
    try {
      return await runOpen(...given);
    } catch (error) {
      throw resources.disposed ? closed(error) : error;
    }
  };
  /** @param watched Gives what is to run in the place of a link. */
  const runOpen = async (
    preset: ResolvedPreset,
    links: readonly Link[],
    options: StyliseOptions,
    watched: (link: Link) => Link,
  ) => {
    const { onProgress = () => {}, resume = false } = options;
    const { report, signal, failure } = guarded(onProgress, options.signal);
    await bringWeights(preset, options);
    const { network, weights } = await locateNetwork(preset.network, preset.weights);
    if (network.name !== preset.network) {
      throw new UserError(`The weights are those of ${network.name}, not of ${preset.network}`, {
        hint: `name the network ${network.name}`,
        exitCode: 2,
      });
    }
    const inputs = inputsOf(preset);
    for (const location of inputs) {
      const reason = isStream(location)
        ? "a pipe gives its bytes once"
        : hasSecrets(location)
        ? "the password or key of this address is kept out of its metadata"
        : undefined;
      if (!reason || forgotten.has(location)) continue;
      forgotten.add(location);
      const message = `the picture will not repeat itself from ${display(location)}: ${reason}`;
      report({ kind: "warning", message });
    }
    const subject = subjectOf(links, preset.name);
    const output = links.map(({ stage, options }) => stage.output?.(options, subject)).find((path) =>
      path !== undefined
    );
    const memory = memoryOf(preset.memory);
    const checkpoints = output === undefined ? undefined : await openCheckpoints(
      { fingerprint: fingerprintOf(preset, await digestsOf([...inputs, weights.href])), output, memory },
      { resume, report },
    );
    const painting = runChain(links.map(watched), {
      compute: {
        network,
        weights,
        engine: () => engineFor(preset, report),
        memory: checkpoints?.memory ?? memory,
        scratch: scratchIn(output && dirname(output)),
      },
      checkpoints,
      standIns: standInsFor(links, output).map(watched),
      writing: { inputs, subject, packet: (path, failed) => presetXmp(preset, path, failed || signal.aborted) },
      share,
      signal,
      report,
    });
    const result = await painting.catch((error) => {
      throw failure() ?? error;
    });
    const thrown = failure();
    if (thrown !== undefined) throw thrown;
    if (!signal.aborted) await checkpoints?.remove();
    return result;
  };

  const paint = async (preset: ResolvedPreset, options: StyliseOptions): Promise<Stylised> => {
    const links = preset.chain;
    const writes = links.findIndex(({ stage }) => stage.gives === "file");
    const chain = options.write || writes < 0 ? links : links.slice(0, writes);
    if (!chain.some(({ stage }) => stage.gives === "picture")) {
      throw new UserError(`The pipeline of ${preset.name} paints no picture`, {
        hint: "one of its stages should give a picture, as deprocess does",
        exitCode: 2,
      });
    }
    const recording = recorder(chain, options.onProgress);
    const running = runWatched(preset, chain, { ...options, onProgress: recording.report }, recording.watched);
    await running.catch((error) => {
      const picture = recording.picture();
      if (picture) notePictureBefore(error, painted(preset, picture, true));
      throw error;
    });
    const interrupted = options.signal?.aborted ?? false;
    return {
      picture: painted(preset, recording.picture()!, interrupted),
      report: recording.finish(preset, (await engineFor(preset)).name, interrupted),
    };
  };

  return {
    run,
    async stylise(asked, options = {}) {
      using loaded = await loadAsked(asked, { registry });
      return await paint(loaded.preset, options);
    },
    async [Symbol.asyncDispose]() {
      await resources[Symbol.asyncDispose]();
      await Promise.allSettled(engines.values());
    },
  };
}

/** Lets a run whose caller's function throws end as one that is interrupted: its picture and its checkpoint stay. */
function guarded(onProgress: (event: Progress) => void, interruption: AbortSignal | undefined) {
  const stop = new AbortController();
  const report = (event: Progress) => {
    if (stop.signal.aborted) return;
    try {
      onProgress(event);
    } catch (error) {
      stop.abort(error ?? new Error("onProgress failed"));
    }
  };
  const signal = interruption ? AbortSignal.any([interruption, stop.signal]) : stop.signal;
  return { report, signal, failure: (): unknown => stop.signal.reason };
}

/** Memoises `make` per key; a rejected promise is forgotten. */
function once<T>(made: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = made.get(key);
  if (known) return known;
  const value = make();
  made.set(key, value);
  value.catch(() => made.delete(key));
  return value;
}
