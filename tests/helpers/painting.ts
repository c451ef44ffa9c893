import type { Preset } from "../../mod.ts";
import { landscape, strokes } from "./pictures.ts";
import { type TemporaryFolder, temporaryFolder } from "./folders.ts";

/** A preset of the tests' own, which stays as it is whatever becomes of those that ship. */
export const recipe = {
  "loss-build": {
    styleWeight: 10,
    terms: {
      content: { loss: "content", layers: { conv3_4: 1 } },
      style: { loss: "gram", layers: { conv1_1: 1, conv2_1: 1, conv3_1: 1 } },
    },
  },
} as const;

/** A folder with a preset, a photograph of 60×40 pixels and a painting of 50×50. */
export async function studio(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  await folder.write("recipe.json", JSON.stringify(recipe));
  await landscape(60, 40).png().toFile(folder.at("photo.png"));
  await strokes(50, 50).png().toFile(folder.at("painting.png"));
  return folder;
}

/** What {@linkcode studio} holds. */
export const tools: readonly string[] = ["painting.png", "photo.png", "recipe.json"];

/** Arguments of a run that takes a second: one engine, and one thread, as several would stall on a busy machine. */
export const quick: readonly string[] = quickOf("photo.png");

/** The same of another photograph. */
export function quickOf(content: string): string[] {
  return [
    ...["--preset", "recipe.json", "--content", content, "--style", "painting.png", "--output", "out.png"],
    ...[
      "--size",
      "48",
      "--enlarge",
      "--set",
      "decode.scales=[]",
      "--iterations",
      "3",
      "--threads",
      "1",
      "--engine",
      "onnx-cpu",
    ],
  ];
}

/** A preset over another, of a folder's pictures at two small scales; `more` wins over both. */
export function small(folder: Pick<TemporaryFolder, "at">, base: Preset, more: Preset = {}): Preset {
  return {
    ...base,
    engine: "onnx-cpu",
    threads: 1,
    ...more,
    decode: {
      content: folder.at("photo.png"),
      styles: [{ picture: folder.at("painting.png") }],
      size: 48,
      scales: [32],
      ...more.decode,
    },
    optimise: { ...base.optimise, ...more.optimise },
    encode: { output: folder.at("out.png"), ...more.encode },
  };
}
