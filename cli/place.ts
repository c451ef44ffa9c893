import { freePath } from "../session/numbered.ts";
import type { Call } from "./call.ts";
import { tell } from "./output.ts";

/** Where a file goes, so that none is lost: under a numbered name if there is one, unless it is to be replaced. */
export async function placeFor(path: string, on: Call["on"]): Promise<string> {
  const { isFile, size } = await Deno.stat(path).catch(() => ({ isFile: false, size: 0 }));
  // An empty one, as mktemp makes it, holds nothing to lose.
  if (!isFile || size === 0 || on.has("overwrite")) return path;
  const free = await freePath(path);
  if (!on.has("quiet")) tell(`${path} stays: this one becomes ${free}; --overwrite replaces it`);
  return free;
}
