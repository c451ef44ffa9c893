import { type ArrayFile, guarded, held } from "../array_file.ts";
import type { Tensor } from "../../graph/tensor.ts";
import { openSource } from "../source.ts";
import { type MatValue, readMat } from "./mat.ts";
import { lastAxisFastest } from "./strides.ts";

type Fields = ReadonlyMap<string, MatValue>;
type Numbers = MatValue & { kind: "numbers" };

/**
 * Opens a network that MatConvNet wrote: layers as a cell of structs, each found by its name, with `weights` {kernel,
 * bias} or the older `filters` and `biases`. Its arrays are named `conv1_1/kernel` [h, w, in, out] and `conv1_1/bias`,
 * and its mean pixel is the average image, at `meta.normalization` or, in older files, at `normalization`.
 *
 * @throws {UserError} if it cannot be read or is no such file.
 */
export function openMatConvNet(location: URL): Promise<ArrayFile> {
  return guarded(location, "a .mat file of MatConvNet, level 5, is needed; fetch it again", async () => {
    const source = await openSource(location);
    try {
      const variables = await readMat(source);
      const net = elementOf(variables.get("net")) ?? variables;
      const byPlace = layersOf(net).flatMap(arraysOf).sort(([, a], [, b]) => a.start - b.start);
      const arrays = new Map(byPlace);
      const normalization = elementOf(elementOf(net.get("meta"))?.get("normalization") ?? net.get("normalization"));
      return {
        shapes: new Map([...arrays].map(([name, { shape }]) => [name, shape])),
        metadata: {},
        mean: await meanOf(normalization?.get("averageImage")),
        async tensor(name) {
          const array = held(arrays, name);
          return inOrder(array.shape, await array.read());
        },
        [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
      };
    } catch (error) {
      await source[Symbol.asyncDispose]();
      throw error;
    }
  });
}

function layersOf(net: Fields): Fields[] {
  const layers = net.get("layers");
  if (layers?.kind !== "cell") throw new RangeError("it holds no layers of a network");
  return layers.items.flatMap((layer) => elementOf(layer) ?? []);
}

function arraysOf(layer: Fields): [string, Numbers][] {
  const name = layer.get("name");
  const type = layer.get("type");
  if (name?.kind !== "text" || (type?.kind === "text" && type.text !== "conv")) return [];
  const pair = layer.get("weights");
  const [kernel, bias] = pair?.kind === "cell" ? pair.items : [layer.get("filters"), layer.get("biases")];
  return [[`${name.text}/kernel`, kernel], [`${name.text}/bias`, bias]]
    .filter((entry): entry is [string, Numbers] => (entry[1] as MatValue | undefined)?.kind === "numbers");
}

/** The first element of a struct. */
function elementOf(value: MatValue | undefined): Fields | undefined {
  return value?.kind === "struct" ? value.elements[0] : undefined;
}

/** The mean pixel of an average image [1, 1, 3] or [h, w, 3]; undefined if it is none. */
async function meanOf(image: MatValue | undefined): Promise<readonly number[] | undefined> {
  if (image?.kind !== "numbers" || image.shape.at(-1) !== 3) return undefined;
  const values = await image.read();
  const area = values.length / 3;
  return [0, 1, 2].map((channel) => {
    const plane = values.subarray(channel * area, (channel + 1) * area);
    return plane.reduce((sum, value) => sum + value, 0) / area;
  });
}

/** An array whose last axis runs fastest. A bias with one long axis becomes a list. */
function inOrder(shape: readonly number[], data: Float32Array<ArrayBuffer>): Tensor {
  return shape.length <= 2 && Math.max(...shape) === data.length
    ? { shape: [data.length], data }
    : lastAxisFastest(shape, data);
}
