import { dirname } from "node:path";
import type { Engine } from "../engines/engine.ts";
import { openEngine } from "../engines/mod.ts";
import { inputsOf } from "../presets/inputs.ts";
import { linksOf, loadHeld, loadPreset } from "../presets/load.ts";
import { presetXmp } from "../presets/metadata.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import { hold, type Preset } from "../presets/source.ts";
import { locateNetwork } from "../weights/locate.ts";
import { openCheckpoints } from "./checkpoint.ts";
import { UserError } from "./errors.ts";
import { scratchIn } from "./files.ts";
import type { FinishedPicture } from "./picture.ts";
import { type Link, runChain } from "./pipeline.ts";
import { recorder, type Report } from "./report.ts";
import { encodePicture, type RawPicture, rawPicture } from "./sharp.ts";
import type { Progress } from "./stage.ts";
import { memoryOf } from "./tiles/budget.ts";

/** Options of {@linkcode stylise}. */
export interface StyliseOptions {
  /** Told how far the work is. */
  readonly onProgress?: (event: Progress) => void;
  /** Abort it to stop after the evaluation at hand: the best picture so far is finished. */
  readonly signal?: AbortSignal;
  /** Writes the files that the preset's stages write, such as the one of `encode`; nothing is written unless it is set. */
  readonly write?: boolean;
  /** Goes on from the checkpoint of an interrupted run of the same preset, where there is one. */
  readonly resume?: boolean;
}

/** What {@linkcode stylise} gives. */
export interface Stylised {
  /** The painted picture. */
  readonly picture: PaintedPicture;
  /** How it came about. */
  readonly report: Report;
}

/** A finished picture, and the ways out of memory. */
export interface PaintedPicture extends FinishedPicture {
  /**
   * The bytes of a picture file, with the preset that made it in its metadata.
   *
   * @param ending Of which format: `.png` (unless given), `.jpg`, `.webp`, `.avif` or `.tif`.
   */
  bytes(ending?: string): Promise<Uint8Array>;
  /** Its samples row by row, 3 of each pixel, or 4 where the content has opacity. */
  raw(): RawPicture;
}

/** Several runs that share an engine, the weights of a network and the statistics of paintings. */
export interface Session extends AsyncDisposable {
  /** Like the function {@linkcode stylise}. */
  stylise(preset: string | Preset | ResolvedPreset, options?: StyliseOptions): Promise<Stylised>;
  /**
   * Runs a chain of any kind.
   *
   * @param links The chain; that of the preset unless given.
   * @returns What its last stage gives.
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
 *   const { picture, report } = await stylise({ extends: "monet", decode: { content: photograph } });
 *   console.log(`${report.evaluations} evaluations in ${report.seconds} s`);
 *   return await picture.bytes(".jpg");
 * }
 * ```
 *
 * @param preset A preset that was loaded, or what {@linkcode loadPreset} takes.
 * @throws {UserError} where something is wrong that the user can mend.
 */
export async function stylise(
  preset: string | Preset | ResolvedPreset,
  options: StyliseOptions = {},
): Promise<Stylised> {
  await using session = openSession();
  return await session.stylise(preset, options);
}

/** Opens a session; what it holds is released where it ends. */
export function openSession(): Session {
  const resources = new AsyncDisposableStack();
  const engines = new Map<string, Promise<Engine>>();
  const shared = new Map<string, Promise<unknown>>();

  const engineFor = ({ engine: name, threads }: ResolvedPreset, report?: StyliseOptions["onProgress"]) => {
    const key = `${name} ${threads}`;
    const engine = engines.get(key) ??
      openEngine(name, { threads, onNotice: report }).then((opened) => resources.use(opened));
    engines.set(key, engine);
    return engine;
  };
  const share = <T>(key: string, make: () => Promise<T>): Promise<T> => {
    const known = shared.get(key) as Promise<T> | undefined;
    const value = known ?? make();
    if (!known) {
      shared.set(key, value);
      value.catch(() => shared.delete(key));
    }
    return value;
  };

  const run: Session["run"] = async (preset, links = linksOf(preset), options = {}) => {
    const { network, weights } = await locateNetwork(preset.network, preset.weights);
    if (network.name !== preset.network) {
      throw new UserError(`The weights are those of ${network.name}, not of ${preset.network}`, {
        hint: `name the network ${network.name}`,
        exitCode: 2,
      });
    }
    const { onProgress: report = () => {}, signal, resume = false } = options;
    const inputs = inputsOf(preset);
    const output = links.map(({ stage, options }) => stage.output?.(options, preset)).find((path) =>
      path !== undefined
    );
    const memory = memoryOf(preset.memory);
    const checkpoints = output === undefined ? undefined : await openCheckpoints(
      { preset, inputs: [...inputs, weights.href], output, memory },
      { resume, report },
    );
    const result = await runChain(links, {
      preset,
      inputs,
      checkpoints,
      memory: checkpoints?.memory ?? memory,
      scratch: scratchIn(output && dirname(output)),
      network,
      weights,
      engine: () => engineFor(preset, report),
      share,
      signal,
      report,
    });
    if (!signal?.aborted) await checkpoints?.remove();
    return result;
  };

  const paint = async (preset: ResolvedPreset, options: StyliseOptions): Promise<Stylised> => {
    const links = linksOf(preset);
    const writes = links.findIndex(({ stage }) => stage.gives === "file");
    const chain = options.write || writes < 0 ? links : links.slice(0, writes);
    if (!chain.some(({ stage }) => stage.gives === "picture")) {
      throw new UserError(`The pipeline of ${preset.name} paints no picture`, {
        hint: "one of its stages should give a picture, as deprocess does",
        exitCode: 2,
      });
    }
    const recording = recorder(chain, options.onProgress);
    await run(preset, recording.links, { ...options, onProgress: recording.report });
    const picture = recording.picture()!;
    return {
      picture: {
        ...picture,
        bytes: (ending = ".png") =>
          encodePicture(picture, {
            ending,
            depth: 8,
            tiff: "auto",
            xmp: presetXmp(preset, "", options.signal?.aborted),
          }),
        raw: () => rawPicture(picture),
      },
      report: recording.finish(preset, (await engineFor(preset)).name, options.signal?.aborted ?? false),
    };
  };

  return {
    run,
    async stylise(preset, options = {}) {
      if (typeof preset === "string") return await paint(await loadPreset(preset), options);
      if (isResolved(preset)) return await paint(preset, options);
      using held = await hold(preset);
      return await paint(await loadHeld(held), options);
    },
    [Symbol.asyncDispose]: () => resources[Symbol.asyncDispose](),
  };
}

function isResolved(preset: Preset | ResolvedPreset): preset is ResolvedPreset {
  return "sections" in preset;
}
