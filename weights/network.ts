import vgg16 from "./vgg16.json" with { type: "json" };
import vgg19 from "./vgg19.json" with { type: "json" };

/** A layer of a network, in order. A convolution is 3×3 with a ReLU; its name stands for the result of that ReLU. */
export type Layer =
  | {
    readonly type: "conv";
    readonly name: string;
    readonly channels: number;
  }
  | { readonly type: "pool"; readonly name: string };

/** An architecture as data: named layers, and what the first one takes. */
export interface Network {
  readonly name: string;
  readonly description: string;
  readonly licence: string;
  readonly reference: string;
  /** Channel order, and the mean (0..255) that is taken away. */
  readonly input: {
    readonly order: "RGB" | "BGR";
    readonly mean: { readonly red: number; readonly green: number; readonly blue: number };
  };
  readonly layers: readonly Layer[];
}

/** Every network that a preset can name. */
export const networks: Readonly<Record<string, Network>> = Object.fromEntries(
  [vgg19, vgg16].map((network) => [network.name, network as Network]),
);

/** The names of the layers that a loss can see, in order. */
export function layerNames(network: Network): string[] {
  return network.layers.flatMap((layer) => layer.type === "conv" ? [layer.name] : []);
}
