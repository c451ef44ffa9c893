import { UserError } from "../base/errors.ts";
import type { Node } from "../graph/mod.ts";

/**
 * Builds a graph over an image.
 *
 * @param what The name of the image in the error.
 * @throws {UserError} if the image is too small, in place of a RangeError.
 */
export function explainTooSmall<T>(image: Node, what: string, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const [, , height, width] = image.shape;
    throw new UserError(`At ${width}×${height} pixels ${what} is too small for the layers that the preset names`, {
      hint:
        "take a larger picture or size (`decode.size`, `decode.styleScale`, `decode.scales`), a lower `loss-build.pyramid`, or earlier layers",
      cause: error,
    });
  }
}
