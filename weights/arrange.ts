import { sameShape } from "../graph/ops.ts";
import type { Tensor } from "../graph/tensor.ts";
import { type Network, parameterShapes } from "../networks/network.ts";

/** A convention by which files name and store the arrays of a network. */
interface Scheme {
  /** The parameter that an array holds, such as `conv1_1.weight`; undefined if it belongs to no convolution. */
  parameterOf(array: string, network: Network): string | undefined;
  /** The order of a kernel's axes: ours, or that of TensorFlow and MatConvNet. */
  readonly layout: "out, in, h, w" | "h, w, in, out";
}

const partNames: Readonly<Record<string, string>> = { W: "weight", kernel: "weight", weight: "weight" };
const partOf = (name: string) => partNames[name] ?? "bias";

/** The known schemes. A file has the first one by which it holds a convolution. */
const schemes = {
  /** `conv1_1.weight` */
  impasto: {
    parameterOf: (array) => /^conv\d_\d\.(weight|bias)$/.test(array) ? array : undefined,
    layout: "out, in, h, w",
  },
  /** `conv1_1/kernel`, as readers/matconvnet.ts names them. */
  matconvnet: {
    parameterOf(array) {
      const [, layer, part] = /^(conv\d_\d)\/(kernel|bias)$/.exec(array) ?? [];
      return layer && `${layer}.${partOf(part)}`;
    },
    layout: "h, w, in, out",
  },
  /** `block1_conv1/block1_conv1_W_1:0` of Keras 1, `block1_conv1/block1_conv1/kernel:0`, `block1_conv1/kernel`. */
  keras: {
    parameterOf(array) {
      const [, block, index, part] =
        /(?:^|\/)block(\d)_conv(\d)[/_](?:.*[/_])?(W|kernel|b|bias)(?:_\d+)?(?::0)?$/.exec(array) ?? [];
      return block && `conv${block}_${index}.${partOf(part)}`;
    },
    layout: "h, w, in, out",
  },
  /** `features.0.weight`: the index in torchvision's list of convolutions, ReLUs and poolings. */
  torchvision: {
    parameterOf(array, network) {
      const [, place, part] = /(?:^|\.)features\.(\d+)\.(weight|bias)$/.exec(array) ?? [];
      if (!place) return undefined;
      const places = network.layers.flatMap((layer) => layer.type === "conv" ? [layer.name, "relu"] : [layer.name]);
      return `${places[Number(place)] ?? `features.${place}`}.${part}`;
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
  const wanted = parameterShapes(network);
  for (const [scheme, { parameterOf, layout }] of Object.entries(schemes) as [SchemeName, Scheme][]) {
    const found = new Map<string, string>();
    for (const array of shapes.keys()) {
      const parameter = parameterOf(array, network);
      if (parameter) found.set(parameter, array);
    }
    if (found.size === 0) continue;
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
    return {
      scheme,
      arrays: new Map(held.map((name) => [name, found.get(name)!])),
    };
  }
  const held = [...shapes.keys()].slice(0, 3).join(", ") || "nothing";
  return `it holds ${held}${shapes.size > 3 ? " …" : ""}, and no convolutions of a VGG`;
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
