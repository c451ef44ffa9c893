import vgg16 from "./vgg16.json" with { type: "json" };
import vgg19mini from "./vgg19-mini.json" with { type: "json" };
import vgg19 from "./vgg19.json" with { type: "json" };

/** A layer of a network, in order. A convolution is 3×3 with a ReLU; its name stands for the result of that ReLU. */
export type Layer =
  | {
    readonly type: "conv";
    readonly name: string;
    readonly channels: number;
    /** A linear 1×1 convolution of the result: losses see its values in the layer's place. */
    readonly head?: {
      readonly channels: number;
      /** The channels of the layer that it imitates: the N that a loss divides by. */
      readonly standsFor: number;
    };
    /** A loss cannot see it. */
    readonly hidden?: boolean;
  }
  | { readonly type: "pool"; readonly name: string };

/** An architecture as data: named layers, and what the first one takes. */
export interface Network {
  /** What a preset calls it. */
  readonly name: string;
  /** One line for a list of networks. */
  readonly description: string;
  /** The licence of its weights. */
  readonly licence: string;
  /** Where it comes from. */
  readonly reference: string;
  /** The weights that ship, beside this file; absent where the user brings them. */
  readonly file?: string;
  /** Channel order, and the mean (0..255) that is taken away. */
  readonly input: {
    readonly order: "RGB" | "BGR";
    readonly mean: { readonly red: number; readonly green: number; readonly blue: number };
  };
  /** Its layers, in order. */
  readonly layers: readonly Layer[];
}

/** Every network that a preset can name. */
export const networks: Readonly<Record<string, Network>> = Object.fromEntries(
  [vgg19mini, vgg19, vgg16].map((network) => [network.name, network as Network]),
);

/** The names of the layers that a loss can see, in order. */
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

/** The N that the losses of a layer divide by. */
export function channelsOf(network: Network, name: string): number {
  const layer = network.layers.find((layer) => layer.name === name);
  return layer?.type === "conv" ? layer.head?.standsFor ?? layer.channels : 0;
}
