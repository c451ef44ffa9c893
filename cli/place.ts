import { freePath } from "../session/numbered.ts";
import type { Call } from "./call.ts";
import { tell } from "./output.ts";

/** Where a file goes, so that none is lost: under a numbered name if there is one, unless it is to be replaced. */
export async function placeFor(path: string, on: Call["on"]): Promise<string> {
  const { isFile } = await Deno.stat(path).catch(() => ({ isFile: false }));
  if (!isFile || on.has("overwrite")) return path;
  const free = await freePath(path);
  if (!on.has("quiet")) tell(`${path} stays: this one becomes ${free}; --overwrite replaces it`);
  return free;
}
