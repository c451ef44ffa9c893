import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import type { Json } from "../../base/json.ts";
import { loadPreset } from "../../presets/load.ts";
import { openSession, type Session, stylise } from "../../session/session.ts";
import { clearError } from "../helpers/errors.ts";
import type { TemporaryFolder } from "../helpers/folders.ts";
import { recipe, studio } from "../helpers/painting.ts";
import { landscape, painted, stored, strokes } from "../helpers/pictures.ts";

const { content, style } = recipe["loss-build"].terms;
const terms = (more: Json) => ({ "loss-build": { terms: more } });
const painting = { picture: "painting.png" };

/** What each option does to the recipe; each must give another picture than the recipe, and than all others. */
const changes: Readonly<Record<string, Json>> = {
  "two paintings": { decode: { styles: [painting, { picture: "other.png" }] } },
  "their weights": { decode: { styles: [painting, { picture: "other.png", weight: 3 }] } },
  "blend": {
    decode: { styles: [painting, { picture: "other.png" }] },
    ...terms({ style: { ...style, loss: "wasserstein" } }),
  },
  "blend losses": {
    decode: { styles: [painting, { picture: "other.png" }] },
    "loss-build": { blend: "losses", terms: { style: { ...style, loss: "wasserstein" } } },
  },
  "mask": { decode: { styles: [{ ...painting, mask: "left.png" }] } },
  "a mask and the rest": { decode: { styles: [{ ...painting, mask: "left.png" }, { picture: "other.png" }] } },
  "pictureMask": { decode: { styles: [{ ...painting, pictureMask: "left.png" }] } },
  "styleColours": { decode: { styleColours: "photograph" } },
  "styleScale": { decode: { styleScale: 0.5 } },
  "start picture": { decode: { start: "other.png" } },
  "scales": { decode: { scales: [24] } },
  "pooling max": { "feature-extract": { pooling: "max" } },
  "pooling l2": { "feature-extract": { pooling: "l2" } },
  "rescale": { "feature-extract": { rescale: true } },
  "padding replicate": { "feature-extract": { padding: "replicate" } },
  "padding reflect": { "feature-extract": { padding: "reflect" } },
  "padding replicate-first": { "feature-extract": { padding: "replicate-first" } },
  "padding reflect-first": { "feature-extract": { padding: "reflect-first" } },
  "contentWeight": { "loss-build": { contentWeight: 20 } },
  "styleWeight": { "loss-build": { styleWeight: 1 } },
  "pyramid": { "loss-build": { pyramid: 1 } },
  "margin": { "loss-build": { margin: 1 } },
  "mean-covariance": terms({ style: { ...style, loss: "mean-covariance" } }),
  "wasserstein": terms({ style: { ...style, loss: "wasserstein" } }),
  "formula": terms({ style: { ...style, formula: "published" } }),
  "layers": terms({ style: { ...style, layers: { conv1_1: 1 } } }),
  "two content layers": terms({ content: { ...content, layers: { conv1_1: 1, conv3_4: 1 } } }),
  "their layer weights": terms({ content: { ...content, layers: { conv1_1: 3, conv3_4: 1 } } }),
  "total variation": terms({ smooth: { loss: "total-variation", weight: 0.1 } }),
  "its power": terms({ smooth: { loss: "total-variation", weight: 0.1, power: 1 } }),
  "range": terms({ within: { loss: "range", weight: 1 } }),
  "less of the content": { optimise: { start: { content: 0.5 } } },
  "less noise": { optimise: { start: { noise: 0.1 } } },
  "its range": { optimise: { start: { range: 5 } } },
  "its colours": { optimise: { start: { noiseOf: "paintings" } } },
  "its seed": { optimise: { seed: 1 } },
  "optimiser": { optimise: { optimiser: "adam" } },
  "iterations": { optimise: { iterations: 3 } },
  // Two steps are the start and one down the gradient: only then there is something to guess from.
  "preconditioner": { optimise: { iterations: 3, lbfgs: { preconditioner: "none" } } },
  "colours": { deprocess: { colours: "photograph" } },
};

async function paint(folder: TemporaryFolder, json: Json, session: Pick<Session, "stylise"> = { stylise }) {
  const base = folder.url("./");
  const common = {
    threads: 1,
    decode: { content: "photo.png", styles: [painting], size: 40, scales: [] },
    // At the photograph itself the content has no gradient.
    optimise: { iterations: 2, start: { noise: 0.5 } },
    encode: { output: folder.at("out.png") },
  };
  const layers = [common, json].map((json) => ({ source: "test", base, json }));
  await session.stylise(await loadPreset(folder.at("recipe.json"), layers), { write: true });
  return (await stored(folder.at("out.png"))).data.toString("base64");
}

Deno.test("every option gives a picture of its own", async (t) => {
  await using folder = await studio();
  await strokes(50, 40).rotate(90).negate().png().toFile(folder.at("other.png"));
  await painted(40, 40, (x) => x < 20 ? [255, 255, 255] : [0, 0, 0]).png().toFile(folder.at("left.png"));
  const seen = new Map([[await paint(folder, {}), "the recipe"]]);
  assert.equal(seen.get(await paint(folder, {})), "the recipe", "a picture that is painted again is the same");
  for (const [name, json] of Object.entries(changes)) {
    await t.step(name, async () => {
      const picture = await paint(folder, json);
      assert.equal(seen.get(picture), undefined, `the picture is that of ${seen.get(picture)}`);
      seen.set(picture, name);
    });
  }
});

/** A picture's pixels as numbers. */
const levelsOf = (picture: string) => [...Buffer.from(picture, "base64")];

/** The mean distance of two pictures, or of what lies in the left half of them. */
function distance(a: readonly number[], b: readonly number[], counts: (column: number) => boolean = () => true) {
  const chosen = a.map((level, i) => counts(Math.floor(i / 3) % 40) ? [Math.abs(level - b[i])] : []).flat();
  return chosen.reduce((sum, each) => sum + each, 0) / chosen.length;
}

/** The mean difference of neighbours along the rows. */
const roughness = (levels: readonly number[]) =>
  distance(levels.slice(3), levels.slice(0, -3), (column) => column < 39);

Deno.test("options change the picture in the way that they say", async () => {
  await using folder = await studio();
  await painted(50, 50, (x, y) => (x + y) % 2 ? [255, 60, 0] : [200, 0, 30]).png().toFile(folder.at("painting.png"));
  await painted(40, 40, (x) => x < 20 ? [255, 255, 255] : [0, 0, 0]).png().toFile(folder.at("left.png"));
  const of = async (...changes: Json[]) => levelsOf(await paint(folder, Object.assign({}, ...changes)));
  const photograph = await of({ "loss-build": { styleWeight: 0 }, optimise: { start: { noise: 0 } } });
  const quiet = { optimise: { iterations: 12, start: { noise: 0 } } };
  const recipe = await of(quiet);
  const away = (levels: readonly number[], counts?: (column: number) => boolean) =>
    distance(levels, photograph, counts);

  const faithful = await of(quiet, { "loss-build": { contentWeight: 1000 } });
  assert(away(faithful) < 0.7 * away(recipe), "contentWeight");
  const faint = await of(quiet, { "loss-build": { styleWeight: 0.01 } });
  assert(away(faint) < 0.7 * away(recipe), "styleWeight");
  const smooth = await of(quiet, terms({ smooth: { loss: "total-variation", weight: 10 } }));
  assert(roughness(smooth) < 0.8 * roughness(recipe), "total-variation");
  const [left, right] = [(column: number) => column < 16, (column: number) => column >= 24];
  const masked = await of(quiet, changes.mask);
  assert(away(masked, right) < 0.5 * away(recipe, right), "mask: where no style is the photograph stays");
  assert(away(masked, left) > 0.5 * away(recipe, left), "mask: where it is the picture changes");
  // The painting is red, and the photograph is not.
  const redness = (levels: readonly number[]) =>
    levels.reduce((sum, level, i) => sum + (i % 3 === 0 ? level : -level / 2), 0) / levels.length;
  assert(redness(recipe) > redness(photograph) + 3, "the style's colours");
  for (const json of [changes.styleColours, changes.colours]) {
    assert(Math.abs(redness(await of(quiet, json)) - redness(photograph)) < 3, Object.keys(json)[0]);
  }
  const noisy = await of({ optimise: { iterations: 1, start: { noise: 1, range: 60 } } });
  const lessNoisy = await of({ optimise: { iterations: 1, start: { noise: 1, range: 20 } } });
  assert(away(noisy) > 2 * away(lessNoisy), "range");
});

const extremes: Readonly<Record<string, Json>> = {
  "a style weight of 1e12": { "loss-build": { styleWeight: 1e12 } },
  "a content weight of 1e12": { "loss-build": { contentWeight: 1e12 } },
  "a mask of one pixel": { decode: { styles: [{ ...painting, mask: "dot.png" }] } },
  "a grey painting": { decode: { styles: [{ picture: "grey.png" }] } },
  "a grey painting in the photograph's colours": {
    decode: { styles: [{ picture: "grey.png" }], styleColours: "photograph" },
    ...terms({ style: { ...style, loss: "wasserstein" } }),
  },
  "a painting of one colour": {
    decode: { styles: [{ picture: "flat.png" }] },
    ...terms({ style: { ...style, loss: "wasserstein" } }),
  },
  "a photograph of one colour": { decode: { content: "flat.png" } },
  "a photograph of 16×16 pixels": { decode: { content: "small.png", size: 16 } },
};

Deno.test("extreme settings give a picture that is neither black nor white", async (t) => {
  await using folder = await studio();
  await strokes(50, 50).greyscale().png().toFile(folder.at("grey.png"));
  await painted(50, 40, () => [200, 30, 40]).png().toFile(folder.at("flat.png"));
  await painted(60, 40, (x, y) => x === 31 && y === 17 ? [255] : [0]).png().toFile(folder.at("dot.png"));
  await landscape(16, 16).png().toFile(folder.at("small.png"));
  for (const [name, json] of Object.entries(extremes)) {
    await t.step(name, async () => {
      const levels = Buffer.from(await paint(folder, json), "base64");
      const mean = levels.reduce((sum, level) => sum + level, 0) / levels.length;
      assert.ok(mean > 30 && mean < 225, `its mean is ${mean}`);
    });
  }
});

Deno.test("a panorama one pixel high is one clear error", async () => {
  await using folder = await studio();
  await landscape(4000, 1).png().toFile(folder.at("line.png"));
  const error = await clearError(() => paint(folder, { decode: { content: "line.png", size: 512 } }));
  assert.match(error.message, /^At 512×1 pixels the photograph is too small for the layers that the preset names$/);
});

Deno.test("each scale compares styles at the sizes that its own pyramid asks for, as far as the picture allows", async () => {
  await using folder = await studio();
  await using session = openSession();
  const halvings = async (size: number, scales: number[], pyramid: number | number[]) => {
    const json = {
      decode: { content: "photo.png", styles: [painting], size, enlarge: true, scales },
      "loss-build": { pyramid },
    };
    const layers = [json, { optimise: { iterations: 1 } }].map((json) => ({
      source: "test",
      base: folder.url("./"),
      json,
    }));
    const { report } = await session.stylise(await loadPreset(folder.at("recipe.json"), layers));
    return report.scales.map(({ terms }) => Object.keys(terms).filter((name) => name.includes("conv1_1")));
  };
  const at = (...factors: number[]) => factors.map((factor) => `style/conv1_1${factor === 1 ? "" : `@1/${factor}`}`);
  assert.deepEqual(await halvings(96, [48, 72], [1, 0]), [at(1, 2), at(1), at(1)]);
  assert.deepEqual(await halvings(96, [28], 2), [at(1, 2), at(1, 2, 4)]);
});

Deno.test("runs of one session share no statistics of a painting that is looked at in another way", async (t) => {
  await using folder = await studio();
  await painted(40, 40, (x) => x < 20 ? [255, 255, 255] : [0, 0, 0]).png().toFile(folder.at("left.png"));
  await using session = openSession();
  const { layers, pyramid, pictureMask, "pooling max": pooling, "padding reflect": padding } = changes;
  // Fewer layers come first: what is seen at more would serve them.
  const runs: Readonly<Record<string, Json>> = { layers, recipe: {}, pyramid, pictureMask, pooling, padding };
  for (const [name, json] of Object.entries(runs)) {
    await t.step(name, async () => {
      assert.equal(await paint(folder, json, session), await paint(folder, json));
    });
  }
});
