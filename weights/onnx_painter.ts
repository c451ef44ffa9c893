import type { ForeignPainter } from "../networks/foreign_painter.ts";
import { printable } from "./array_file.ts";
import { type OnnxValue, outlineOf } from "./readers/onnx.ts";

/** What network in ONNX is needed. */
export const onnxHint = "a network that takes and gives one picture is needed: float32 [1,3,H,W], fixed or of any size";

/** The sides of pictures that a network may be fixed to. */
const [leastSide, mostSide] = [16, 4096];

/**
 * A model in ONNX as a painter.
 *
 * @throws {RangeError} if it is damaged, or makes no picture of a picture.
 */
export function foreignPainter(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  levels?: ForeignPainter["levels"],
): ForeignPainter {
  const { inputs, outputs } = outlineOf(bytes);
  const [input, output] = [sole(inputs, "takes"), sole(outputs, "gives")];
  const [, , height, width] = input.shape;
  for (const side of [height, width]) {
    if (side !== undefined && (side < leastSide || side > mostSide)) {
      throw new RangeError(`it takes pictures of ${width ?? "any"}×${height ?? "any"} alone`);
    }
  }
  return { name, model: { bytes, input: input.name, output: output.name }, levels, width, height };
}

/** The only value that a model takes or gives: a picture. */
function sole(values: readonly OnnxValue[], verb: "takes" | "gives"): OnnxValue {
  const [value] = values;
  if (values.length !== 1) throw new RangeError(`it ${verb} ${values.length} tensors, not one picture`);
  const { name, type, shape } = value;
  // What a model gives may be left undescribed; running it shows.
  if (verb === "gives" && shape.length === 0 && type <= 1) return value;
  const [count = 1, channels = 3] = shape;
  if (type === 1 && shape.length === 4 && count === 1 && channels === 3) return value;
  const axes = shape.map((size) => size ?? "any").join(",");
  const kind = type === 1 ? "float32" : `data of type ${type}`;
  throw new RangeError(printable(`it ${verb} "${name}", ${kind} [${axes}], and no picture of float32 [1,3,H,W]`));
}
