/**
 * Films where there is no ffmpeg: node-av, which takes its place, in a process whose PATH holds nothing.
 *
 * @module
 */
import assert from "node:assert/strict";
import type * as nodeAv from "npm:node-av@6.1.1";
import type { NodeAv } from "../../video/coding/node_av_package.ts";
import { ffmpeg, filmStudio, noFfmpeg, soundOf, streamOf, timesOf } from "../helpers/films.ts";
import { inRoot } from "../helpers/shared.ts";

/** What is described of the package is what it has. Its encoders have types of their own: the test runs one. */
export const described = (all: typeof nodeAv): Omit<NodeAv, "Decoder" | "Encoder" | "Muxer"> => all;

/** Runs the command where there is no ffmpeg, with the permissions that it declares. */
async function withoutFfmpeg(...args: readonly string[]) {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-P=film", "--no-check", inRoot("cli.ts"), "film", ...args, "--preset", "monet", "--fast"],
    env: { PATH: "", NO_COLOR: "1" },
    stdin: "null",
  }).output();
  return { code, said: new TextDecoder().decode(stderr) };
}

Deno.test({
  name: "a film is read and written where there is no ffmpeg" + noFfmpeg,
  ignore: noFfmpeg !== "",
  async fn() {
    await using folder = await filmStudio();
    const [content, output] = [folder.at("film.mp4"), folder.at("out.mp4")];
    const turned = folder.at("turned.mp4");
    await ffmpeg("-i", content, "-c", "copy", "-metadata:s:v", "rotate=90", turned);
    const { code, said } = await withoutFfmpeg(turned, output, "--from", "0:1");
    assert.equal(code, 0, said);
    assert.match(said, /there is no ffmpeg: node-av takes its place/);
    const { codec_name, width, height, color_space } = await streamOf(output);
    assert.deepEqual([codec_name, width, height, color_space], ["h264", 32, 48, "bt709"]);
    assert.deepEqual(await timesOf(output), (await timesOf(content)).slice(0, 10));
    assert.notEqual(await soundOf(output), "");
  },
});
