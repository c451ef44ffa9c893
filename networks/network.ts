import vgg16 from "./vgg16.json" with { type: "json" };
import vgg19mini from "./vgg19-mini.json" with { type: "json" };
import vgg19 from "./vgg19.json" with { type: "json" };

/** A layer of a network, in order. A convolution is 3×3 with a ReLU; its name stands for the result of that ReLU. */
export type Layer =
  | {
    readonly type: "conv";
    readonly name: string;
    readonly channels: number;
    /** A linear 1×1 convolution of the result: losses read its values in the layer's place. */
    readonly head?: {
      readonly channels: number;
      /** Number of channels of the layer that it imitates: the N by which a loss divides. */
      readonly standsFor: number;
    };
    /** Whether losses cannot name it. */
    readonly hidden?: boolean;
  }
  | { readonly type: "pool"; readonly name: string };

/** An architecture as data: named layers, and the input convention of the first. */
export interface Network {
  /** Its name in presets. */
  readonly name: string;
  /** One line for a list of networks. */
  readonly description: string;
  /** The licence of its weights. */
  readonly licence: string;
  /** Its source: a paper, or how it was made. */
  readonly reference: string;
  /** The weights file that ships, in weights/; absent if the user brings one. */
  readonly file?: string;
  /** Channel order, and the mean (0..255) that is subtracted. */
  readonly input: {
    readonly order: "RGB" | "BGR";
    readonly mean: { readonly red: number; readonly green: number; readonly blue: number };
  };
  /** Its layers, in order. */
  readonly layers: readonly Layer[];
}

/** Every network that a preset can name, by name. */
export const networks: Readonly<Record<string, Network>> = Object.fromEntries(
  [vgg19mini, vgg19, vgg16].map((network) => [network.name, network as Network]),
);

/** The names of the layers that losses can read, in order. */
export function layerNames(network: Network): string[] {
  return network.layers.flatMap((layer) => layer.type === "conv" && !layer.hidden ? [layer.name] : []);
}

/** The shapes of the arrays that a network needs up to the last of `layers` (all unless given), by name. */
export function parameterShapes(network: Network, layers?: readonly string[]): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  let channels = 3;
  for (const layer of layersUpTo(network, layers)) {
    if (layer.type === "pool") continue;
    shapes.set(`${layer.name}.weight`, [layer.channels, channels, 3, 3]).set(`${layer.name}.bias`, [layer.channels]);
    channels = layer.channels;
    if (!layer.head || !(layers?.includes(layer.name) ?? true)) continue;
    shapes.set(`${layer.name}.head.weight`, [layer.head.channels, channels, 1, 1]);
    shapes.set(`${layer.name}.head.bias`, [layer.head.channels]);
  }
  return shapes;
}

/** The layers of a network up to the last of those named. */
export function layersUpTo(network: Network, layers?: readonly string[]): readonly Layer[] {
  if (!layers) return network.layers;
  return network.layers.slice(0, network.layers.findLastIndex((layer) => layers.includes(layer.name)) + 1);
}

/** The N by which the losses of a layer divide: its channels, or those of the layer that its head imitates. */
export function channelsOf(network: Network, name: string): number {
  const layer = network.layers.find((layer) => layer.name === name);
  return layer?.type === "conv" ? layer.head?.standsFor ?? layer.channels : 0;
}
