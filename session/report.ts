import type { ResolvedPreset } from "../presets/preset.ts";
import type { Objective } from "../objective/objective.ts";
import type { FinishedPicture } from "../pictures/picture.ts";
import type { Progress, ScaleReport } from "../chain/progress.ts";
import { placed } from "../chain/chain.ts";
import { around, type Link } from "../chain/link.ts";
import { inSmall, type PreviewOptions } from "./previews.ts";
import type { Context } from "../chain/stage.ts";

/** How a picture came about. */
export interface Report {
  /** Name of the preset. */
  readonly preset: string;
  /** Name of the network. */
  readonly network: string;
  /** Name of the engine that computed. */
  readonly engine: string;
  /** Seconds from the first stage to the last. */
  readonly seconds: number;
  /** How often the objective and its gradient were computed. */
  readonly evaluations: number;
  /** Each scale, coarse to fine. */
  readonly scales: readonly ScaleReport[];
  /** The objective at the picture. */
  readonly value: number;
  /** Each of its terms there, the weights left out. */
  readonly terms: Readonly<Record<string, number>>;
  /** The files that were written. */
  readonly files: readonly string[];
  /** Whether the signal ended it early. */
  readonly interrupted: boolean;
}

/** Collects a report by watching a chain from outside. */
interface Recorder {
  /** A link of the chain, watched. */
  watched(link: Link): Link;
  /** Takes a progress event, and passes it on. */
  report(event: Progress): void;
  /** The picture, once there is one. */
  picture(): FinishedPicture | undefined;
  /** The whole report. */
  finish(preset: ResolvedPreset, engine: string, interrupted: boolean): Report;
}

/**
 * Watches a chain.
 *
 * @param pass Is told of all progress.
 * @param preview How pictures on the way are shown, if they are.
 */
export function recorder(
  chain: readonly Link[],
  pass: (event: Progress) => void = () => {},
  preview?: PreviewOptions,
): Recorder {
  const began = performance.now();
  const scales: ScaleReport[] = [];
  const files: string[] = [];
  // A stage that writes snapshots reports them itself.
  const writes = chain.some(({ stage }) => stage.output !== undefined);
  let evaluations = 0;
  let picture: FinishedPicture | undefined;

  const last = chain.findLast(({ stage }) => stage.gives === "picture");

  const see = (link: Link, value: unknown, context: Context): unknown => {
    const kind = link.stage.gives;
    if (kind === "picture") {
      const { snapshot } = context;
      if (!snapshot) picture = value as FinishedPicture;
      else if (snapshot.preview) {
        if (link !== last || !preview) return value;
        const small = inSmall(value as FinishedPicture, preview);
        context.report({ kind: "preview", picture: small, step: snapshot.preview.step, ...placed(context.position) });
      } else if (!writes) {
        context.report({ kind: "snapshot", picture: value as FinishedPicture, terms: snapshot.terms });
      }
    }
    if (kind !== "objective") return value;
    const objective = value as Objective;
    const evaluate: Objective["evaluate"] = (image) => {
      evaluations++;
      return objective.evaluate(image);
    };
    const tiles = objective.tiles && {
      ...objective.tiles,
      evaluate: (...given: Parameters<NonNullable<Objective["tiles"]>["evaluate"]>) => {
        evaluations++;
        return objective.tiles!.evaluate(...given);
      },
    };
    return Object.create(objective, { evaluate: { value: evaluate }, tiles: { value: tiles } });
  };

  return {
    watched: (link) => watched(link, see),
    report(event) {
      if (event.kind === "step") {
        const { scale, width, height, step, value, terms } = event;
        const best = scales[scale];
        scales[scale] = best && best.value <= value
          ? { ...best, steps: step }
          : { width, height, steps: step, value, terms };
      }
      if (event.kind === "scale") scales[event.scale] = event.report;
      if ((event.kind === "picture" || event.kind === "snapshot") && event.file) files.push(event.file);
      pass(event);
    },
    picture: () => picture,
    finish: (preset, engine, interrupted) => ({
      preset: preset.name,
      network: preset.network,
      engine,
      seconds: (performance.now() - began) / 1000,
      evaluations,
      scales,
      value: scales.at(-1)?.value ?? NaN,
      terms: scales.at(-1)?.terms ?? {},
      files,
      interrupted,
    }),
  };
}

/** A link whose results pass through `see`, which may replace them; it writes no file of a preview. */
function watched(link: Link, see: (link: Link, value: unknown, context: Context) => unknown): Link {
  const { stage } = link;
  return around(link, (run) => async (input, context) => {
    if (context.snapshot?.preview && stage.gives === "file") return undefined;
    return see(link, await run(input, context), context);
  });
}
