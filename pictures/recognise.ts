/**
 * Looks at a file before it is decoded: whether it is a picture at all, and where in it the picture is.
 *
 * @module
 */
import { messageOf, UserError } from "../base/errors.ts";
import { display } from "../base/read.ts";
import { type FileKind, named, sniff, sniffed } from "../base/sniff.ts";
import { readAtOf } from "./read_at.ts";
import { isRaw, pictureOf, type TiffPage, tiffPages } from "./tiff_pages.ts";

/** What is known of a file before it is decoded. */
interface Recognised {
  /** What it is by its first bytes. */
  readonly kind?: FileKind;
  /** Why its samples may be beyond libvips, in words to stand behind "it is", and what to do. */
  readonly strange?: { readonly what: string; readonly remedy: string };
  /** Where in it the picture is, as sharp takes it. */
  readonly place: { readonly page?: number; readonly subifd?: number };
}

const weights = "name a picture; weights are named with `weights`";

/** What to do with files that cannot be read as pictures, some of them unless libvips is built for it. */
const remedies: Partial<Readonly<Record<FileKind, string>>> = {
  heic: "save it as JPEG, PNG or TIFF first, for example with heif-convert; phones can take JPEGs (Most Compatible)",
  raw: "develop it first, for example with darktable or RawTherapee, and save a TIFF of 16 bits or a JPEG",
  jxl: "save it as PNG, TIFF or JPEG first, for example with djxl",
  jp2: "save it as PNG, TIFF or JPEG first",
  bmp: "save it as PNG first",
  ico: "save it as PNG first",
  pnm: "save it as PNG or TIFF first",
  exr: "save it as a TIFF first",
  hdr: "save it as a TIFF first",
  psd: "save it as PNG or TIFF first, with all layers in one",
  xcf: "export it as PNG or TIFF first",
  video: "take a still first: ffmpeg -i FILM -frames:v 1 still.png",
  pdf: "save the page as PNG first: pdftoppm -r 300 -png FILE page",
  page: "a page shows a picture but is none: copy the address of the picture itself, or save that",
  lfs: "fetch the file with `git lfs pull` in its repository",
  archive: "unpack it, and name a picture of it",
  hdf5: weights,
  safetensors: weights,
  mat: weights,
  mat73: weights,
  npy: weights,
  onnx: weights,
  caffe: weights,
  t7: weights,
  pickle: weights,
  gguf: weights,
  tflite: weights,
  answer: "read it: the address is wrong, has expired, or asks for a password",
  json: "name a picture",
  text: "name a picture",
  empty: "was it saved, or downloaded, to its end?",
};

/** The meanings of samples (PhotometricInterpretation) as CIELab, with a sign, without, and ITU's. */
const labSpaces: readonly number[] = [8, 9, 10];

/**
 * What a file is, and where in it the picture is.
 *
 * @param source Its bytes, or its path.
 * @param remark Told if the file has other pictures.
 * @throws {UserError} if it is a camera's raw file, whose preview libvips would read.
 */
export async function recognise(
  source: Uint8Array | string,
  location: URL,
  remark: (message: string) => void,
): Promise<Recognised> {
  const readAt = readAtOf(source);
  const kind = sniff(await readAt(0, sniffed));
  const pages = kind === "tiff" ? await tiffPages(readAt) : [];
  if (kind === "raw" || isRaw(pages)) throw unreadable(location, { kind: "raw" });
  const picture = pictureOf(pages);
  if (!picture) return { kind, place: {} };
  const others = pages.filter((page) => page !== picture && !page.preview).length;
  if (picture !== pages[0]) {
    remark(`its first page is a preview: ${placeInWords(picture)}, is taken`);
  } else if (others > 0) {
    remark(`it has ${others + 1} pages: the first, ${sizeOf(picture)}, is taken`);
  }
  return { kind, strange: strangenessOf(picture), place: { page: picture.page, subifd: picture.below } };
}

/** Why the samples of a page may be beyond libvips. */
function strangenessOf({ photometric, bits, format }: TiffPage): Recognised["strange"] {
  if (labSpaces.includes(photometric)) {
    return { what: "a TIFF in CIELab colours", remedy: "save it in RGB, as TIFF or PNG" };
  }
  const numbers = format >= 5 ? "complex numbers" : format === 3 ? "floats" : "whole numbers";
  if (format < 5 && (bits <= 16 || bits === 32)) return undefined;
  return { what: `a TIFF of ${bits}-bit ${numbers}`, remedy: "save it with 32-bit floats, or 16 bits per sample" };
}

/** The error for a file that cannot be read: by what it is, or if that is a picture as any, by the decoder's words. */
export function unreadable(
  location: URL,
  { kind, strange }: Omit<Recognised, "place">,
  cause?: unknown,
): UserError {
  const remedy = strange?.remedy ?? (kind && remedies[kind]);
  // The first line of what a decoder says: the others are of one fault as a rule.
  const said = messageOf(cause).split("; ")[0].slice(0, 200);
  const reason = strange ? `it is ${strange.what} (${said})` : kind && remedy ? `it is ${named(kind)}` : said;
  return new UserError(`Cannot read ${display(location)} as a picture: ${reason}`, {
    hint: remedy ?? "a whole JPEG, PNG, WebP, AVIF or TIFF file is needed",
    code: "picture-unreadable",
    cause,
  });
}

function placeInWords(page: TiffPage): string {
  const place = page.below === undefined ? `page ${page.page + 1}` : `the picture below page ${page.page + 1}`;
  return `${place}, ${sizeOf(page)}`;
}

function sizeOf({ width, height }: TiffPage): string {
  return `${width}×${height}`;
}
