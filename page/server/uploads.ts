import { createHash } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { UserError } from "../../base/errors.ts";
import { openFilm } from "../../video/reading/mod.ts";
import type { UploadedPicture } from "../protocol.ts";
import { counted } from "./body.ts";
import { keptFilms, keptMasks, keptPictures, pixels, uploadBytes } from "./limits.ts";
import { type Header, headerOf } from "./pictures.ts";
import { Refusal } from "./refusal.ts";

/** What a file is handed over for. */
export type Purpose = "picture" | "mask" | "film";

/** A picture that is kept. */
export interface Kept extends UploadedPicture {
  readonly purpose: Purpose;
  /** Its file's name in the folder of its id. */
  readonly file: string;
}

/** The pictures that were handed over, each a file under its id: the beginning of its SHA-256. */
export interface Uploads {
  /**
   * Takes a picture.
   *
   * @param name What its file was called.
   * @throws {Refusal} 413 if it is too large, 415 if it is no picture, or no film where one is meant.
   */
  take(request: Request, name: string, purpose: Purpose): Promise<{ readonly picture: Kept; readonly header: Header }>;
  /** A picture by its id; undefined if there is none. */
  get(id: string): Kept | undefined;
  /** The path of a picture. */
  pathOf(picture: Kept): string;
  /** The URL of a picture by its id; undefined if there is none. */
  urlOf(id: string): string | undefined;
  /** The id of the picture at a URL. */
  idAt(url: string): string | undefined;
  list(): readonly Kept[];
}

/**
 * Opens the pictures of a folder.
 *
 * @param saved Those that were kept when the server ended.
 * @param inUse Whether a picture may not be forgotten.
 */
export function openUploads(folder: string, saved: readonly Kept[], inUse: (id: string) => boolean): Uploads {
  const kept = new Map(saved.map((picture) => [picture.id, picture]));
  const pathOf = ({ id, file }: Kept) => join(folder, id, file);

  /** Forgets the oldest that are not in use, those of a purpose each for themselves. */
  const forget = async (purpose: Purpose) => {
    const most = { picture: keptPictures, mask: keptMasks, film: keptFilms }[purpose];
    const all = [...kept.values()].filter((picture) => picture.purpose === purpose);
    const spare = all.filter(({ id }) => !inUse(id));
    for (const { id } of spare.slice(0, Math.max(0, all.length - most))) {
      kept.delete(id);
      await Deno.remove(join(folder, id), { recursive: true }).catch(() => {});
    }
  };

  return {
    async take(request, name, purpose) {
      await Deno.mkdir(folder, { recursive: true });
      // Films of pictures are known by their names.
      const ending = purpose === "film" ? filmEnding(name) : ".picture";
      const temporary = join(folder, `.${crypto.randomUUID()}${ending}`);
      try {
        const id = await store(request, temporary);
        const header = await (purpose === "film" ? filmHeaderOf(temporary) : headerOf(temporary)).catch((error) => {
          if (!(error instanceof UserError)) throw error;
          throw new Refusal(415, error.message + (error.hint ? `; ${error.hint}` : ""));
        });
        const { width, height } = header;
        if (width * height > pixels) {
          const megapixels = Math.round(width * height / 1e6);
          throw new Refusal(413, `it has ${megapixels} megapixels: up to ${pixels / 1e6} are taken`);
        }
        const known = kept.get(id);
        // As the newest.
        kept.delete(id);
        const plain = plainName(name);
        const picture = known ?? { id, name: plain, width, height, purpose, file: `${plain}${ending}` };
        if (!known) {
          await Deno.mkdir(join(folder, id), { recursive: true });
          await Deno.rename(temporary, pathOf(picture));
        }
        kept.set(id, picture);
        return { picture, header };
      } finally {
        await Deno.remove(temporary).catch(() => {});
        await forget(purpose);
      }
    },
    get: (id) => kept.get(id),
    pathOf,
    urlOf: (id) => {
      const picture = kept.get(id);
      return picture && pathToFileURL(pathOf(picture)).href;
    },
    idAt: (url) => [...kept.values()].find((picture) => pathToFileURL(pathOf(picture)).href === url)?.id,
    list: () => [...kept.values()],
  };
}

/** Writes what a request brings to a file; returns its id. */
async function store(request: Request, path: string): Promise<string> {
  const hash = createHash("sha256");
  using file = await Deno.open(path, { write: true, createNew: true });
  for await (const piece of counted(request, uploadBytes)) {
    hash.update(piece);
    for (let rest = piece; rest.length > 0;) rest = rest.subarray(await file.write(rest));
  }
  return hash.digest("hex").slice(0, 32);
}

/** The ending of a film's name; `.mp4` for one that says nothing: its bytes tell what it is. */
function filmEnding(name: string): string {
  const [ending = ".mp4"] = /\.[a-z0-9]{1,5}$/i.exec(name) ?? [];
  return ending.toLowerCase();
}

async function filmHeaderOf(path: string): Promise<Header> {
  const { size } = await openFilm(path, { rate: [25, 1], pixelLimit: pixels });
  return { ...size };
}

/** A name that any file system takes, without its ending. */
function plainName(name: string): string {
  const plain = name.replace(/\.[^.]*$/, "").normalize("NFKC").replaceAll(/[^\p{L}\p{N}]+/gu, "-");
  return plain.replaceAll(/^-+|-+$/g, "").slice(0, 40) || "picture";
}
