import { UserError } from "../base/errors.ts";
import { sameShape } from "../graph/ops.ts";
import { printable } from "./array_file.ts";
import { type Network, networks, parameterShapes } from "../networks/network.ts";
import { inputFromText } from "../networks/conventions.ts";
import { formatOf, formats, headOf, unusable } from "./open_any.ts";
import { isStranger } from "./stranger.ts";
import { openSafetensors, type WeightsFile } from "./safetensors.ts";
import { display } from "../base/read.ts";
import { metadataKeys, stored } from "./store.ts";

/** Addresses of stored weights: `stored:NAME`. */
const storedScheme = "stored:";

/**
 * The network to run and the location of its weights. If the weights belong to another network than the named one, that
 * one is returned. The input convention is that of the file's metadata, if it has one.
 *
 * @param name The network that the preset names.
 * @param weights The weights that the user named, a URL, or `stored:NAME`; empty for those of the network's own name.
 * @throws {UserError} if there are no weights, or no network fits them.
 */
export async function locateNetwork(name: string, weights: string): Promise<{ network: Network; weights: URL }> {
  const named = networks[name];
  if (weights === "") {
    if (named.file) return { network: named, weights: new URL(`./${named.file}`, import.meta.url) };
    return await locateNetwork(name, `${storedScheme}${name}`);
  }
  const location = weights.startsWith(storedScheme)
    ? await stored(weights.slice(storedScheme.length))
    : new URL(weights);
  await using file = await openSafetensors(location).catch((error) => otherFormat(location, error));
  const candidates = [named, ...Object.values(networks)];
  const network = candidates.find((network) => firstMisfit(network, file) === undefined);
  const input = inputFromText(file.metadata[metadataKeys.input]);
  if (network) return { network: input ? { ...network, input } : network, weights: file.location };
  throw new UserError(`Cannot use ${display(file.location)} as weights: its arrays fit no network`, {
    code: "weights-unusable",
    hint: printable(`for ${name}, ${firstMisfit(named, file)}`),
  });
}

/** Rethrows the error of a file that cannot be opened; one of another format gets what to do with it. */
async function otherFormat(location: URL, error: unknown): Promise<never> {
  const head = error instanceof UserError ? await headOf(location).catch(() => undefined) : undefined;
  if (!head) throw error;
  const format = await formatOf(location, head);
  if (format === "safetensors") throw error;
  if (!format) throw isStranger(head) ? unusable(location, head) : error;
  throw new UserError(`Cannot use ${display(location)} as weights: it is no safetensors file`, {
    code: "weights-unusable",
    hint: `import it (${formats[format].description}): weights import ${display(location)} --name NAME`,
    cause: error,
  });
}

/** Why a file does not hold a network's first layers, at least one, and no other convolutions; undefined if it does. */
function firstMisfit(network: Network, { shapes }: WeightsFile): string | undefined {
  const wanted = parameterShapes(network);
  const convolutions = [...shapes].filter(([name]) => name.startsWith("conv"));
  if (convolutions.length === 0) {
    const [[first, shape]] = wanted;
    return `it should hold ${first} [${shape}] and so on; it holds ${
      [...shapes.keys()].slice(0, 3).join(", ") || "nothing"
    }`;
  }
  const [name, found] = convolutions.find(([name, shape]) => {
    const due = wanted.get(name);
    return !due || !sameShape(due, shape);
  }) ?? [];
  if (!name) return undefined;
  const shape = wanted.get(name);
  return shape ? `${name} should be [${shape}], but is [${found}]` : `there is no ${name}, which it holds`;
}
