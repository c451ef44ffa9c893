import type { Compute } from "../chain/stage.ts";
import { fromTensor, toTensor } from "../networks/input.ts";
import type { Painter } from "../networks/painter.ts";
import type { Tensors } from "../objective/tensors.ts";
import type { Size } from "../pictures/picture.ts";
import type { ImageTensor } from "../pictures/tensor.ts";
import { openPainter, shippedPainter } from "../weights/painter_file.ts";
import { chooseRows } from "./choose_rows.ts";
import { repainted } from "./repainting.ts";

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
 * @throws {UserError} if the painter cannot be read, or has not learnt the paintings.
 */
export async function paintedTensor(
  { content, styles, network }: Pick<Tensors, "content" | "styles" | "network">,
  choice: PainterChoice,
  { compute, signal, share }: Lent,
): Promise<ImageTensor> {
  const location = choice.painter === "" ? shippedPainter : new URL(choice.painter);
  const painter: Painter = await share(`painter ${location.href}`, () => openPainter(location));
  const wanted = styles.map(({ image, weight, where, painting }) => ({
    weight,
    where,
    painting,
    scale: longer(image) / longer(content),
  }));
  const places = chooseRows(painter, wanted, choice.styles);
  const photograph = { width: content.width, height: content.height, data: fromTensor(content, network) };
  return toTensor(await repainted(painter, photograph, places, await compute.engine(), { signal }), network);
}

function longer({ width, height }: Size): number {
  return Math.max(width, height);
}
