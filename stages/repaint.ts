import type { Stage } from "../chain/stage.ts";
import { fromTensor, toTensor } from "../networks/input.ts";
import type { Tensors } from "../objective/tensors.ts";
import { chooseRows } from "../painters/choose_rows.ts";
import { repainted } from "../painters/repainting.ts";
import { openPainter, shippedPainter } from "../weights/painter_file.ts";
import type { Painted } from "./optimise.ts";

/** Options of repaint. */
export interface RepaintOptions {
  /** URL of the painter; empty for the one that ships. */
  readonly painter: string;
  /** Styles of the painter by name, with their shares; empty for those that have learnt the preset's paintings. */
  readonly styles: Readonly<Record<string, number>>;
}

/** Paints the photograph in one pass of a painter. */
export const repaint = {
  name: "repaint",
  description: "paints in one pass of a painter: a network that has learnt the paintings",
  takes: "tensors",
  gives: "painted",
  takesLast: "scale",
  options: {
    painter: {
      type: "string",
      default: "",
      location: "read",
      flag: "painter",
      description: "the painter, a file that train makes; the one that ships unless given",
    },
    styles: {
      type: "object",
      default: {},
      whole: true,
      additionalProperties: { type: "number", minimum: 0, description: "share of the style" },
      description: "styles of the painter by name, each with its share; those of the preset's paintings unless given",
    },
  },
  create: (options) =>
    async function repaint({ content, styles, pictures, network }, context) {
      const { compute, signal, share } = context;
      const location = options.painter === "" ? shippedPainter : new URL(options.painter);
      const painter = await share(`painter ${location.href}`, () => openPainter(location));
      const longer = (size: { width: number; height: number }) => Math.max(size.width, size.height);
      const wanted = styles.map(({ image, weight, where, painting }) => ({
        weight,
        where,
        painting,
        scale: longer(image) / longer(content),
      }));
      const places = chooseRows(painter, wanted, options.styles);
      const photograph = { width: content.width, height: content.height, data: fromTensor(content, network) };
      const picture = await repainted(painter, photograph, places, await compute.engine(), signal);
      return { image: toTensor(picture, network), pictures, value: NaN, network };
    },
} satisfies Stage<Tensors, Painted, RepaintOptions>;
