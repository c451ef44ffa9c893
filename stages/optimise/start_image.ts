import { fromStandard, type Gaussian, gaussianOf } from "../../pictures/gaussian.ts";
import type { StyleTensor, Tensors } from "../../objective/tensors.ts";
import { meanOf } from "../../pictures/plane.ts";
import { normalFrom, randomFrom } from "../../base/random.ts";
import type { Context } from "../../chain/stage.ts";
import { toTensor } from "../../networks/input.ts";
import { paintedTensor } from "../../painters/painted_tensor.ts";
import { objectSchema, type OptionSchema } from "../../chain/schema.ts";

/** The start image: content · C + noise · N, in the network's convention. */
export interface StartOptions {
  /** Share of the content picture C, or of the start picture if there is one. */
  readonly content: number;
  /** Share of the noise N. */
  readonly noise: number;
  /** N: uniform(−range, range), or normal with the mean and covariance of the paintings' colours. */
  readonly noiseOf: "range" | "paintings";
  /** Half width of the noise in levels. */
  readonly range: number;
  /** Whether C is what a painter makes of the content picture: the one that ships, or that at a URL. */
  readonly painter: boolean | string;
}

/** The schema of the start image. */
export const startSchema = {
  ...objectSchema(
    {
      content: { type: "number", default: 1, description: "share of the photograph (or of the start picture)" },
      noise: { type: "number", minimum: 0, default: 0, description: "share of the noise" },
      noiseOf: {
        type: "string",
        enum: ["range", "paintings"],
        default: "range",
        description:
          "range: uniform about the network's mean; paintings: with the mean and covariance of their colours",
      },
      range: { type: "number", minimum: 0, default: 20, description: "half width of the noise in levels of 0..255" },
      painter: {
        anyOf: [{ type: "boolean" }, { type: "string", minLength: 1, location: "read" }],
        default: false,
        description: "whether to take a painter's picture instead of the photograph: true for the one that ships, or " +
          "a file; few steps are enough then",
      },
    } satisfies OptionSchema<StartOptions>,
  ),
  default: {},
  description: "where the first scale starts: a mixture of the photograph and noise",
};

/** The start image of a scale: the result of the scale before, or the mixture at the first one. */
export async function startImage(
  tensors: Tensors,
  mix: StartOptions,
  seed: number,
  context: Pick<Context, "compute" | "signal" | "share">,
): Promise<Float32Array> {
  const { content, styles, previous, pictures, network } = tensors;
  if (previous) return previous.data;
  const before = await pictures.frame?.follow("exact");
  if (before) return toTensor(before.picture, network).data;
  const start = mix.painter === false
    ? tensors.start
    : await paintedTensor(tensors, { painter: mix.painter === true ? "" : mix.painter, styles: {} }, context);
  const random = randomFrom(seed);
  const noise = mix.noiseOf === "range" || mix.noise === 0
    ? () => mix.range * (2 * random() - 1)
    : colouredNoise(styles, content.width * content.height, random);
  return (start ?? content).data.map((level, i) => mix.content * level + mix.noise * noise(i));
}

/** Noise in the colours of some pictures, at each element of planes [3, area]. */
function colouredNoise(styles: readonly StyleTensor[], area: number, random: () => number): (i: number) => number {
  const colours = coloursOf(styles);
  const normal = normalFrom(random);
  const data = new Float32Array(3 * area);
  for (let i = 0; i < area; i++) {
    fromStandard(colours, [normal(), normal(), normal()]).forEach((level, plane) => data[plane * area + i] = level);
  }
  return (i) => data[i];
}

/** Mean and covariance of the colours of some pictures, each by its weight whatever its size, its pixels by its mask. */
function coloursOf(styles: readonly StyleTensor[]): Gaussian {
  const areas = styles.map(({ image: { width, height } }) => width * height);
  const totals = styles.map(({ mask }, k) => mask ? areas[k] * meanOf(mask) : areas[k]);
  const place = (i: number) => {
    let k = 0;
    for (; i >= areas[k]; k++) i -= areas[k];
    return { k, i };
  };
  return gaussianOf(
    areas.reduce((sum, area) => sum + area),
    (index) => {
      const { k, i } = place(index);
      const { data } = styles[k].image;
      return [data[i], data[areas[k] + i], data[2 * areas[k] + i]];
    },
    {
      weightAt: (index) => {
        const { k, i } = place(index);
        return styles[k].weight * (styles[k].mask?.data[i] ?? 1) / totals[k];
      },
    },
  );
}
