import { UserError } from "../base/errors.ts";
import { display } from "../base/read.ts";
import { sameShape } from "../graph/ops.ts";
import type { Tensor } from "../graph/tensor.ts";
import { layerNames, type Network, parameterShapes } from "../networks/network.ts";
import { openSafetensors } from "./safetensors.ts";

/**
 * Reads those arrays that layers of a network need and `into` lacks.
 *
 * @throws {UserError} if the file lacks one, or holds one of another shape.
 */
export async function loadParameters(
  network: Network,
  weights: URL,
  layers: readonly string[],
  into: Map<string, Tensor>,
): Promise<void> {
  const missing = [...parameterShapes(network, layers)].filter(([name]) => !into.has(name));
  if (missing.length === 0) return;
  await using file = await openSafetensors(weights);
  const [absent] = missing.find(([name]) => !file.shapes.has(name)) ?? [];
  if (absent) {
    const held = layerNames(network).filter((layer) => file.shapes.has(`${layer}.weight`));
    throw new UserError(`Cannot find ${absent} in ${display(file.location)}`, {
      code: "weights-unusable",
      hint: held.length > 0 ? `it holds these layers: ${held.join(", ")}` : `it holds no weights of ${network.name}`,
    });
  }
  for (const [name, wanted] of missing) {
    const tensor = await file.tensor(name);
    if (!sameShape(tensor.shape, wanted)) {
      throw new UserError(`Cannot use ${name} of ${display(file.location)}: its shape is [${tensor.shape}]`, {
        code: "weights-unusable",
        hint: `${network.name} needs [${wanted}]`,
      });
    }
    into.set(name, tensor);
  }
}
