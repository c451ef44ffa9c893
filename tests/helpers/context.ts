import type { ResolvedPreset } from "../../presets/preset.ts";
import type { Context, Progress } from "../../stages/stage.ts";
import { networks } from "../../weights/network.ts";

/** A context for a stage that is run by itself; it collects what the stage reports. */
export function contextFor(changes: Partial<Context> = {}): Context & { readonly reported: Progress[] } {
  const reported: Progress[] = [];
  return {
    network: networks["vgg19-mini"],
    weights: new URL("file:///weights/none.safetensors"),
    engine: () => Promise.reject(new Error("this test has no engine")),
    preset: presetNamed("test"),
    inputs: new Set(),
    share: (_, make) => make(),
    scale: { index: 0, count: 1 },
    report: (event) => void reported.push(event),
    giveUp: (error) => {
      throw error;
    },
    own: () => {},
    branch: () => Promise.resolve(),
    ...changes,
    reported,
  };
}

/** A preset of which only the name matters. */
export function presetNamed(name: string): ResolvedPreset {
  return {
    name,
    description: "",
    network: "vgg19-mini",
    weights: "",
    engine: "auto",
    threads: 1,
    memory: "",
    pipeline: [],
    sections: {},
  };
}
