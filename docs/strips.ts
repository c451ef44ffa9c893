/** A strip of pictures that shows what one key of a preset changes. */
export interface Strip {
  /** The values of the key, from left to right. */
  readonly values: readonly unknown[];
  /** What else is set in all of them, so that the difference shows. */
  readonly beside?: Readonly<Record<string, unknown>>;
}

const layer = (name: string) => ({ [name]: 1 });
const painting = (name: string, weight: number) => ({ picture: `impasto:examples/${name}.jpg`, weight });

/** The strips, by the path of the key. */
export const strips: Readonly<Record<string, Strip>> = {
  "decode.content": { values: ["impasto:examples/harbour.jpg", "impasto:examples/valley.jpg"] },
  "decode.styles": {
    values: [[painting("monet", 1)], [painting("monet", 1), painting("ink", 1)], [painting("ink", 1)]],
  },
  "decode.start": { values: ["", "impasto:examples/monet.jpg"] },
  "decode.size": { values: [96, 144, 208] },
  "decode.styleScale": { values: [0.25, 1, 3] },
  "decode.scales": { values: [[], [104], [52, 104]] },
  "feature-extract.pooling": { values: ["average", "max"] },
  "feature-extract.padding": { values: ["zero", "replicate", "reflect"] },
  "loss-build.contentWeight": { values: [0, 0.5, 8] },
  "loss-build.styleWeight": { values: [0.005, 0.05, 5] },
  "loss-build.pyramid": { values: [0, 1, 2] },
  "loss-build.terms.*.layers": { values: [layer("conv1_1"), layer("conv2_1"), layer("conv3_1")] },
  "loss-build.terms.*.weight": { values: [0, 2e-5, 2e-3] },
  "loss-build.terms.*.power": { values: [1, 2], beside: { "loss-build.terms.smooth.weight": 2e-3 } },
  "optimise.optimiser": { values: ["lbfgs", "adam"] },
  "optimise.iterations": { values: [3, 10, 100] },
  "optimise.start.content": { values: [1, 0.5, 0], beside: { "optimise.start.noise": 1 } },
  "optimise.start.noise": { values: [0, 8, 32] },
  "optimise.seed": {
    values: [0, 1, 2],
    beside: { "optimise.start.content": 0, "optimise.start.noise": 1 },
  },
  "optimise.adam.learningRate": { values: [0.5, 2, 8], beside: { "optimise.optimiser": "adam" } },
};

/** The term that stands for any. */
const terms: Readonly<Record<string, string>> = { layers: "style", weight: "smooth", power: "smooth" };

/** The path that a strip sets: a term of the preset for the one of any name. */
export function pathOf(key: string): string {
  return key.replace("*", terms[key.split(".").at(-1)!]);
}

/** The file of a key's strip, seen from docs/. */
export function fileOf(key: string): string {
  return `pictures/${key.replace("*", "name")}.jpg`;
}
