import { freePath } from "../session/numbered.ts";
import { keepOtherKinds } from "../weights/keep_other_kinds.ts";
import type { Call } from "./call.ts";
import { tell } from "./output.ts";

/**
 * Where a painter or a model goes, so that none is lost: under a numbered name if there is one, unless it is to be
 * replaced.
 *
 * @param wayOut How another place is named.
 * @throws {UserError} if the place is a picture's by its ending, or has a file of another kind.
 */
export async function placeFor(
  path: string,
  kind: Parameters<typeof keepOtherKinds>[1],
  wayOut: string,
  on: Call["on"],
): Promise<string> {
  await keepOtherKinds(path, kind, wayOut);
  const { isFile } = await Deno.stat(path).catch(() => ({ isFile: false }));
  const free = !isFile || on.has("overwrite") ? path : await freePath(path);
  if (free !== path && !on.has("quiet")) tell(`${path} stays: this one becomes ${free}; --overwrite replaces it`);
  return free;
}
