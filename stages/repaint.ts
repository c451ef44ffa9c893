import type { Stage } from "../chain/stage.ts";
import { fromTensor, toTensor } from "../networks/input.ts";
import type { Tensors } from "../objective/tensors.ts";
import { chooseRows } from "../painters/choose_rows.ts";
import { repainted } from "../painters/repainting.ts";
import { repaintedByModel } from "../painters/foreign.ts";
import { openAnyPainter } from "../weights/any_painter.ts";
import { shippedPainter } from "../weights/painter_file.ts";
import { display } from "../base/read.ts";
import { UserError } from "../base/errors.ts";
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
      description:
        "the painter: a file that train makes, someone else's network, or stored:NAME for an imported one; " +
        "the one that ships unless given",
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
      const painter = await share(`painter ${location.href}`, () => openAnyPainter(location));
      const longer = (size: { width: number; height: number }) => Math.max(size.width, size.height);
      const wanted = styles.map(({ image, weight, where, painting }) => ({
        weight,
        where,
        painting,
        scale: longer(image) / longer(content),
      }));
      const photograph = { width: content.width, height: content.height, data: fromTensor(content, network) };
      const engine = await compute.engine();
      const paint = async () => {
        if ("architecture" in painter) {
          return await repainted(painter, photograph, chooseRows(painter, wanted, options.styles), engine, signal);
        }
        checkStyle(painter.name, options.styles);
        return await repaintedByModel(painter, photograph, engine, signal);
      };
      const picture = await paint();
      if (!picture.data.every(Number.isFinite)) {
        throw new UserError(`Cannot paint with ${display(location)}: its picture holds what is no number`, {
          hint: "the painter is damaged; fetch, import or train it again",
        });
      }
      return { image: toTensor(picture, network), pictures, value: NaN, network };
    },
} satisfies Stage<Tensors, Painted, RepaintOptions>;

/** @throws {UserError} if another style is named than the only one. */
function checkStyle(name: string, styles: RepaintOptions["styles"]): void {
  const other = Object.keys(styles).find((style) => style !== name);
  if (other !== undefined) {
    throw new UserError(`The painter has no style ${other}`, { hint: `it has ${name} alone`, exitCode: 2 });
  }
}
