/**
 * Painters as models in ONNX, for whatever runs them elsewhere: any height and width, RGB of 0..255 in and out.
 *
 * @module
 */
import * as onnx from "../engines/onnx/writer.ts";
import { fineSide, grainParts, grainPeriod } from "../networks/grain.ts";
import { type Painter, type PainterStep, strideOf, takesAnySize } from "../networks/painter.ts";

/** Operator set of the models. */
const opset = 17;

/** A style to write: a row, or a mixture of rows. */
export interface WritableStyle {
  readonly name: string;
  readonly values: Float32Array;
}

/** A painter as a model. */
export interface PainterModel {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** How its kernels are stored; it computes in float32. */
  readonly stored: "float16" | "float32";
}

/**
 * A painter as a model in ONNX. It takes `photograph` and gives `picture`, [1, 3, height, width], RGB of 0..255. With
 * several styles it also takes `style` [styles]: the share of each. Their names are in its metadata, as JSON.
 *
 * Numbers that float16 holds exactly, as it does those of painters that Impasto has trained, are stored so.
 */
export function painterModel(
  { architecture, kernels }: Pick<Painter, "architecture" | "kernels">,
  styles: readonly WritableStyle[],
): PainterModel {
  const { range, offset = range, epsilon, grain, doubling = "nearest", steps, last } = architecture;
  const nodes: onnx.Chunk[][] = [];
  const initializers = new Map<string, onnx.Chunk[]>();
  const emit = (
    type: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, onnx.AttributeValue>> = {},
    output = `${type.toLowerCase()}_${nodes.length}`,
  ) => {
    nodes.push(onnx.node(type, inputs, output, attributes));
    return output;
  };
  const keep = (name: string, shape: readonly number[], data: onnx.TensorData) => {
    initializers.set(name, onnx.tensor(name, shape, data));
    return name;
  };
  const integers = (values: readonly number[]) =>
    keep(`integers_${values.join("_")}`, [values.length], BigInt64Array.from(values, BigInt));
  const float = (value: number) => keep(`float_${value}`, [], Float32Array.of(value));
  let stored: PainterModel["stored"] = "float16";
  const floats = (name: string, shape: readonly number[], data: Float32Array) => {
    const halves = new Float16Array(data);
    if (!halves.every((half, i) => half === data[i])) {
      if (kernels.has(name)) stored = "float32";
      return keep(name, shape, data);
    }
    // Cast to 1, which is FLOAT.
    return emit("Cast", [keep(`${name}_half`, shape, halves)], { to: 1 }, name);
  };

  /** Numbers of the row from a place on. */
  const [{ values: only }] = styles;
  const mixedRow = styles.length === 1 ? undefined : emit("MatMul", [
    emit("Div", ["style", emit("ReduceSum", ["style"], { keepdims: 1 })]),
    floats("rows", [styles.length, only.length], Float32Array.from(styles.flatMap(({ values }) => [...values]))),
  ]);
  let place = 0;
  const ofRow = (name: string, count: number) => {
    const from = place;
    place += count;
    if (!mixedRow) return floats(name, [count], only.slice(from, place));
    return emit("Slice", [mixedRow, integers([from]), integers([place]), integers([0])]);
  };

  const size = emit("Shape", ["photograph"], { start: 2 });
  const stride = strideOf(architecture);
  let x = "photograph";
  if (!takesAnySize(architecture)) {
    // Mirrored on the right and below up to the next multiple.
    const left = emit("Mod", [
      emit("Sub", [integers([stride]), emit("Mod", [size, integers([stride])])]),
      integers([stride]),
    ]);
    x = emit("Pad", [x, emit("Concat", [integers([0, 0, 0, 0, 0, 0]), left], { axis: 0 })], { mode: "reflect" });
  }
  if (grain) {
    const { fine, coarse } = grainParts();
    const tile = floats("grain", [1, 1, fineSide, fineSide], fine);
    const repeated = (x: string, counts: string) =>
      emit("Tile", [x, emit("Concat", [integers([1, 1]), counts], { axis: 0 })]);
    const cut = (x: string, sides: string) => emit("Slice", [x, integers([0, 0]), sides, integers([2, 3])]);
    const sheet = coarse.map(({ apart, count, points }) => {
      // Its first row and column stand behind the last ones, too.
      const wrapped = Float32Array.from({ length: (count + 1) ** 2 }, (_, i) => {
        const [row, column] = [Math.floor(i / (count + 1)) % count, i % (count + 1) % count];
        return points[row * count + column];
      });
      const grid = floats(`grain_${apart}`, [1, 1, count + 1, count + 1], wrapped);
      const mixed = emit("Resize", [grid, "", keep(`times_${apart}`, [4], Float32Array.of(1, 1, apart, apart))], {
        mode: "linear",
        coordinate_transformation_mode: "asymmetric",
      });
      return cut(mixed, integers([grainPeriod, grainPeriod]));
    }).reduce(
      (a, b) => emit("Add", [a, b]),
      repeated(tile, integers([grainPeriod / fineSide, grainPeriod / fineSide])),
    );
    const sides = emit("Shape", [x], { start: 2 });
    const period = integers([grainPeriod]);
    const counts = emit("Div", [emit("Add", [sides, integers([grainPeriod - 1])]), period]);
    x = emit("Add", [x, cut(repeated(sheet, counts), sides)]);
  }
  if (offset !== 0) x = emit("Sub", [x, float(offset)]);
  if (range !== 1) x = emit("Div", [x, float(range)]);

  const convolved = (
    x: string,
    { name, kernel, stride = 1, first }: Omit<PainterStep, "channels">,
    bias: readonly string[],
  ) => {
    const { shape, data } = kernels.get(`${name}.weight`)!;
    const border = (kernel - 1) / 2;
    const padded = border === 0 ? x : emit("Pad", [x, integers([0, 0, border, border, 0, 0, border, border])], {
      // As convolvedDoubled does; of repeated values that is the mirrored picture, too.
      mode: first === "double" && kernel === 3 ? "edge" : "reflect",
    });
    const weight = floats(`${name}.weight`, shape, data);
    return emit("Conv", [padded, weight, ...bias], { kernel_shape: [kernel, kernel], strides: [stride, stride] });
  };
  const sized = (x: string, how?: "halve" | "double") =>
    how === "halve"
      ? emit("AveragePool", [x], { kernel_shape: [2, 2], strides: [2, 2] })
      : how === "double"
      ? emit("Resize", [x, "", keep("twice", [4], Float32Array.of(1, 1, 2, 2))], {
        mode: doubling,
        coordinate_transformation_mode: doubling === "nearest" ? "asymmetric" : "half_pixel",
        nearest_mode: "floor",
      })
      : x;
  const done = new Map<string, string>();
  for (const step of steps) {
    const [scale, shift] = [ofRow(`${step.name}.scale`, step.channels), ofRow(`${step.name}.shift`, step.channels)];
    const values = convolved(sized(x, step.first), step, []);
    const normalised = emit("InstanceNormalization", [values, scale, shift], { epsilon: { float: epsilon } });
    const grown = sized(normalised, step.then);
    const whole = step.plus ? emit("Add", [grown, done.get(step.plus)!]) : grown;
    x = step.linear ? whole : emit("Relu", [whole]);
    done.set(step.name, x);
  }
  x = convolved(x, last, [ofRow(`${last.name}.bias`, 3)]);
  if (range !== 1) x = emit("Mul", [x, float(range)]);
  if (offset !== 0) x = emit("Add", [x, float(offset)]);
  if (stride > 1) x = emit("Slice", [x, integers([0, 0]), size, integers([2, 3])]);
  emit("Clip", [x, float(0), float(255)], {}, "picture");

  const picture = [1, 3, "height", "width"];
  const bytes = onnx.model(opset, {
    nodes,
    initializers: [...initializers.values()],
    inputs: [
      onnx.value("photograph", picture),
      ...styles.length > 1 ? [onnx.value("style", [styles.length])] : [],
    ],
    outputs: [onnx.value("picture", picture)],
    metadata: { painter: architecture.name, styles: JSON.stringify(styles.map(({ name }) => name)) },
  });
  return { bytes, stored };
}
