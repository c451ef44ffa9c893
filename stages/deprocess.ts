import { recoloured } from "../pictures/colours.ts";
import { convertInPlace, fromTensor } from "../networks/input.ts";
import type { Network } from "../networks/network.ts";
import type { ImageTensor } from "../pictures/tensor.ts";
import type { Painted } from "./optimise.ts";
import type { FinishedPicture, Picture } from "../pictures/picture.ts";
import type { Plane } from "../pictures/plane.ts";
import { mixedLight } from "../pictures/mixed_light.ts";
import { resample } from "../pictures/resample.ts";
import type { Stage } from "../chain/stage.ts";

/** Options of deprocess. */
export interface DeprocessOptions {
  /** Whose colours the result has: its own, as painted, or the photograph's under the painted lightness. */
  readonly colours: "painting" | "photograph";
  /** How much of the painting is laid over the photograph, 0..1. */
  readonly strength: number;
}

/** Turns the painted tensor into a picture: RGB, the mean added, clamped to 0..255, the photograph's opacity. */
export const deprocess = {
  name: "deprocess",
  description: "turns the tensor into a picture again: mean added, channels back, clamped, colours kept where asked",
  takes: "painted",
  gives: "picture",
  takesLast: "scale",
  options: {
    colours: {
      type: "string",
      enum: ["painting", "photograph"],
      default: "painting",
      flag: "colours",
      description: "whose colours the result has: with photograph, the painting gives lightness alone",
    },
    strength: {
      type: "number",
      minimum: 0,
      maximum: 1,
      default: 1,
      flag: "strength",
      description: "how much of the painting is laid over the photograph, mixed as light; 1 for all",
    },
  },
  create: ({ colours, strength }) =>
    async function deprocess({ image, spare, pictures, network }, { snapshot }) {
      const size = pictures.sizes.at(-1)!;
      const planes = spare === image.data && !snapshot ? inItsMemory(image, network) : fromTensor(image, network);
      // A snapshot of a coarse scale, or a run that was interrupted there, is enlarged to the size that was asked for.
      const data = image.width === size.width && image.height === size.height
        ? planes
        : resample(planes, 3, image, size);
      // In place: a large picture is not to be held twice.
      for (let i = 0; i < data.length; i++) data[i] = Math.min(255, Math.max(0, data[i]));
      const plain = { ...size, data };
      const coloured = colours === "painting" ? plain : recoloured(plain, await pictures.photograph());
      const laid = strength === 1 ? coloured : mixedLight(await pictures.photograph(), coloured, strength);
      const picture = pictures.painted ? overlaid(await pictures.photograph(), laid, pictures.painted) : laid;
      return {
        ...picture,
        alpha: pictures.alpha,
        density: pictures.density,
        name: pictures.name,
        frame: pictures.frame,
      };
    },
} satisfies Stage<Painted, FinishedPicture, DeprocessOptions>;

/** Images whose memory is their planes' already: a stage that stands in for one that failed is given the same again. */
const converted = new WeakSet<Float32Array>();

function inItsMemory({ data }: ImageTensor, network: Network): Float32Array {
  if (!converted.has(data)) convertInPlace(data, network, "RGB");
  converted.add(data);
  return data;
}

/** One picture over another of the same size, by the shares of a mask. */
function overlaid(under: Picture, over: Picture, { data }: Plane): Picture {
  const mixed = over.data.map((level, i) => {
    const share = data[i % data.length];
    return share * level + (1 - share) * under.data[i];
  });
  return { ...over, data: mixed };
}
