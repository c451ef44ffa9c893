import { display } from "../../base/read.ts";
import { placesOf } from "../../objective/tiles/plan.ts";
import { matched } from "../../pictures/colours.ts";
import { coverage, covered, readMask, readPictureMask } from "../../pictures/masks.ts";
import { opaquePixels } from "../../pictures/opacity.ts";
import { fitted, type Picture, type Size } from "../../pictures/picture.ts";
import type { Pictures } from "../../pictures/scene.ts";
import { averaged, meanOf, type Plane } from "../../pictures/plane.ts";
import type { ValueSchema } from "../../chain/schema.ts";
import type { PictureFile } from "../../pictures/read_picture.ts";

/** Opens the picture at an address; `amounts` if it is a mask. */
type Load = (location: string, how?: { readonly amounts: boolean }) => Promise<PictureFile>;

/** A painting, the part of it that is learnt, and the part of the result that it applies to. */
export interface StyleOptions {
  /** A URL. */
  readonly picture: string;
  /** Its share beside the other styles with the same mask. */
  readonly weight: number;
  /** A greyscale picture laid over the photograph, a URL: the style applies where it is white. */
  readonly mask?: string;
  /** A greyscale picture laid over the painting, a URL: the style is taken from where it is white and all is opaque. */
  readonly pictureMask?: string;
}

/** The schema of the paintings. */
export const stylesSchema: ValueSchema = {
  type: "array",
  default: [],
  flag: "style",
  description: "the paintings, each with a weight",
  items: {
    type: "object",
    additionalProperties: false,
    required: ["picture"],
    properties: {
      picture: { type: "string", minLength: 1, location: "read", description: "path or URL of the painting" },
      weight: {
        type: "number",
        exclusiveMinimum: 0,
        maximum: 1e6,
        default: 1,
        description: "its share beside the others of the same place",
      },
      mask: {
        type: "string",
        minLength: 1,
        location: "read",
        description: "a greyscale picture laid over the photograph: the style applies where it is white, by half " +
          "where it is grey; styles without a mask take what masks leave; where no style applies the photograph stays",
      },
      pictureMask: {
        type: "string",
        minLength: 1,
        location: "read",
        description:
          "a greyscale picture laid over the painting: the style is taken from where it is white, and from " +
          "nothing that is transparent in the painting itself",
      },
    },
  },
};

/** The options of decode for all paintings. */
interface StylesOptions {
  readonly styles: readonly StyleOptions[];
  /** The longer side of a painting as a multiple of that of the result. */
  readonly styleScale: number;
  /** Whose colours the paintings teach. */
  readonly styleColours: "painting" | "photograph";
}

/** The paintings of a run, opened. */
export interface StyleFiles {
  /** How much of each pixel of the finished picture has any style; absent if all have. */
  readonly painted?: Plane;
  /** How many places the masks make, see {@linkcode placesOf}. */
  readonly places: number;
  /** The paintings to which the masks leave no place. */
  readonly unplaced: readonly string[];
  /** The paintings with their masks for a result of a photograph's size. */
  beside(photograph: Picture): Promise<Pictures["styles"]>;
}

/**
 * Opens the paintings with their masks.
 *
 * @param finest Size of the finished picture.
 * @throws {UserError} if one cannot be read, or a mask chooses nothing.
 */
export async function openStyles(options: StylesOptions, finest: Size, load: Load): Promise<StyleFiles> {
  const styles = await loadStyles(options, finest, load);
  const finestPlaces = coverage(styles.map(({ where }) => where));
  return {
    painted: covered(finestPlaces),
    places: placesOf(options.styles.map(({ mask }) => mask)),
    unplaced: finestPlaces.flatMap((where, i) =>
      where && meanOf(where) === 0 ? [shown(options.styles[i].picture)] : []
    ),
    beside: async (photograph) => {
      // Styles with the same mask keep sharing the plane.
      const masks = new Map(styles.map(({ where }) => [where, where && averaged(where, photograph)]));
      const places = coverage(styles.map(({ where }) => masks.get(where)));
      return await Promise.all(styles.map(async ({ file, weight, mask: finest, painting }, i) => {
        const own = styleSize(file, photograph, options);
        const mask = finest && averaged(finest, own);
        const where = places[i];
        const plain = await opaquePixels(file, own);
        const picture = options.styleColours === "painting"
          ? plain
          : matched({ picture: plain, mask }, { picture: photograph, mask: where });
        return { picture, weight, where, mask, painting };
      }));
    },
  };
}

interface StyleFile {
  readonly file: PictureFile;
  readonly weight: number;
  /** Its masks at the finest scale; styles with the same mask share the plane. */
  readonly where?: Plane;
  readonly mask?: Plane;
  /** As in the scene. */
  readonly painting?: string;
}

async function loadStyles(options: StylesOptions, finest: Size, load: Load): Promise<StyleFile[]> {
  const planes = new Map<string, Plane>();
  const files: StyleFile[] = [];
  const asItIs = options.styleColours === "painting";
  for (const { picture, weight, mask, pictureMask } of options.styles) {
    const total = options.styles.reduce((sum, other) => other.mask === mask ? sum + other.weight : sum, 0);
    const file = await load(picture);
    if (mask && !planes.has(mask)) {
      planes.set(mask, await readMask(await load(mask, { amounts: true }), finest, shown(mask)));
    }
    files.push({
      file,
      weight: weight / total,
      where: mask === undefined ? undefined : planes.get(mask),
      painting: asItIs && pictureMask === undefined ? await file.digest() : undefined,
      mask: await readPictureMask(file, styleSize(file, finest, options), {
        file: pictureMask === undefined ? undefined : await load(pictureMask, { amounts: true }),
        name: shown(pictureMask ?? picture),
      }),
    });
  }
  return files;
}

/** The size at which a painting is seen: it is never enlarged. */
function styleSize({ size }: PictureFile, result: Size, { styleScale }: StylesOptions): Size {
  const side = Math.max(result.width, result.height) * styleScale;
  return fitted(size, Math.min(side, Math.max(size.width, size.height)));
}

function shown(location: string): string {
  return display(new URL(location));
}
