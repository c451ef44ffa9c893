import { createHash } from "node:crypto";
import { UserError } from "../base/errors.ts";
import { writeAtomically } from "../base/files.ts";
import { arrange, type Arrangement, normalisedReason, parameterFrom, type SchemeName } from "./arrange.ts";
import { type ArrayFile, printable } from "./array_file.ts";
import type { Tensor } from "../graph/tensor.ts";
import { knownFile } from "./catalogue.ts";
import {
  type Convention,
  conventions,
  inOrder,
  type InputConvention,
  inputFromText,
  inputToText,
} from "../networks/conventions.ts";
import { hashesOf, hashesOfAll, type HashKind } from "./hash.ts";
import { type Network, networks } from "../networks/network.ts";
import { fileOf, openAny } from "./open_any.ts";
import { writeSafetensors } from "./safetensors_writer.ts";
import { display } from "../base/read.ts";
import { trainingOf } from "./trainings.ts";
import { makeFolder, metadataKeys, noRoom, storedPath, weightsFolder } from "./store.ts";

/** Options of {@linkcode importWeights}. */
export interface ImportOptions {
  /** The name that they get. */
  readonly name: string;
  /** The input convention of their first layer; told by its numbers, or else by the format, unless given. */
  readonly convention?: Convention;
  /** The network that they must belong to; any unless given. */
  readonly network?: string;
  /** The hash that the file must have; any unless given. */
  readonly due?: { readonly sha256?: string; readonly md5?: string };
  /** The source in their metadata; the file itself unless given. */
  readonly source?: string;
}

/** The result of an import. */
export interface Imported {
  /** The name that they got. */
  readonly name: string;
  /** The stored file, safetensors in float32. */
  readonly path: string;
  /** The network that they belong to. */
  readonly network: string;
  /** The layers that it holds. */
  readonly layers: readonly string[];
  /** The input that the first layer was taken to want. */
  readonly input: TakenInput;
  /** SHA-256 of the original; of an index and its shards one after the other. */
  readonly sha256: string;
  /** Whether the catalogue knows the original under the name. */
  readonly known: boolean;
}

/** What input a first layer was taken to want, and by what that was told. */
export interface TakenInput {
  /** The convention; absent if the file's metadata describe the input. */
  readonly convention?: Convention;
  /** The caller's choice, the metadata, the numbers of a known training, or nothing but the names of the arrays. */
  readonly toldBy: "choice" | "metadata" | "numbers" | "names";
  /** The known training whose numbers they are, with the convention by which the file holds them. */
  readonly training?: { readonly name: string; readonly convention: Convention };
}

/**
 * Converts a weights file of any supported format, and stores it as float32 safetensors under a name. Only convolutions
 * are imported; the first layers alone suffice.
 *
 * @throws {UserError} if it cannot be read, or fits no network.
 */
export async function importWeights(location: URL, options: ImportOptions): Promise<Imported> {
  const path = storedPath(options.name);
  const index = await fileOf(location);
  const hashes = await hashesOf(index, kindsNeeded(options.due));
  // An index names what its hash has to cover; all else is checked before it is read.
  const isIndex = index.pathname.endsWith(".json");
  if (!isIndex) checkHash(hashes, location, options.due);
  const known = knownFile(hashes);
  await using file = await openAny(location);
  const sha256 = file.parts ? (await hashesOfAll([index, ...file.parts], ["sha256"])).sha256 : hashes.sha256;
  if (isIndex) checkHash({ ...hashes, sha256 }, location, options.due);
  const { network, arrangement } = fitting(file, location, options);
  const { order } = network.input;
  const parameters = await read(file, arrangement, location);
  const first = parameters.get("conv1_1.weight")!;
  const { convention, input } = inputOf(arrangement.scheme, file, first, options.convention);
  parameters.set("conv1_1.weight", { shape: first.shape, data: inOrder(first.data, convention, order) });
  const numbers = createHash("sha256");
  for (const { data } of parameters.values()) numbers.update(new Uint8Array(data.buffer));
  const metadata = {
    [metadataKeys.network]: network.name,
    [metadataKeys.input]: inputToText({ order, mean: convention.mean }),
    [metadataKeys.source]: options.source ?? display(location),
    [metadataKeys.sha256]: sha256,
    [metadataKeys.licence]: known?.entry.licence ?? file.metadata[metadataKeys.licence] ?? "that of its source",
    [metadataKeys.known]: known ? "yes" : "no",
    [metadataKeys.numbers]: numbers.digest("hex"),
  };
  await makeFolder(weightsFolder());
  const write = (temporary: string) => writeSafetensors(temporary, Object.fromEntries(parameters), metadata);
  await writeAtomically(path, write, noRoom);
  return {
    name: options.name,
    path,
    network: network.name,
    layers: [...parameters.keys()].flatMap((name) =>
      name.endsWith(".weight") ? [name.slice(0, -".weight".length)] : []
    ),
    input,
    sha256,
    known: known?.entry.name === options.name,
  };
}

type Hashes = NonNullable<ImportOptions["due"]>;

/** The hashes needed to tell whether a file is the one that is due, and which of the catalogue's it is. */
function kindsNeeded(due: Hashes = {}): HashKind[] {
  // The catalogue knows some files by their MD5 alone.
  const decided = due.sha256 !== undefined && knownFile({ sha256: due.sha256 });
  return decided ? ["sha256"] : ["sha256", "md5"];
}

/** Throws a UserError if a file is not the one that is due, before any of it is read. */
function checkHash(hashes: Hashes, location: URL, due: Hashes = {}) {
  const [kind, hash] = due.sha256 ? ["sha256", due.sha256] as const : ["md5", due.md5] as const;
  if (hash === undefined || hash === hashes[kind]) return;
  const name = kind === "md5" ? "MD5" : "SHA-256";
  throw new UserError(`${display(location)} is not the file that it should be: its ${name} is ${hashes[kind]}`, {
    code: "weights-unusable",
    hint: `${hash} would be right`,
  });
}

/** The network that a file fits; those with which the weights' name begins are tried first. */
function fitting(
  file: ArrayFile,
  location: URL,
  { name, network: named }: ImportOptions,
): { network: Network; arrangement: Arrangement } {
  // Presets load weights by the network's name, so weights of that name must belong to it.
  const wanted = named ?? networks[name]?.name;
  const candidates = Object.values(networks)
    .filter((network) => !network.file && (wanted ?? network.name) === network.name)
    .toSorted((a, b) => Number(name.startsWith(b.name)) - Number(name.startsWith(a.name)));
  const attempts = candidates.map((network) => ({ network, result: arrange(network, file.shapes) }));
  for (const { network, result } of attempts) {
    if (typeof result !== "string") return { network, arrangement: result };
  }
  if (attempts.length > 0 && attempts.every(({ network, result }) => result === normalisedReason(network))) {
    throw new UserError(`Cannot use ${display(location)} as weights: it is a network with batch normalisation`, {
      code: "weights-unusable",
      hint: "take the same one without it, as it was published: weights fetch vgg19, or vgg16",
    });
  }
  throw new UserError(`Cannot use ${display(location)} as weights: its arrays do not fit ${wanted ?? "any network"}`, {
    code: "weights-unusable",
    hint: printable(attempts.map(({ network, result }) => `for ${network.name}, ${result}`).join("; ")),
  });
}

/** The convention of files of a scheme whose numbers nobody knows. */
const schemeConventions: Readonly<Record<SchemeName, Convention>> = {
  impasto: "caffe",
  keras: "caffe",
  keras3: "caffe",
  matconvnet: "matconvnet",
  torchvision: "torchvision",
};

/** The input that the first layer wants. Programs name arrays alike whatever the numbers are, so these count first. */
function inputOf(
  scheme: SchemeName,
  file: ArrayFile,
  first: Tensor,
  chosen: Convention | undefined,
): { convention: InputConvention; input: TakenInput } {
  const known = trainingOf(first.data);
  const training = known && { name: known.training.name, convention: known.convention };
  if (chosen) {
    return { convention: conventions[chosen], input: { convention: chosen, toldBy: "choice", training } };
  }
  const own = scheme === "impasto" ? inputFromText(file.metadata[metadataKeys.input]) : undefined;
  if (own) return { convention: own, input: { toldBy: "metadata" } };
  const name = training?.convention ?? schemeConventions[scheme];
  const convention: InputConvention = conventions[name];
  // Means are published with six digits, and stored as float32: rounding restores them.
  const [red, green, blue] = (file.mean ?? []).map((level) => Number(level.toPrecision(6)));
  return {
    convention: file.mean ? { ...convention, mean: { red, green, blue } } : convention,
    input: { convention: name, toldBy: training ? "numbers" : "names", training },
  };
}

/** The parameters of a network, read in the order of the file, returned in that of the network. */
async function read(file: ArrayFile, { scheme, arrays }: Arrangement, location: URL): Promise<Map<string, Tensor>> {
  const parameters = new Map<string, Tensor | undefined>([...arrays.keys()].map((parameter) => [parameter, undefined]));
  const byArray = new Map([...arrays].map(([parameter, array]) => [array, parameter]));
  for (const array of file.shapes.keys()) {
    const parameter = byArray.get(array);
    if (!parameter) continue;
    const tensor = parameterFrom(await file.tensor(array), scheme);
    if (!tensor.data.every(Number.isFinite)) {
      throw new UserError(
        `Cannot use ${display(location)} as weights: ${printable(array)} holds what is no finite number`,
        {
          code: "weights-unusable",
          hint: "the file is damaged; fetch it again",
        },
      );
    }
    parameters.set(parameter, tensor);
  }
  return parameters as Map<string, Tensor>;
}
