import { UserError } from "../base/errors.ts";
import { editionOf } from "../base/edition.ts";
import { display } from "../base/read.ts";
import type { Compute } from "../chain/stage.ts";
import { convertInPlace } from "../networks/input.ts";
import type { Tensors } from "../objective/tensors.ts";
import { longerSide, type Picture } from "../pictures/picture.ts";
import type { ImageTensor } from "../pictures/tensor.ts";
import { fileOfPainter, openAnyPainter } from "../weights/any_painter.ts";
import { shippedPainter } from "../weights/painter_file.ts";
import { chooseRows } from "./choose_rows.ts";
import { levelsOf, repaintedByModel } from "./foreign.ts";
import { openPainting, repainted } from "./repainting.ts";

/** Which painter paints, and in what styles. */
export interface PainterChoice {
  /** URL of the painter; empty for the one that ships. */
  readonly painter: string;
  /** Styles of the painter by name, with their shares; empty for those that have learnt the paintings. */
  readonly styles: Readonly<Record<string, number>>;
}

/** What a stage lends. */
interface Lent {
  readonly compute: Pick<Compute, "engine">;
  readonly signal?: AbortSignal;
  share<T>(key: string, make: () => Promise<T>): Promise<T>;
}

/**
 * A painter's picture of a photograph, in its network's convention, in the styles of its paintings.
 *
 * @param inPlace Whether the content's memory may hold the picture of a large photograph.
 * @throws {UserError} if the painter cannot be read, or has not learnt the paintings.
 */
export async function paintedTensor(
  { content, styles, network, pictures: { frame } }: Pick<Tensors, "content" | "styles" | "network" | "pictures">,
  choice: PainterChoice,
  { compute, signal, share }: Lent,
  inPlace = false,
): Promise<ImageTensor> {
  const location = choice.painter === "" ? shippedPainter : new URL(choice.painter);
  const edition = await editionOf(await fileOfPainter(location));
  const painter = await share(`painter ${edition}`, () => openAnyPainter(location));
  const { width, height, data } = content;
  const engine = await compute.engine();
  const paint = async (photograph: Picture) => {
    if ("architecture" in painter) {
      const wanted = styles.map(({ image, weight, where, painting }) => ({
        weight,
        where,
        painting,
        scale: longerSide(image) / longerSide(content),
      }));
      const places = chooseRows(painter, wanted, choice.styles);
      if (!frame) return await repainted(painter, photograph, places, engine, { signal, inPlace });
      const painting = await frame.forShot((beginning) => openPainting(painter, beginning, places, engine));
      return await painting.paint(photograph, { signal });
    }
    checkStyle(painter.name, choice.styles);
    const levels = painter.levels ?? await share(`levels ${edition}`, () => levelsOf(painter, engine));
    return await repaintedByModel({ ...painter, levels }, photograph, engine, signal);
  };
  // Lent while it is painted: a large picture is not to be held twice.
  convertInPlace(data, network, "RGB");
  let picture: Picture | undefined;
  try {
    picture = await paint(content);
  } finally {
    if (picture?.data !== data) convertInPlace(data, network, "network");
  }
  if (!isFiniteThroughout(picture.data)) {
    throw new UserError(`Cannot paint with ${display(location)}: its picture holds what is no number`, {
      hint: "the painter is damaged; fetch, import or train it again",
      code: "weights-unusable",
    });
  }
  convertInPlace(picture.data, network, "network");
  return { width, height, data: picture.data };
}

/** Whether all are numbers: a sum with one that is none is none either, and takes less time than to ask each. */
function isFiniteThroughout(data: Float32Array): boolean {
  let sum = 0;
  for (let i = 0; i < data.length; i++) sum += data[i];
  return Number.isFinite(sum);
}

/** @throws {UserError} if another style is named than the only one. */
function checkStyle(name: string, styles: PainterChoice["styles"]): void {
  const other = Object.keys(styles).find((style) => style !== name);
  if (other !== undefined) {
    throw new UserError(`The painter has no style ${other}`, { hint: `it has ${name} alone`, exitCode: 2 });
  }
}
