import { fastNeuralStyle, type FastNeuralStyleSize } from "../networks/fast_neural_style.ts";
import { checkedPainter } from "../networks/check_painter.ts";
import { kernelShapes, type Painter, rowLength } from "../networks/painter.ts";
import { sameShape, type Shape } from "../graph/ops.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type ArrayFile, held } from "./array_file.ts";

/** The convolution of the state dict that every such network ends with. */
const lastKernel = "deconv3.conv2d.weight";

/** Whether a state dict is that of a network of fast_neural_style. */
export function isFastNeuralStyle({ shapes }: Pick<ArrayFile, "shapes">): boolean {
  return prefixIn(shapes) !== undefined;
}

/**
 * A state dict of fast_neural_style as a painter with one row: convolutions lose the biases that their normalisation
 * takes out, and the statistics that older versions saved beside them count for nothing.
 *
 * @throws {RangeError} if arrays are missing, or have other shapes.
 */
export async function fastNeuralStylePainter(file: ArrayFile, name: string): Promise<Painter> {
  const prefix = prefixIn(file.shapes) ?? "";
  const size = sizeIn(file.shapes, prefix);
  const architecture = checkedPainter(fastNeuralStyle(size));
  const kernels = new Map<string, Tensor>();
  const row = new Float32Array(rowLength(architecture));
  let at = 0;
  const read = async (key: string, shape: Shape) => {
    const known = held(file.shapes, prefix + key);
    if (!sameShape(known, shape)) throw new RangeError(`its ${key} is [${known}], and [${shape}] is needed`);
    const tensor = await file.tensor(prefix + key);
    if (!tensor.data.every(Number.isFinite)) throw new RangeError(`its ${key} holds what is no number`);
    return tensor;
  };
  const into = async (key: string, count: number) => {
    row.set((await read(key, [count])).data, at);
    at += count;
  };
  const shapes = kernelShapes(architecture);
  for (const { name, channels } of architecture.steps) {
    const { convolution, normalisation } = keysOf(name);
    kernels.set(`${name}.weight`, await read(`${convolution}.conv2d.weight`, shapes.get(`${name}.weight`)!));
    await into(`${normalisation}.weight`, channels);
    await into(`${normalisation}.bias`, channels);
  }
  const last = `${architecture.last.name}.weight`;
  kernels.set(last, await read(lastKernel, shapes.get(last)!));
  await into("deconv3.conv2d.bias", 3);
  return { architecture, kernels, rows: [{ name, learnt: [], styleScale: 1, values: row }] };
}

/** What stands before every key, such as `module.`; undefined if it is another network. */
function prefixIn(shapes: ArrayFile["shapes"]): string | undefined {
  const prefix = [...shapes.keys()].find((key) => key.endsWith(lastKernel))?.slice(0, -lastKernel.length);
  return prefix !== undefined && shapes.has(`${prefix}in1.weight`) ? prefix : undefined;
}

function sizeIn(shapes: ArrayFile["shapes"], prefix: string): FastNeuralStyleSize {
  const channelsOf = (key: string) => held(shapes, `${prefix}${key}.conv2d.weight`)[0] ?? 0;
  let blocks = 0;
  while (shapes.has(`${prefix}res${blocks + 1}.conv1.conv2d.weight`)) blocks++;
  return { channels: [channelsOf("conv1"), channelsOf("conv2"), channelsOf("conv3")], blocks };
}

/** The keys of a step in the state dict. */
function keysOf(step: string): { readonly convolution: string; readonly normalisation: string } {
  const [, block, half] = /^res(\d+)([ab])$/.exec(step) ?? [];
  if (block) {
    const index = half === "a" ? 1 : 2;
    return { convolution: `res${block}.conv${index}`, normalisation: `res${block}.in${index}` };
  }
  const [convolution, normalisation] = {
    full: ["conv1", "in1"],
    half: ["conv2", "in2"],
    quarter: ["conv3", "in3"],
    half2: ["deconv1", "in4"],
    full2: ["deconv2", "in5"],
  }[step]!;
  return { convolution, normalisation };
}
