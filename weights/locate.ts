import { UserError } from "../stages/errors.ts";
import { type Network, networks, parameterShapes } from "./network.ts";
import { openSafetensors, type WeightsFile } from "./safetensors.ts";
import { display } from "./source.ts";

/**
 * The network to run and where its weights are. A weights file that belongs to another network than the named one
 * wins: who brings a file means its network.
 *
 * @param name The network that the preset names.
 * @param weights The weights that the user named, a URL; empty for those that ship.
 * @throws {UserError} where there are no weights, or no network fits them.
 */
export async function locateNetwork(name: string, weights: string): Promise<{ network: Network; weights: URL }> {
  const named = networks[name];
  if (weights === "") {
    if (named.file) return { network: named, weights: new URL(`./${named.file}`, import.meta.url) };
    const shipping = Object.values(networks).filter(({ file }) => file).map(({ name }) => name).join(", ");
    throw new UserError(`The weights of ${name} do not ship`, {
      hint: `name a safetensors file with --weights FILE, or paint with --network ${shipping}`,
    });
  }
  await using file = await openSafetensors(new URL(weights));
  const network = [named, ...Object.values(networks)].find((network) => fits(network, file));
  if (network) return { network, weights: file.location };
  throw new UserError(`Cannot use ${display(file.location)} as weights: its arrays fit no network`, {
    hint: `arrays named like conv1_1.weight [64, 3, 3, 3] and conv1_1.bias [64] are needed for ${name}`,
  });
}

/** Whether a file holds the first layers of a network, at least one, and no others. */
function fits(network: Network, { shapes }: WeightsFile): boolean {
  const wanted = parameterShapes(network);
  const convolutions = [...shapes].filter(([name]) => name.startsWith("conv"));
  return convolutions.length > 0 && convolutions.every(([name, shape]) => wanted.get(name)?.join() === shape.join());
}
