import { messageOf, UserError } from "../../base/errors.ts";
import type { Coder } from "./coder.ts";
import { systemsFfmpeg } from "./ffmpeg.ts";
import { hasFfmpeg, withoutFfmpeg } from "./ffmpeg_process.ts";
import { coderOf } from "./node_av.ts";
import { nodeAv, variable } from "./node_av_package.ts";

/** Gives what decodes and encodes films; it is looked for when it is first asked for. */
export type FindCoder = () => Promise<Coder>;

/**
 * Looks for the system's ffmpeg, and fetches node-av where there is none.
 *
 * @param remark Told that node-av takes its place.
 * @throws {UserError} if Deno allows neither of them, or neither is to be had.
 */
export function coderFinder(remark: (message: string) => void): FindCoder {
  let found: Promise<Coder> | undefined;
  const find = async () => {
    if (await hasFfmpeg()) return systemsFfmpeg;
    await checkAllowed();
    remark("there is no ffmpeg: node-av takes its place, and is fetched the first time (215 MB)");
    try {
      return coderOf(await nodeAv());
    } catch (error) {
      throw withoutFfmpeg(messageOf(error), error);
    }
  };
  return () => found ??= find();
}

/**
 * Makes sure that ffmpeg may be run, or what takes its place where it is missing.
 *
 * @throws {UserError} if Deno forbids both: the hint says what to write.
 */
export async function checkAllowed(): Promise<void> {
  const asked = [{ name: "run", command: "ffmpeg" }, { name: "env", variable }] as const;
  const states = await Promise.all(asked.map((descriptor) => Deno.permissions.query(descriptor)));
  if (states.some(({ state }) => state === "granted")) return;
  throw new UserError("Cannot paint a film: Deno does not let it run ffmpeg, which reads and writes its pictures", {
    hint: "write deno run -P=film in the place of deno run -P, or add --allow-run=ffmpeg",
    code: "ffmpeg-missing",
    exitCode: 2,
  });
}
