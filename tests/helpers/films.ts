import type { FinishedPicture } from "../../pictures/picture.ts";
import type { Pictures } from "../../pictures/scene.ts";
import type { Stage } from "../../chain/stage.ts";
import type { Preset } from "../../mod.ts";
import { type TemporaryFolder, temporaryFolder } from "./folders.ts";

/** Why tests of films are skipped; empty if they are not. */
export const noFfmpeg = await run("ffmpeg", ["-version"]).then(({ code }) => code === 0, () => false)
  ? ""
  : " (skipped: there is no ffmpeg here)";

/** Runs a program. */
async function run(program: string, args: readonly string[]) {
  const { code, stdout, stderr } = await new Deno.Command(program, { args: [...args], stdin: "null" }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

/** Runs ffmpeg; throws what it says if it fails. */
export async function ffmpeg(...args: readonly string[]): Promise<string> {
  const { code, out, err } = await run("ffmpeg", ["-v", "error", "-y", "-nostdin", ...args]);
  if (code !== 0) throw new Error(err);
  return out;
}

/** Arguments for a moving picture of one and a half seconds at a rate, 48×32. */
export const moving = (rate = "20") => ["-f", "lavfi", "-i", `testsrc=size=48x32:rate=${rate}:duration=1.5`];

/** Arguments for a sound of as many seconds. */
export const sounding = ["-f", "lavfi", "-i", "sine=440:duration=1.5", "-c:a", "aac"];

/** Arguments for H.264. */
export const h264 = ["-c:v", "libx264", "-pix_fmt", "yuv420p"];

/** When each frame of a film is shown, in ffprobe's words. */
export async function timesOf(path: string): Promise<number[]> {
  const asked = ["-select_streams", "v:0", "-show_entries", "packet=pts_time", "-of", "csv=p=0"];
  const { out } = await run("ffprobe", ["-v", "error", ...asked, path]);
  return out.trim().split("\n").map((line) => Number.parseFloat(line)).sort((a, b) => a - b);
}

/** What ffprobe says of a film's pictures. */
export async function streamOf(path: string): Promise<Record<string, string | number>> {
  const { out } = await run("ffprobe", ["-v", "error", "-select_streams", "v:0", "-show_streams", "-of", "json", path]);
  return JSON.parse(out).streams[0];
}

/** MD5 of the packets of the sound as they are. */
export async function soundOf(path: string): Promise<string> {
  return await ffmpeg("-i", path, "-map", "0:a", "-c", "copy", "-f", "md5", "-");
}

/** A stage that gives the negative in the place of a painting: it needs no network. */
export const negative: Stage<Pictures, FinishedPicture, Record<never, never>> = {
  name: "negative",
  description: "for tests",
  takes: "pictures",
  gives: "picture",
  takesLast: "scale",
  options: {},
  create: () => async ({ content, alpha, name, frame }) => ({
    ...content,
    data: content.data.map((level) => 255 - level),
    alpha,
    name,
    frame,
  }),
};

/** A preset that paints negatives. */
export const negatives: Preset = {
  name: "negatives",
  pipeline: ["decode", negative],
  decode: { styles: [{ picture: new URL("../../examples/monet.jpg", import.meta.url).href }] },
};

/** A folder with a film of 30 frames and sound. */
export async function filmStudio(): Promise<TemporaryFolder> {
  const folder = await temporaryFolder();
  await ffmpeg(...moving(), ...sounding, ...h264, folder.at("film.mp4"));
  return folder;
}
