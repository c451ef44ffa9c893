import type { PresetLayer } from "../mod.ts";

/** A strip of pictures that shows what one key of a preset changes. */
interface Strip {
  /** The values of the key, from left to right. */
  readonly values: readonly unknown[];
  /** Other settings of all pictures, which make the difference visible. */
  readonly beside?: Readonly<Record<string, unknown>>;
}

const layer = (name: string) => ({ [name]: 1 });
const painting = (name: string, weight: number) => ({ picture: `impasto:examples/${name}.jpg`, weight });
const vanGogh = { "decode.styles": [painting("van-gogh", 1)] };
const adam = { "optimise.optimiser": "adam" };
const fromNoise = { "optimise.start.content": 0, "optimise.start.noise": 1, "loss-build.contentWeight": 0 };

/** The strips, by the path of the key. */
export const strips: Readonly<Record<string, Strip>> = {
  "decode.content": { values: ["impasto:examples/harbour.jpg", "impasto:examples/valley.jpg"] },
  "decode.styles": {
    values: [[painting("monet", 1)], [painting("monet", 1), painting("ink", 1)], [painting("ink", 1)]],
  },
  "decode.styles.0.picture": { values: ["impasto:examples/monet.jpg", "impasto:examples/mosaic.jpg"] },
  "decode.styles.0.weight": {
    values: [0.25, 4],
    beside: { "decode.styles": [painting("monet", 1), painting("ink", 1)] },
  },
  "decode.styles.0.mask": { values: [undefined, "impasto:examples/harbour-sky.png"], beside: vanGogh },
  "decode.styles.0.pictureMask": { values: [undefined, "impasto:examples/harbour-sky.png"] },
  "decode.styleColours": { values: ["painting", "photograph"], beside: vanGogh },
  "decode.start": { values: ["", "impasto:examples/monet.jpg"] },
  "decode.size": { values: [96, 144, 208] },
  "decode.styleScale": { values: [0.25, 1, 3] },
  "decode.scales": { values: [[], [104], [52, 104]] },
  "decode.scales.start": { values: [26, 104] },
  "decode.scales.factor": { values: [1.4, 4], beside: { "decode.scales": { start: 32 } } },
  "mean-subtract.detail": {
    values: [0, 1],
    beside: { "decode.scales": [52, 104], "optimise.iterations": [40, 30, 8] },
  },
  "feature-extract.pooling": { values: ["average", "max", "l2"] },
  "feature-extract.rescale": { values: [false, true] },
  "feature-extract.padding": { values: ["zero", "replicate", "reflect", "replicate-first", "reflect-first"] },
  "loss-build.contentWeight": { values: [0, 0.5, 8] },
  "loss-build.styleWeight": { values: [0.005, 0.05, 5] },
  "loss-build.pyramid": { values: [0, 1, 2] },
  "loss-build.margin": { values: [0, 0.33, 1] },
  "loss-build.blend": {
    values: ["statistics", "losses"],
    beside: { "decode.styles": [painting("monet", 1), painting("mosaic", 1)] },
  },
  "loss-build.terms.*.loss": { values: ["gram", "mean-covariance", "wasserstein"] },
  "loss-build.terms.*.formula": { values: ["relative", "published"] },
  "loss-build.terms.*.layers": { values: [layer("conv1_1"), layer("conv2_1"), layer("conv3_1")] },
  "loss-build.terms.*.weight": { values: [0, 2e-5, 2e-3] },
  "loss-build.terms.*.power": { values: [1, 2], beside: { "loss-build.terms.smooth.weight": 2e-3 } },
  "optimise.optimiser": { values: ["lbfgs", "adam"] },
  "optimise.iterations": { values: [3, 10, 100] },
  "optimise.tolerance": { values: [0, 0.02, 0.2] },
  "optimise.start.content": { values: [1, 0.5, 0], beside: { "optimise.start.noise": 1 } },
  "optimise.start.noise": { values: [0, 8, 32] },
  "optimise.start.range": { values: [5, 20, 80], beside: fromNoise },
  "optimise.start.noiseOf": { values: ["range", "paintings"], beside: fromNoise },
  "optimise.start.painter": { values: [false, true], beside: { "optimise.iterations": 6 } },
  "optimise.seed": {
    values: [0, 1, 2],
    beside: { "optimise.start.content": 0, "optimise.start.noise": 1 },
  },
  "optimise.adam.learningRate": { values: [0.5, 2, 8], beside: adam },
  "optimise.adam.beta1": { values: [0, 0.9, 0.99], beside: adam },
  "optimise.adam.beta2": { values: [0.9, 0.999], beside: adam },
  "optimise.adam.epsilon": { values: [1e-8, 1e-2], beside: adam },
  "optimise.adam.averaging": { values: [0, 0.9], beside: adam },
  "optimise.adam.lastRate": { values: [1, 0.03], beside: { ...adam, "optimise.adam.learningRate": 8 } },
  "optimise.lbfgs.history": { values: [1, 10] },
  "optimise.lbfgs.preconditioner": { values: ["bands", "none"] },
  "deprocess.strength": { values: [0.3, 0.65, 1], beside: vanGogh },
  "repaint.styles": {
    values: [{ monet: 1 }, { monet: 1, mosaic: 1 }, { mosaic: 1 }],
    beside: { method: "painter" },
  },
  "deprocess.colours": { values: ["painting", "photograph"], beside: vanGogh },
};

/** The term of the presets that stands for `*` in the path of each option. */
const terms: Readonly<Record<string, string>> = {
  loss: "style",
  formula: "style",
  layers: "style",
  weight: "smooth",
  power: "smooth",
};

/** The layers that set a strip's key to one value, and what stands beside it; undefined leaves the key out. */
export function layersFor(key: string, value: unknown): PresetLayer[] {
  const own = value === undefined ? {} : { [key.replace("*", terms[key.split(".").at(-1)!])]: value };
  return Object.entries({ ...strips[key].beside, ...own }).map(([path, value]) => ({
    source: key,
    json: path.split(".").reduceRight((inner: unknown, part) => ({ [part]: inner }), value) as PresetLayer["json"],
    base: new URL(import.meta.url),
    deep: /\.\d+\./.test(path),
    override: true,
  }));
}

/** The file of a key's strip, seen from docs/. */
export function fileOf(key: string): string {
  return `pictures/${key.replace("*", "name")}.jpg`;
}
