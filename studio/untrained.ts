import { sizeOf } from "../graph/mod.ts";
import { randomFrom } from "../base/random.ts";
import { type Network, parameterShapes } from "../networks/network.ts";
import { safetensorsHeader } from "../weights/safetensors_writer.ts";

/**
 * Weights for a network whose own are not at hand, as a URL in memory: what they hold does not matter to the time.
 * Their spread keeps features from vanishing and from growing layer by layer (He et al. 2015, equation 10).
 *
 * @param layers The network is made up to the last of these.
 */
export function untrained(network: Network, layers: readonly string[]): string {
  const random = randomFrom(0);
  const arrays = [...parameterShapes(network, layers)].map(([name, shape]) => {
    const inputs = sizeOf(shape.slice(1));
    const deviation = Math.sqrt(2 / inputs);
    const length = shape[0] * inputs;
    // Of a uniform number in ±√3 the deviation is 1. A bias is 0.
    const spread = shape.length > 1 ? 2 * Math.sqrt(3) * deviation : 0;
    return [name, { shape, data: Float32Array.from({ length }, () => spread * (random() - 0.5)) }] as const;
  });
  const header = safetensorsHeader(Object.fromEntries(arrays));
  return URL.createObjectURL(new Blob([header, ...arrays.map(([, { data }]) => data)]));
}
