import type { Stage } from "../chain/stage.ts";
import type { Tensors } from "../objective/tensors.ts";
import { paintedTensor, type PainterChoice } from "../painters/painted_tensor.ts";
import type { Painted } from "./optimise.ts";

/** Paints the photograph in one pass of a painter. */
export const repaint = {
  name: "repaint",
  description: "paints in one pass of a painter: a network that has learnt the paintings",
  takes: "tensors",
  gives: "painted",
  takesLast: "scale",
  computes: true,
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
    async function repaint(tensors, context) {
      const { pictures, network } = tensors;
      const inPlace = tensors.spare === tensors.content.data;
      const image = await paintedTensor(tensors, options, context, inPlace);
      return { image, spare: image.data, pictures, value: NaN, network };
    },
} satisfies Stage<Tensors, Painted, PainterChoice>;
