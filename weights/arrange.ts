import { sameShape } from "../graph/ops.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type Network, parameterShapes } from "../networks/network.ts";

/** A convention by which files name and store the arrays of a network. */
interface Scheme {
  /** What an array holds; undefined if it belongs to no convolution. */
  partOf(array: string, network: Network): Part | undefined;
  /** The order of a kernel's axes: ours, or that of TensorFlow and MatConvNet. */
  readonly layout: "out, in, h, w" | "h, w, in, out";
}

interface Part {
  /** The parameter, such as `conv1_1.weight`. */
  readonly parameter: string;
  /** What the name begins with: a file may hold several networks, or a network within another. */
  readonly prefix: string;
}

const partNames: Readonly<Record<string, string>> = { W: "weight", kernel: "weight", weight: "weight", 0: "weight" };
const partNamed = (name: string) => partNames[name] ?? "bias";

/** The known schemes. A file has the first one by which it holds a convolution. */
const schemes = {
  /** `conv1_1.weight` */
  impasto: {
    partOf(array) {
      const [, prefix = "", parameter] = /^(.*\.)?(conv\d_\d\.(?:weight|bias))$/.exec(array) ?? [];
      return parameter ? { parameter, prefix } : undefined;
    },
    layout: "out, in, h, w",
  },
  /** `conv1_1/kernel`, as readers/matconvnet.ts names them, and `conv1_1_W` of archives of NumPy, which are made of it. */
  matconvnet: {
    partOf(array) {
      const [, layer, part] = /^(conv\d_\d)(?:\/(?=kernel|bias)|_(?=W|b))(kernel|bias|W|b)$/.exec(array) ?? [];
      return layer ? { parameter: `${layer}.${partNamed(part)}`, prefix: "" } : undefined;
    },
    layout: "h, w, in, out",
  },
  /** `block1_conv1/block1_conv1_W_1:0` of Keras 1, `block1_conv1/block1_conv1/kernel:0`, `block1_conv1/kernel`. */
  keras: {
    partOf(array) {
      const [, block, index, part] =
        /(?:^|\/)block(\d)_conv(\d)[/_](?:.*[/_])?(W|kernel|b|bias)(?:_\d+)?(?::0)?$/.exec(array) ?? [];
      return block ? { parameter: `conv${block}_${index}.${partNamed(part)}`, prefix: "" } : undefined;
    },
    layout: "h, w, in, out",
  },
  /** `layers/conv2d_3/vars/0` of Keras 3, which counts the convolutions and forgets their names. */
  keras3: {
    partOf(array, network) {
      const [, prefix, index = "0", part] = /^(.*\/)?conv2d(?:_(\d+))?\/vars\/([01])$/.exec(array) ?? [];
      if (!part) return undefined;
      const convolutions = network.layers.filter(({ type }) => type === "conv");
      const layer = convolutions[Number(index)]?.name ?? `convolution ${Number(index) + 1}`;
      return { parameter: `${layer}.${partNamed(part)}`, prefix: prefix ?? "" };
    },
    layout: "h, w, in, out",
  },
  /** `features.0.weight`, or the number alone: the index in torchvision's list of convolutions, ReLUs and poolings. */
  torchvision: {
    partOf(array, network) {
      const [, prefix = "", place, part] = /^(.*\.)?(\d+)\.(weight|bias)$/.exec(array) ?? [];
      if (!place) return undefined;
      const places = network.layers.flatMap((layer) => layer.type === "conv" ? [layer.name, "relu"] : [layer.name]);
      return { parameter: `${places[Number(place)] ?? `layer ${place}`}.${part}`, prefix };
    },
    layout: "out, in, h, w",
  },
} as const satisfies Record<string, Scheme>;

/** Name of a scheme. */
export type SchemeName = keyof typeof schemes;

/** Which array of a file holds which parameter of a network. */
export interface Arrangement {
  readonly scheme: SchemeName;
  /** The array's name in the file by parameter, in the network's order. */
  readonly arrays: ReadonlyMap<string, string>;
}

type Shapes = ReadonlyMap<string, readonly number[]>;

/**
 * Finds the first layers of a network, at least one, among the arrays of a file.
 *
 * @returns The arrangement, or one line that says why there is none.
 */
export function arrange(network: Network, shapes: Shapes): Arrangement | string {
  const reasons: string[] = [];
  for (const [scheme, { partOf, layout }] of Object.entries(schemes) as [SchemeName, Scheme][]) {
    for (const found of candidates(network, shapes, partOf)) {
      const arrays = firstLayers(network, shapes, found, layout);
      if (typeof arrays !== "string") return { scheme, arrays };
      reasons.push(arrays);
    }
  }
  const normalised = [...shapes.keys()].some((name) => /(running|moving)_mean(:0)?$/.test(name));
  if (normalised && reasons.length > 0) return normalisedReason(network);
  const held = [...shapes.keys()].slice(0, 3).join(", ") || "nothing";
  return reasons[0] ?? `it holds ${held}${shapes.size > 3 ? " …" : ""}, and no convolutions of a VGG`;
}

/** Why a file with batch normalisation is no network of this program. */
export function normalisedReason({ name }: Network): string {
  return `it has batch normalisation, which ${name} has not`;
}

/** What may be a network in a file: the arrays by parameter, once for each prefix, `features` first. */
function candidates(network: Network, shapes: Shapes, partOf: Scheme["partOf"]): ReadonlyMap<string, string>[] {
  const byPrefix = new Map<string, Map<string, string>>();
  for (const array of shapes.keys()) {
    const { parameter, prefix } = partOf(array, network) ?? {};
    if (parameter === undefined || prefix === undefined) continue;
    const found = byPrefix.get(prefix) ?? new Map();
    byPrefix.set(prefix, found.set(parameter, array));
  }
  const isFeatures = (prefix: string) => Number(/(^|\.)features\.$/.test(prefix));
  return [...byPrefix].toSorted(([a], [b]) => isFeatures(b) - isFeatures(a)).map(([, found]) => found);
}

/** The array's name by parameter if those that were found are the first layers of a network; else why they are not. */
function firstLayers(
  network: Network,
  shapes: Shapes,
  found: ReadonlyMap<string, string>,
  layout: Scheme["layout"],
): ReadonlyMap<string, string> | string {
  const wanted = parameterShapes(network);
  for (const [parameter, array] of found) {
    const shape = wanted.get(parameter);
    if (!shape) return `it holds ${array}, which ${network.name} has not`;
    const due = layout === "h, w, in, out" && shape.length === 4 ? [shape[2], shape[3], shape[1], shape[0]] : shape;
    if (!sameArray(shapes.get(array)!, due)) return `${array} should be [${due}], but is [${shapes.get(array)}]`;
  }
  // Kernels and biases alternate: up to the bias of the last layer that is there, none may be missing.
  const names = [...wanted.keys()];
  const last = names.findLastIndex((name) => found.has(name));
  const held = names.slice(0, last + 1 + (last + 1) % 2);
  const missing = held.find((name) => !found.has(name));
  if (missing) return `it holds no ${missing}`;
  return new Map(held.map((name) => [name, found.get(name)!]));
}

/** Whether a shape is the one that is due; MATLAB has no lists, so a bias may be a row or a column. */
function sameArray(shape: readonly number[], due: readonly number[]): boolean {
  return sameShape(shape, due) || (due.length === 1 && sameShape(shape.filter((side) => side !== 1), due));
}

/** A parameter in this program's layout: kernels [out, in, h, w], biases [out]. */
export function parameterFrom({ shape, data }: Tensor, scheme: SchemeName): Tensor {
  if (schemes[scheme].layout === "out, in, h, w" || shape.length !== 4) {
    return { shape: shape.length === 4 ? shape : [data.length], data };
  }
  const [height, width, inputs, outputs] = shape;
  const turned = new Float32Array(data.length);
  for (let place = 0, from = 0; place < height * width; place++) {
    for (let input = 0; input < inputs; input++) {
      for (let output = 0; output < outputs; output++) {
        turned[(output * inputs + input) * height * width + place] = data[from++];
      }
    }
  }
  return { shape: [outputs, inputs, height, width], data: turned };
}
