import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { UserError } from "../base/errors.ts";
import { reasonOf } from "../base/files.ts";
import { cacheFolder } from "../base/cache_folder.ts";
import { catalogue } from "./catalogue.ts";
import { hashesOf } from "./hash.ts";
import { layerNames, networks } from "../networks/network.ts";
import { openSafetensors } from "./safetensors.ts";

const ending = ".safetensors";

/** Keys of the metadata in a stored file. */
export const metadataKeys = {
  /** The network that the weights belong to. */
  network: "network",
  /** The input convention of the first layer, as JSON. */
  input: "input_convention",
  /** The source of the original. */
  source: "source",
  /** SHA-256 of the original. */
  sha256: "source_sha256",
  licence: "licence",
  /** `yes` if the original is a file of the catalogue, else `no`. */
  known: "known",
  /** SHA-256 of the numbers in this file. */
  numbers: "numbers_sha256",
} as const;

/** The folder of fetched and imported weights; it may not exist yet. */
export function weightsFolder(): string {
  return join(cacheFolder(), "weights");
}

/** What to do if that folder cannot be written to. */
export const noRoom = "make room, or name another cache with IMPASTO_CACHE";

/**
 * What to do without the weights: name a network whose weights ship, or a preset of it.
 *
 * @param layers What the run looks at: a network that lacks one of these is no way on.
 */
export function shippingHint(layers: readonly string[] = []): string {
  const shipping = Object.values(networks).filter(({ file }) => file);
  const fitting = shipping.filter((network) => layers.every((layer) => layerNames(network).includes(layer)));
  return fitting.length > 0
    ? `to go on now: \`network\` ${fitting.map(({ name }) => name).join(", ")}, which ships`
    : "to go on now: `preset` painting, which paints the same pictures with the network that ships";
}

/**
 * Makes a folder for weights, unless it exists.
 *
 * @throws {UserError} if it cannot be made.
 */
export async function makeFolder(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true }).catch((error) => {
    throw new UserError(`Cannot make the folder ${folder}: ${reasonOf(error)}`, {
      hint: noRoom,
      code: "unwritable",
      cause: error,
    });
  });
}

/**
 * The path at which weights of a name are, or would be, stored.
 *
 * @throws {UserError} if the name is no safe file name, or that of weights that ship.
 */
export function storedPath(name: string): string {
  if (!/^[A-Za-z0-9][\w.-]{0,99}$/.test(name)) {
    throw new UserError(`Cannot use "${name}" as a name of weights`, {
      hint: "letters, digits, dots, hyphens and underscores make a name",
      exitCode: 2,
    });
  }
  if (networks[name]?.file) {
    throw new UserError(`The weights of ${name} ship with the program`, {
      hint: "take another name",
      exitCode: 2,
    });
  }
  return join(weightsFolder(), `${name}${ending}`);
}

/** The names of all stored weights, sorted. */
export async function storedNames(): Promise<string[]> {
  try {
    const names = await Array.fromAsync(Deno.readDir(weightsFolder()), ({ name }) => name);
    return names.filter((name) => name.endsWith(ending) && !name.startsWith("."))
      .map((name) => name.slice(0, -ending.length)).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** The location of stored weights; undefined if there are none of that name. */
export async function findStored(name: string): Promise<URL | undefined> {
  const path = storedPath(name);
  return await Deno.stat(path).then(() => pathToFileURL(path), () => undefined);
}

/**
 * The location of stored weights.
 *
 * @throws {UserError} if there are none of that name; the hint says how to get them.
 */
export async function stored(name: string): Promise<URL> {
  const location = await findStored(name);
  if (location) return location;
  const get = Object.hasOwn(catalogue, name)
    ? `get them: deno run -P cli.ts weights fetch ${name}`
    : `bring them: deno run -P cli.ts weights import FILE --name ${name}`;
  throw new UserError(`The weights ${name} are not here`, {
    hint: `${get}; ${shippingHint()}`,
    code: "weights-missing",
  });
}

/**
 * Checks by their hash that the numbers of stored weights are those that were written.
 *
 * @throws {UserError} if they are not.
 */
export async function verifyStored(name: string): Promise<void> {
  const location = await stored(name);
  await using file = await openSafetensors(location);
  const hint = `remove them (weights remove ${name}) and fetch or import them again`;
  const { sha256 } = await hashesOf(location, ["sha256"], file.start);
  if (sha256 !== file.metadata[metadataKeys.numbers]) {
    throw new UserError(`The weights ${name} are damaged: their numbers are not those that were written`, {
      hint,
      code: "weights-unusable",
    });
  }
}

/** Removes stored weights; returns whether there were any. */
export async function removeStored(name: string): Promise<boolean> {
  const location = await findStored(name);
  if (location) await Deno.remove(fileURLToPath(location));
  return location !== undefined;
}
