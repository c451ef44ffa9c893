import { setTimeout } from "node:timers/promises";
import { messageOf } from "../base/errors.ts";
import { writeAll } from "../base/file_io.ts";
import { defaultPatience, reasonOfFetch, type Watchdog, watchdog } from "../base/patience.ts";
import { answerOf } from "../base/read.ts";
import { withoutSecrets } from "../base/addresses.ts";

/** Options of {@linkcode download}. */
export interface DownloadOptions {
  /** The size that the file must have, if it is known. */
  readonly bytes?: number;
  /** The version that is on disk: if it is still the server's, it is not sent again. */
  readonly have?: Version;
  readonly signal?: AbortSignal;
  /** Called with the bytes received, and their total if the server says it. */
  readonly onProgress?: (received: number, total: number | undefined) => void;
  /** Milliseconds within which bytes must come. */
  readonly patience?: number;
  /** Milliseconds before the first new attempt; each later one waits twice as long. */
  readonly pause?: number;
}

/** The headers that identify a version of a file on a server. */
export interface Version {
  readonly etag?: string;
  readonly modified?: string;
}

/** The result of a download. */
interface Downloaded {
  /** Whether the server still has the version on disk, so that no file was written. */
  readonly unchanged: boolean;
  readonly version: Version;
  /** Whether it resumed an earlier download. */
  readonly resumed: boolean;
}

/** An error of a download. */
export class DownloadError extends Error {
  /**
   * @param final Whether another attempt would fail as well.
   * @param offline Whether no server was reached at all.
   */
  constructor(message: string, readonly final: boolean, readonly offline = false, cause?: unknown) {
    super(message, { cause });
  }
}

/** The most bytes of a download; no weights file is as large. */
const mostBytes = 2e9;
const defaultPause = 1000;
/** The most attempts in a row that bring no bytes, and the most that bring fewer than {@linkcode littleBytes}. */
const [mostFruitless, mostPoor] = [4, 20];
const littleBytes = 100_000;
/** Statuses after which a later attempt may succeed (RFC 9110, section 15; RFC 6585). */
const passing = [408, 425, 429, 500, 502, 503, 504];

/** The description of a partial file, kept beside it. */
interface Note {
  /** Its address, without secrets. */
  readonly url: string;
  readonly total?: number;
  readonly version: Version;
}

/**
 * Downloads a file to `${path}.part`, which is renamed when it is whole. An earlier download's part is resumed if the
 * server can do so. A cut connection is retried; a stalled one is ended.
 *
 * @throws {DownloadError} if it fails, or the signal was aborted; the part is kept.
 */
export async function download(url: URL, path: string, options: DownloadOptions = {}): Promise<Downloaded> {
  const { signal, pause = defaultPause } = options;
  let fruitless = 0;
  let poor = 0;
  let resumed = false;
  for (;;) {
    const before = await bytesAt(`${path}.part`);
    try {
      const { unchanged, version, from } = await receive(url, path, options);
      resumed ||= from > 0;
      if (!unchanged) {
        await Deno.rename(`${path}.part`, path);
        await remove(`${path}.note`);
      }
      return { unchanged, version, resumed };
    } catch (error) {
      if (signal?.aborted) throw new DownloadError("interrupted", true, false, error);
      if (error instanceof DownloadError && error.final) throw error;
      const after = await bytesAt(`${path}.part`);
      fruitless = after > before ? 0 : fruitless + 1;
      if (after - before < littleBytes) poor++;
      if (fruitless >= mostFruitless || poor >= mostPoor) throw error;
      await delay(pause * 2 ** fruitless, signal);
    }
  }
}

/** Removes the files of downloads to a path, finished or not. */
export async function removeDownload(path: string): Promise<void> {
  await Promise.all([path, `${path}.part`, `${path}.note`].map(remove));
}

/** Sends one request and saves its response. */
async function receive(url: URL, path: string, options: DownloadOptions) {
  const part = `${path}.part`;
  const note = await readNote(`${path}.note`, url);
  const here = note ? await bytesAt(part) : 0;
  using watch = watchdog(url, options.patience ?? defaultPatience, options.signal);
  try {
    const response = await ask(url, here, note, options, watch.signal);
    if (response.status === 304) return { unchanged: true, version: options.have!, from: 0 };
    const { from, total } = await placeOf(response, here, note, part);
    check(total, options.bytes);
    const version = versionOf(response);
    const noted: Note = { url: markOf(url), total, version };
    await Deno.writeTextFile(`${path}.note`, JSON.stringify(noted));
    const received = await save(response, part, from, total, options, watch);
    if (total !== undefined && received < total) {
      throw new DownloadError(`the connection was cut after ${received} of ${total} bytes`, false);
    }
    check(received, options.bytes);
    return { unchanged: false, version, from };
  } catch (error) {
    if (watch.stalled) throw new DownloadError("the server stalls", false, false, error);
    if (error instanceof DownloadError) throw error;
    // fetch throws the network's errors as TypeErrors; all others are the disk's.
    throw new DownloadError(messageOf(error), !(error instanceof TypeError), false, error);
  }
}

async function ask(url: URL, here: number, note: Note | undefined, options: DownloadOptions, signal: AbortSignal) {
  // Bytes are counted and resumed from, so they must come without compression.
  const headers = new Headers({ "accept-encoding": "identity" });
  const { etag, modified } = note?.version ?? {};
  const strong = etag?.startsWith("W/") ? undefined : etag;
  if (here > 0) {
    headers.set("range", `bytes=${here}-`);
    // With this header another version is sent whole (RFC 9110, section 13.1.5).
    if (strong ?? modified) headers.set("if-range", (strong ?? modified)!);
  } else if (options.have?.etag) headers.set("if-none-match", options.have.etag);
  else if (options.have?.modified) headers.set("if-modified-since", options.have.modified);
  const response = await fetch(url, { headers, signal }).catch((error) => {
    if (signal.aborted) throw error;
    // The caller names the address.
    const reason = messageOf(reasonOfFetch(error));
    const offline = reason.startsWith("(Connect)");
    const final = offline || /redirect/.test(reason);
    throw new DownloadError(reason.replace(/^\(\w+\): /, ""), final, offline, error);
  });
  if (response.ok || response.status === 304) return response;
  await response.body?.cancel();
  if (response.status === 416) {
    // The part is no beginning of the server's file.
    throw new DownloadError("the server cannot go on with what is here", here === 0);
  }
  throw new DownloadError(answerOf(response), !passing.includes(response.status));
}

/** The byte of the file at which a response begins, and the file's size if the server says it. */
async function placeOf(response: Response, here: number, note: Note | undefined, part: string) {
  const { headers } = response;
  if (response.status !== 206) {
    const length = headers.has("content-encoding") ? NaN : Number(headers.get("content-length") ?? NaN);
    return { from: 0, total: Number.isSafeInteger(length) ? length : undefined };
  }
  const [, start, all] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(headers.get("content-range") ?? "") ?? [];
  const total = all === undefined || all === "*" ? undefined : Number(all);
  const same = Number(start) === here && (note?.total === undefined || total === undefined || total === note.total);
  if (same) return { from: here, total };
  await response.body?.cancel();
  await remove(part);
  throw new DownloadError("the server sends another part than was asked for", false);
}

function check(size: number | undefined, due: number | undefined) {
  if (size === undefined) return;
  if (due !== undefined && size !== due) throw new DownloadError(`it has ${size} bytes there, not ${due}`, true);
  if (size > mostBytes) throw new DownloadError(`it has ${size} bytes, more than any weights`, true);
}

async function save(
  response: Response,
  part: string,
  from: number,
  total: number | undefined,
  { bytes = mostBytes, onProgress }: DownloadOptions,
  watch: Watchdog,
): Promise<number> {
  using file = await Deno.open(part, { write: true, create: true });
  await file.truncate(from);
  await file.seek(from, Deno.SeekMode.Start);
  let received = from;
  onProgress?.(received, total);
  for await (const piece of response.body ?? []) {
    watch.fed(piece.length);
    if (received + piece.length > bytes) {
      throw new DownloadError(`it has more than the ${bytes} bytes that it should have`, true);
    }
    await writeAll(file, piece);
    received += piece.length;
    onProgress?.(received, total);
  }
  return received;
}

function versionOf({ headers }: Response): Version {
  return { etag: headers.get("etag") ?? undefined, modified: headers.get("last-modified") ?? undefined };
}

async function readNote(path: string, url: URL): Promise<Note | undefined> {
  try {
    const note: Note = JSON.parse(await Deno.readTextFile(path));
    return note.url === markOf(url) ? note : undefined;
  } catch {
    return undefined;
  }
}

/** What tells one address from another without a secret: a signed one is another each time. */
function markOf(url: URL): string {
  return withoutSecrets(url.href);
}

async function bytesAt(path: string): Promise<number> {
  return await Deno.stat(path).then(({ size }) => size, () => 0);
}

async function remove(path: string): Promise<void> {
  await Deno.remove(path).catch(() => {});
}

/** Waits, unless the signal is aborted before. */
export async function delay(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, { signal }).catch((error) => {
    if (!signal?.aborted) throw error;
  });
}
