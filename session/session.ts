import { dirname } from "node:path";
import type { Engine } from "../engines/engine.ts";
import type { Cluster } from "../base/cluster.ts";
import { localCluster } from "../objective/cluster/local.ts";
import { openEngine } from "../engines/mod.ts";
import { inputsOf } from "../presets/inputs.ts";
import { xmpOfPreset } from "../pictures/xmp.ts";
import { recipeText } from "../presets/metadata.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import { openRegistry } from "../presets/registry.ts";
import { locateNetwork } from "../weights/locate.ts";
import { loadAsked, type Paintable } from "./asked.ts";
import { bringWeights, neededNetwork } from "./bring_weights.ts";
import { openCheckpoints } from "./checkpoint.ts";
import { hasSecrets } from "../base/addresses.ts";
import { isStream } from "../base/pipes.ts";
import { UserError } from "../base/errors.ts";
import { display } from "../base/read.ts";
import { scratchIn } from "../base/scratch.ts";
import { withNamedMasks } from "./named_masks.ts";
import { inFolder } from "../base/files.ts";
import { notePictureBefore, painted } from "./painted.ts";
import { standInsFor } from "./stand_ins.ts";
import { digestsOf, fingerprintOf } from "./fingerprint.ts";
import { runChain } from "../chain/chain.ts";
import type { Progress } from "../chain/progress.ts";
import { around, type Link, subjectOf } from "../chain/link.ts";
import { recorder } from "./report.ts";
import { memoryOf } from "../base/memory.ts";
import { memo } from "../base/memo.ts";
import { slots } from "../base/slots.ts";
import { eventsOf } from "./events.ts";
import { checkPreview } from "./previews.ts";
import type { PaintEvent, Stylised, StyliseOptions } from "./painting.ts";

/** Options of {@linkcode openSession}. */
export interface SessionOptions {
  /** The most runs at a time: others wait, in their order. No limit unless given. */
  readonly concurrency?: number;
}

/** Several runs that share an engine, the weights of a network and the statistics of paintings. */
export interface Session extends AsyncDisposable {
  /** Like the function {@linkcode stylise}. */
  stylise(asked: Paintable, options?: StyliseOptions): Promise<Stylised>;
  /**
   * Paints, and gives what happens on the way; the last event is `done`, with the picture. Whoever leaves the loop ends
   * the run.
   *
   * ```ts
   * import type { Session } from "../mod.ts";
   *
   * async function paint(session: Session, content: Uint8Array) {
   *   for await (const event of session.paint({ content, preset: "monet" }, { preview: { every: 5 } })) {
   *     if (event.kind === "preview" || event.kind === "done") await Deno.writeFile("a.png", await event.picture.bytes());
   *   }
   * }
   * ```
   */
  paint(asked: Paintable, options?: StyliseOptions): AsyncGenerator<PaintEvent, void>;
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
 * @throws {UserError} if something is wrong that the user can mend; with `keep` also if the signal comes before there
 *   is a picture other than the first (its `code` is `interrupted` then).
 */
export async function stylise(
  asked: Paintable,
  options: StyliseOptions = {},
): Promise<Stylised> {
  await using session = openSession();
  return await session.stylise(asked, options);
}

/** How much a session remembers: a painting's statistics at a size take up to a megabyte. */
const sharedKeys = 48;

/** Opens a session. Disposing of it releases all that it holds, and rejects runs that are not done. */
export function openSession({ concurrency = Infinity }: SessionOptions = {}): Session {
  if (!(concurrency >= 1 && (Number.isInteger(concurrency) || concurrency === Infinity))) {
    throw new UserError(
      `Cannot open a session: concurrency must be a whole number from 1: current value is ${concurrency}`,
      {
        hint: "leave it out for no limit",
        exitCode: 2,
      },
    );
  }
  const places = slots(concurrency);
  const resources = new AsyncDisposableStack();
  const registry = openRegistry();
  const engines = new Map<string, Promise<Engine>>();
  const forgotten = new Set<string>();
  const closed = (cause?: unknown) =>
    new UserError("The session is closed", {
      hint: "it has to stay open until its runs are done",
      code: "session-closed",
      cause,
    });

  const share = memo(sharedKeys);
  /** What engines had to tell before a run asked for one; then it goes to that run. */
  const untold: Progress[] = [];
  let tell = (event: Progress): void => void untold.push(event);
  const engineFor = ({ engine: name, threads }: ResolvedPreset) =>
    once(engines, `${name} ${threads}`, async () => {
      const engine = await openEngine(name, { threads, onNotice: (event) => tell(event) });
      if (!resources.disposed) return resources.use(engine);
      await engine[Symbol.asyncDispose]();
      throw closed();
    });
  const askedEngine = (preset: ResolvedPreset, report: (event: Progress) => void = () => {}) => {
    tell = report;
    untold.splice(0).forEach(report);
    return engineFor(preset);
  };

  /** Waits for a place among the runs. */
  const enter = async ({ signal, keep, onProgress }: StyliseOptions) => {
    try {
      return await places.enter(signal, (ahead) => onProgress?.({ kind: "queued", ahead }));
    } catch (error) {
      if (!keep || !signal?.aborted) throw error;
      const hint = "the run waited for others of its session, and there is no picture to keep";
      throw new UserError("Interrupted before the run began", { hint, exitCode: 130, cause: error });
    }
  };
  const run: Session["run"] = async (preset, links = preset.chain, options = {}) => {
    using _ = await enter(options);
    return await runWatched(preset, links, options, (link) => link);
  };
  const runWatched = async (...given: Parameters<typeof runOpen>) => {
    if (resources.disposed) throw closed();
    const [, , { signal, keep }] = given;
    try {
      const result = await runOpen(...given);
      if (!keep) signal?.throwIfAborted();
      return result;
    } catch (error) {
      if (!keep) signal?.throwIfAborted();
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
    const halting = options.keep ? undefined : options.signal;
    const halted = (link: Link) =>
      around(link, (run) => (input, context) => {
        if (!context.snapshot) halting?.throwIfAborted();
        return run(input, context);
      });
    await bringWeights(preset, options);
    const needed = neededNetwork(preset);
    const { network, weights } = await locateNetwork(needed, preset.weights);
    if (network.name !== needed) {
      throw new UserError(`The weights are those of ${network.name}, not of ${needed}`, {
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
    // Whoever uses it is told why it cannot be opened.
    if (links.some(({ stage }) => stage.computes)) engineFor(preset).catch(() => {});
    const painting = inFolder(output && dirname(output), () =>
      runChain(links.map(watched).map(halted), {
        compute: {
          network,
          weights,
          engine: () => askedEngine(preset, report),
          memory: checkpoints?.memory ?? memory,
          scratch: scratchIn(output && dirname(output)),
          cluster: clusterOf(preset, options),
        },
        checkpoints,
        previewEvery: options.preview?.every,
        standIns: standInsFor(links, output).map(watched).map(halted),
        writing: {
          inputs,
          subject,
          packet: (path, failed) => xmpOfPreset(options.recipe ?? recipeText(preset, path), failed || signal.aborted),
        },
        share,
        signal,
        report,
      }));
    const result = await painting.catch((error) => {
      throw failure() ?? error;
    });
    const thrown = failure();
    if (thrown !== undefined) throw thrown;
    if (!signal.aborted) await checkpoints?.remove();
    return result;
  };

  /** What paints a large picture in tiles, if the preset asks for them. */
  const clusterOf = (preset: ResolvedPreset, { cluster, onProgress }: StyliseOptions): Cluster | undefined => {
    if (preset.tiles === 0) return undefined;
    if (cluster) return { ...cluster, side: preset.tiles };
    return { ...localCluster(() => askedEngine(preset, onProgress), scratchIn()), side: preset.tiles };
  };

  const paint = async (asked: ResolvedPreset, options: StyliseOptions): Promise<Stylised> => {
    const preset = withNamedMasks(asked);
    const links = preset.chain;
    const writes = links.findIndex(({ stage }) => stage.gives === "file");
    const chain = options.write || writes < 0 ? links : links.slice(0, writes);
    if (!chain.some(({ stage }) => stage.gives === "picture")) {
      throw new UserError(`The pipeline of ${preset.name} paints no picture`, {
        hint: "one of its stages should give a picture, as deprocess does",
        exitCode: 2,
      });
    }
    if (options.preview) checkPreview(options.preview);
    using _ = await enter(options);
    const { onProgress = () => {} } = options;
    const tell = (event: Progress) =>
      onProgress(
        event.kind === "preview" || event.kind === "snapshot"
          ? { ...event, picture: painted(preset, event.picture, true) }
          : event,
      );
    const recording = recorder(chain, tell, options.preview);
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

  const stylise: Session["stylise"] = async (asked, options = {}) => {
    if (!options.keep) options.signal?.throwIfAborted();
    using loaded = await loadAsked(asked, { registry });
    return await paint(loaded.preset, options);
  };

  return {
    run,
    stylise,
    paint: (asked, options = {}) => eventsOf((heard) => stylise(asked, { ...options, ...heard }), options),
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
