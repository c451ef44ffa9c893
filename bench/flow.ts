/**
 * Optical flow on pairs of frames whose motion is known, at 512×288: `deno run -A bench/flow.ts [--background FILE]
 * [--object FILE]`. A photograph turns, grows and waves behind a moving ellipse of another; grain is added, and to the third
 * pair light. For each way of seeking, one line a pair: CPU time of one flow (one thread), mean end-point error over the
 * pixels that both frames show and over all, forwards and backwards, and how well what is hidden is found.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { cpuUsage } from "node:process";
import { pathToFileURL } from "node:url";
import { consistency, type FlowOptions, opticalFlow } from "../video/flow/mod.ts";
import { loadPicture } from "../pictures/read_picture.ts";
import { endPointError, findings, type Motion, movedPair, type Texture } from "../tests/helpers/motion.ts";
import { median } from "./median.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: { background: { type: "string" }, object: { type: "string" } },
});

const example = (name: string) => new URL(`../examples/${name}`, import.meta.url);
const size = { width: 512, height: 288 };
const [background, object] = [
  await textureOf(values.background ? pathToFileURL(values.background) : example("harbour.jpg"), 40),
  await textureOf(values.object ? pathToFileURL(values.object) : example("valley.jpg"), 0),
];

const motion: Motion = { ...size, background, object, magnitude: 3, move: [7, -3] };
const pairs: Readonly<Record<string, Motion>> = {
  "small motion": motion,
  "large motion": { ...motion, magnitude: 9, move: [26, -11] },
  "6 % brighter": { ...motion, gain: 1.06 },
};
const ways: Readonly<Record<string, FlowOptions>> = {
  "patches to half size": { finest: 1 },
  "patches": {},
  "patches, TV-L1": { refinement: 3 },
};

console.log("| flow | pair | CPU, ms | error, px: forwards (all) | backwards (all) | hidden: precision, recall |");
console.log("|---|---|---|---|---|---|");
for (const [way, options] of Object.entries(ways)) {
  for (const [name, motion] of Object.entries(pairs)) {
    const { first, second, forward, backward, occluded, disoccluded } = movedPair(motion);
    const [forth, back] = [opticalFlow(first, second, options), opticalFlow(second, first, options)];
    const times = Array.from({ length: 9 }, () => {
      const start = cpuUsage();
      opticalFlow(first, second, options);
      const { user, system } = cpuUsage(start);
      return (user + system) / 1000;
    });
    const none = new Uint8Array(occluded.length);
    const errors = [[forth, forward, occluded], [back, backward, disoccluded]] as const;
    const shown = errors.map(([found, truth, hidden]) =>
      `${endPointError(found, truth, hidden).toFixed(2)} (${endPointError(found, truth, none).toFixed(2)})`
    );
    const { precision, recall } = findings(consistency(forth, back), disoccluded);
    const hidden = `${precision.toFixed(2)}, ${recall.toFixed(2)}`;
    console.log(`| ${way} | ${name} | ${median(times).toFixed(0)} | ${shown.join(" | ")} | ${hidden} |`);
  }
}

/** The brightness of a photograph, which shows the frame and a margin around it; bilinear between its pixels. */
async function textureOf(file: URL, margin: number): Promise<Texture> {
  const [width, height] = [size.width + 2 * margin, size.height + 2 * margin];
  const { data } = await (await loadPicture(file.href)).pixels({ width, height });
  const area = width * height;
  const grey = Float32Array.from(
    { length: area },
    (_, i) => 0.299 * data[i] + 0.587 * data[area + i] + 0.114 * data[2 * area + i],
  );
  return (x, y) => {
    const [placeX, placeY] = [
      Math.min(width - 1.001, Math.max(0, x + margin)),
      Math.min(height - 1.001, Math.max(0, y + margin)),
    ];
    const [left, top] = [Math.floor(placeX), Math.floor(placeY)];
    const [across, down] = [placeX - left, placeY - top];
    const at = top * width + left;
    const upper = grey[at] + across * (grey[at + 1] - grey[at]);
    const lower = grey[at + width] + across * (grey[at + width + 1] - grey[at + width]);
    return upper + down * (lower - upper);
  };
}
