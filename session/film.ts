import { basename } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../base/errors.ts";
import type { Link } from "../chain/link.ts";
import type { Progress } from "../chain/progress.ts";
import type { Stage } from "../chain/stage.ts";
import { loadPreset, type Override } from "../presets/load.ts";
import { optionsOf, type ResolvedPreset, withOptions } from "../presets/preset.ts";
import { presetJson } from "../presets/preset_json.ts";
import type { Preset } from "../presets/source.ts";
import { presetInXmp } from "../pictures/xmp.ts";
import { decode, nameOf } from "../stages/decode.ts";
import { outputPath } from "../stages/encode.ts";
import { film as filmStage, filmPaintedBy } from "../stages/film.ts";
import type { Elsewhere } from "../stages/film/elsewhere.ts";
import type { FilmOptions } from "../stages/film/options.ts";
import { filmEncode } from "../stages/film_encode.ts";
import { filmFrame } from "../stages/film_frame.ts";
import { type Method, pipelines } from "../stages/mod.ts";
import { checkAllowed } from "../video/coding/find.ts";
import { commentOf } from "../video/reading/comment.ts";
import { kindOf } from "../video/writing/kind.ts";
import { workingFolder } from "../video/writing/store.ts";
import type { StyliseOptions } from "./painting.ts";
import { openSession } from "./session.ts";

/** How a film is painted, and how its painting is told of and stopped. */
export interface FilmingOptions extends Partial<FilmOptions>, FilmRunOptions {}

/** How the painting of a film is told of and stopped. */
export interface FilmRunOptions extends Pick<StyliseOptions, "onProgress" | "signal" | "keep" | "offline" | "resume"> {
  /** Replaces a file at the output that this program did not paint. */
  readonly overwrite?: boolean;
}

/** A painted film. */
export interface PaintedFilm {
  /** Path of the film. */
  readonly file: string;
  /** The frames that are painted by now, those of the runs before included. */
  readonly frames: number;
  /** The frames that it is to have. */
  readonly count: number;
  /** The shots that this run painted in. */
  readonly shots: number;
  /** Seconds that this run took. */
  readonly seconds: number;
  /** Whether the signal ended it early: the film goes as far as it was painted. */
  readonly interrupted: boolean;
}

/**
 * Paints a film: each frame goes on from the one before, so that it does not flicker. Sound and times are those of the
 * film. A painted frame is not painted again: `resume` goes on after a crash, and the film is the same.
 *
 * ```ts
 * import { film } from "../mod.ts";
 *
 * async function paint(signal: AbortSignal): Promise<void> {
 *   const { frames, seconds } = await film({ extends: "monet", method: "painter" }, {
 *     content: "harbour.mp4",
 *     output: "painted.mp4",
 *     signal,
 *     onProgress: (event) => event.kind === "frame" && console.log(`${event.index + 1} of ${event.count}`),
 *   });
 *   console.log(`${frames} frames in ${seconds} s`);
 * }
 * ```
 *
 * @param asked A shipped preset's name, a path or a URL, or a preset of code; `"method": "painter"` paints at once.
 * @param options The film, and how it is painted; they win over the section `film` of the preset.
 * @throws {UserError} if the film cannot be read or written, or what it needs is missing.
 */
export async function film(asked: string | Preset, options: FilmingOptions): Promise<PaintedFilm> {
  const { onProgress, signal, keep, offline, resume, overwrite, ...filming } = options;
  const built: string | Preset = typeof asked === "string" ? { extends: asked, name: asked } : asked;
  const preset = await filmPreset(built, [], filming);
  return await paintFilm(preset, { onProgress, signal, keep, offline, resume, overwrite });
}

/**
 * Loads a preset for a film: its pipeline with the film in the place of the photograph.
 *
 * @param overrides What wins over the preset.
 * @param filming What wins over its section `film`.
 */
export async function filmPreset(
  asked: string | Preset,
  overrides: readonly Override[],
  filming: Partial<FilmOptions>,
  incomplete = false,
): Promise<ResolvedPreset> {
  const { content } = filming;
  const film: Preset = { film: filming, ...content !== undefined && { decode: { content } } };
  const layers = [...overrides, film];
  const plain = await loadPreset(asked, layers, { incomplete: true });
  if (plain.method === "train") {
    throw new UserError("Cannot train a painter with a film", { hint: "take the method painter", exitCode: 2 });
  }
  const listed = (presetJson(plain).pipeline ?? pipelines[plain.method as Method]) as readonly (string | object)[];
  const kept = listed.filter((_, i) => {
    const { gives, name } = plain.chain[i].stage;
    return gives !== "file" && ![filmStage.name, filmFrame.name].includes(name);
  });
  const pipeline = [filmStage.name, ...kept, filmFrame.name, filmEncode.name] as Preset["pipeline"];
  const preset = await loadPreset(asked, [...layers, { pipeline }], { incomplete: true });
  const { content: named } = optionsOf(preset, filmStage)!;
  if (!incomplete && named === "") {
    throw new UserError("There is no film to paint", { hint: "name one with `film.content`", exitCode: 2 });
  }
  // Its name is that of the film, wherever this stands; and only now what is missing is an error.
  return await loadPreset(asked, [...layers, { pipeline, decode: { content: named } }], { incomplete });
}

/** Path of the film that a preset makes. */
export function filmOutput(preset: ResolvedPreset): string {
  const { content, output } = optionsOf(preset, filmStage)!;
  return outputPath(output, content === "" ? "film" : nameOf(content), preset.name);
}

/**
 * Paints the film of a preset that {@linkcode filmPreset} gave.
 *
 * @param elsewhere What paints its frames in the place of this machine.
 */
export async function paintFilm(
  preset: ResolvedPreset,
  options: FilmRunOptions,
  elsewhere?: Elsewhere,
): Promise<PaintedFilm> {
  const { onProgress, signal, keep, resume, overwrite } = options;
  const output = filmOutput(preset);
  const { content, passes: all } = optionsOf(preset, filmStage)!;
  // Elsewhere each frame goes through all of them.
  const passes = elsewhere ? 1 : all;
  if (pathToFileURL(output).href === content) {
    throw new UserError(`Cannot write ${output}: it is the film that is painted`, {
      hint: "name another file with `film.output`",
      exitCode: 2,
      code: "unwritable",
    });
  }
  if (!overwrite) await keepOthers(output, resume ?? false);
  if (kindOf(output) === "container") await checkAllowed();
  const began = performance.now();
  const shots = new Set<number>();
  let [frames, count] = [0, 0];
  const report = (event: Progress) => {
    if (event.kind === "frame") {
      shots.add(event.shot);
      count = event.count / passes;
      frames = Math.min(count, event.index + 1);
    }
    onProgress?.(event);
  };
  await using session = openSession();
  const links = elsewhere ? linksBy(preset, elsewhere) : preset.chain;
  await session.run(preset, links, { ...options, onProgress: report, write: true });
  const interrupted = (keep && signal?.aborted) ?? false;
  if (!interrupted) await Deno.remove(workingFolder(output), { recursive: true }).catch(() => {});
  return { file: output, frames, count, shots: shots.size, seconds: (performance.now() - began) / 1000, interrupted };
}

/** The chain of a film whose frames are painted elsewhere. */
function linksBy({ chain }: ResolvedPreset, elsewhere: Elsewhere): Link[] {
  const writing: readonly unknown[] = [filmFrame, filmEncode];
  return chain.flatMap((link) => {
    if (link.stage === filmStage) return [{ ...link, stage: filmPaintedBy(elsewhere) as Stage }];
    return writing.includes(link.stage) ? [link] : [];
  });
}

/** @throws {UserError} if there is something at the output that this program did not paint. */
async function keepOthers(output: string, resume: boolean): Promise<void> {
  const { size, isDirectory } = await Deno.stat(output).catch(() => ({ size: 0, isDirectory: false }));
  const started = resume && await Deno.stat(workingFolder(output)).then(() => true, () => false);
  const taken = isDirectory ? (await Array.fromAsync(Deno.readDir(output))).length > 0 : size > 0;
  if (!taken || started || presetInXmp(await commentOf(output) ?? "") !== undefined) return;
  throw new UserError(`Cannot write ${output}: ${isDirectory ? "the folder is not empty" : "there is such a file"}`, {
    code: "unwritable",
    hint: `name another place than ${basename(output)}, or add \`overwrite\``,
  });
}

/** A film's preset as one for a single picture: how its frames are painted. */
export function withoutFilm(preset: ResolvedPreset, content: string): ResolvedPreset {
  const own: readonly unknown[] = [filmStage, filmFrame, filmEncode];
  return withOptions({ ...preset, chain: preset.chain.filter(({ stage }) => !own.includes(stage)) }, decode, {
    content,
  });
}
