import type { Context } from "../../chain/stage.ts";
import type { Size } from "../../pictures/picture.ts";
import type { FilmSource } from "../../video/film.ts";
import { usualPixelLimit } from "../../pictures/read_picture.ts";
import { coderFinder, type FindCoder } from "../../video/coding/find.ts";
import { openFilm } from "../../video/reading/mod.ts";
import { holdsOpacity } from "../../video/writing/kind.ts";
import type { FilmOptions } from "./options.ts";
import { paintedSize, partOf, rateOf } from "./part.ts";

/** The part of a film that is painted, and how. */
export interface FilmPart {
  readonly source: FilmSource;
  /** The index of its first frame in the film. */
  readonly first: number;
  /** How many frames it has, by what the film says. */
  readonly count: number;
  /** The size at which it is painted. */
  readonly size: Size;
  /** Whether its frames keep their opacity. */
  readonly transparent: boolean;
  /** Bits of a sample. */
  readonly depth: 8 | 10;
  /** What decodes and encodes it. */
  readonly coder: FindCoder;
}

/** Opens the part of a film that is painted. `content` and `output` are paths. */
export async function openPart(options: FilmOptions, { report }: Pick<Context, "report">): Promise<FilmPart> {
  const coder = coderFinder((message) => report({ kind: "warning", message }));
  const source = await openFilm(options.content, { rate: rateOf(options.rate), pixelLimit: usualPixelLimit, coder });
  for (const message of source.remarks) report({ kind: "warning", message });
  const [first, behind] = partOf(source, options);
  return {
    source,
    coder,
    first,
    count: behind - first,
    size: paintedSize(source.size, options.size),
    transparent: source.transparent && holdsOpacity(options.output),
    depth: options.depth === "auto" ? (source.deep ? 10 : 8) : Number(options.depth) as 8 | 10,
  };
}
