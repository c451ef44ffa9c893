import { UserError } from "../base/errors.ts";
import type { Node } from "../graph/mod.ts";

/** Says of an image that is too small for a graph which one it is. */
export function explainTooSmall<T>(image: Node, what: string, build: () => T): T {
  try {
    return build();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const [, , height, width] = image.shape;
    throw new UserError(`At ${width}×${height} pixels ${what} is too small for the layers that the preset names`, {
      hint:
        "take a larger picture or size (--size, --style-scale, decode.scales), a lower --pyramid, or earlier layers",
      cause: error,
    });
  }
}
