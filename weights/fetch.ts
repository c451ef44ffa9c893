import { createHash } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../base/errors.ts";
import { didYouMean } from "../base/nearest.ts";
import { catalogue, type CatalogueEntry, type Source } from "./catalogue.ts";
import { download, DownloadError, removeDownload } from "./download.ts";
import { type Imported, importWeights, type TakenInput } from "./import.ts";
import { locked } from "./lock.ts";
import { display } from "../base/read.ts";
import { findStored, makeFolder, shippingHint, storedPath, weightsFolder } from "./store.ts";

/** An event of fetching. */
export type FetchEvent =
  /** A source is tried. */
  | {
    readonly kind: "source";
    readonly name: string;
    readonly url: string;
    readonly bytes?: number;
    readonly licence: string;
  }
  /** Bytes received, and their total if the server says it. */
  | { readonly kind: "received"; readonly name: string; readonly received: number; readonly total?: number }
  /** All bytes are received, and are now checked and converted. */
  | { readonly kind: "convert"; readonly name: string }
  /** Something that the user should know. */
  | { readonly kind: "warning"; readonly message: string };

/** How weights are fetched. */
export interface FetchOptions {
  /** Interrupts it; the part that was received is kept. */
  readonly signal?: AbortSignal;
  /** Milliseconds within which bytes must come; 30,000 unless given. */
  readonly patience?: number;
  /** Milliseconds before the first new attempt; 1,000 unless given. */
  readonly pause?: number;
  /** A file or an address that replaces the catalogue's sources. */
  readonly from?: URL;
  /** The SHA-256 that the file at `from` must have. */
  readonly sha256?: string;
  /** Called with each event. */
  readonly onEvent?: (event: FetchEvent) => void;
}

/** The result of fetching. */
export interface Fetched {
  /** The stored file, safetensors in float32. */
  readonly path: string;
  /** Whether they were stored before. */
  readonly already: boolean;
  /** The input that their first layer was taken to want; absent if they were stored before. */
  readonly input?: TakenInput;
}

/**
 * Fetches weights by name: downloads, checks size and hash, converts and stores them. Sources are tried in order. An
 * interrupted download is resumed the next time.
 *
 * @throws {UserError} if no source has them.
 */
export function fetchWeights(name: string, options: FetchOptions = {}): Promise<Fetched> {
  return fetchEntry(entryOf(name), options);
}

/** Fetches weights of any catalogue: {@linkcode fetchWeights} says how. */
export async function fetchEntry(entry: CatalogueEntry, options: FetchOptions = {}): Promise<Fetched> {
  const { signal, onEvent = () => {} } = options;
  const { name } = entry;
  const path = storedPath(name);
  const folder = join(weightsFolder(), "downloads");
  await makeFolder(folder);
  const onWait = () => onEvent({ kind: "warning", message: `another run is fetching ${name}; waiting for it` });
  try {
    return await locked(join(folder, `${name}.lock`), async () => {
      if (await findStored(name)) return { path, already: true };
      const { input } = await fromFirst(entry, folder, options, onEvent);
      signal?.throwIfAborted();
      return { path, already: false, input };
    }, { signal, onWait });
  } catch (error) {
    if (!signal?.aborted) throw error;
    throw new UserError(`Interrupted while fetching ${name}`, {
      hint: "what came is kept: the same command goes on from there",
      exitCode: 130,
      cause: error,
    });
  }
}

/** The entry of the catalogue with a name. */
function entryOf(name: string): CatalogueEntry {
  if (Object.hasOwn(catalogue, name)) return catalogue[name];
  const names = Object.keys(catalogue);
  throw new UserError(`The catalogue has no weights ${name}`, {
    hint: `${didYouMean(name, names)}it has ${names.join(", ")}; a file of yours comes with weights import`,
    exitCode: 2,
  });
}

async function fromFirst(
  entry: CatalogueEntry,
  folder: string,
  options: FetchOptions,
  onEvent: (event: FetchEvent) => void,
): Promise<Imported> {
  const { name, licence } = entry;
  const sources: readonly Source[] = options.from
    ? [{ url: options.from.href, sha256: options.sha256?.toLowerCase() }]
    : entry.sources;
  const failures: string[] = [];
  for (const [i, source] of sources.entries()) {
    onEvent({ kind: "source", name, url: display(source.url), bytes: source.bytes, licence });
    try {
      return await fromSource(entry, source, folder, options, onEvent);
    } catch (error) {
      if (options.signal?.aborted || !(error instanceof UserError || error instanceof DownloadError)) throw error;
      const failure = error instanceof UserError ? error.message : `${display(source.url)}: ${error.message}`;
      failures.push(failure);
      if (i + 1 < sources.length) onEvent({ kind: "warning", message: failure });
    }
  }
  const where = failures.length > 1 ? ` from any of its ${failures.length} sources; the last one` : "";
  throw new UserError(`Cannot fetch ${name}${where}: ${failures.at(-1)}`, {
    hint: `try again, name a mirror with \`from\`, or bring a file: weights import FILE --name ${name}; ` +
      shippingHint(),
    code: "fetch-failed",
  });
}

async function fromSource(
  entry: CatalogueEntry,
  source: Source,
  folder: string,
  options: FetchOptions,
  onEvent: (event: FetchEvent) => void,
): Promise<Imported> {
  const { name } = entry;
  const url = new URL(source.url);
  const convert = async (file: URL) => {
    onEvent({ kind: "convert", name });
    const { network } = entry;
    const imported = await importWeights(file, { name, network, due: source, source: display(url) });
    const { known, sha256 } = imported;
    if (known || source.md5 || source.sha256) return imported;
    const message = `this is no file that the catalogue knows as ${name}: nobody vouches for it but you ` +
      `(SHA-256 ${sha256})`;
    onEvent({ kind: "warning", message });
    return imported;
  };
  if (url.protocol === "file:") return await convert(url);

  const path = join(folder, `${name}-${createHash("sha256").update(url.href).digest("hex").slice(0, 16)}`);
  const file = pathToFileURL(path);
  const onProgress = (received: number, total?: number) => onEvent({ kind: "received", name, received, total });
  // A run that ended between downloading and converting leaves the whole file.
  const whole = await Deno.stat(path).then(() => true, () => false);
  const { resumed } = whole
    ? { resumed: true }
    : await download(url, path, { ...options, bytes: source.bytes, onProgress });
  try {
    return await convert(file);
  } catch (error) {
    if (!resumed || options.signal?.aborted || !(error instanceof UserError)) throw named(error, file, url);
    // Two halves may be of two files: once more from the start.
    onEvent({ kind: "warning", message: `${named(error, file, url).message}; once more from the start` });
    await removeDownload(path);
    await download(url, path, { ...options, bytes: source.bytes, onProgress });
    return await convert(file).catch((error) => {
      throw named(error, file, url);
    });
  } finally {
    if (!options.signal?.aborted) await removeDownload(path);
  }
}

/** The error with the address of a file in place of its temporary path. */
function named<E>(error: E, file: URL, url: URL): E | UserError {
  if (!(error instanceof UserError)) return error;
  const message = error.message.replaceAll(display(file), display(url));
  return new UserError(message, { hint: error.hint, exitCode: error.exitCode, code: error.code, cause: error });
}
