/**
 * Tells by its first bytes what a file is, whatever its name.
 *
 * @module
 */

/** The bytes that {@linkcode sniff} looks at, if there are so many. */
export const sniffed = 1024;

/** What a file is, as a sentence names it. */
const names = {
  jpeg: "a JPEG picture",
  png: "a PNG picture",
  webp: "a WebP picture",
  avif: "an AVIF picture",
  tiff: "a TIFF picture",
  gif: "a GIF picture",
  svg: "an SVG drawing",
  heic: "a HEIC picture",
  jxl: "a JPEG XL picture",
  jp2: "a JPEG 2000 picture",
  bmp: "a BMP picture",
  ico: "an icon",
  pnm: "a PNM picture",
  exr: "an OpenEXR picture",
  hdr: "a Radiance HDR picture",
  psd: "a Photoshop document",
  xcf: "a GIMP document",
  raw: "a camera's raw file",
  video: "a film",
  pdf: "a PDF document",
  page: "a web page",
  lfs: "a Git LFS pointer, not the file itself",
  archive: "an archive",
  hdf5: "an HDF5 file",
  safetensors: "a safetensors file",
  mat: "a MATLAB file",
  mat73: "a .mat file of version 7.3",
  npy: "a single array of NumPy, .npy",
  onnx: "a model in ONNX",
  caffe: "a model of Caffe",
  t7: "a model of Lua Torch, .t7",
  pickle: "a Python pickle",
  gguf: "a model in GGUF",
  tflite: "a model of TensorFlow Lite",
  answer: "a message of a server, in XML",
  json: "JSON",
  text: "text",
  empty: "empty",
} as const;

/** A kind of file. */
export type FileKind = keyof typeof names;

/** The bytes at an offset that make a kind, in Latin-1; the first row that fits counts. */
const signatures: readonly (readonly [FileKind, number, string])[] = [
  ["jpeg", 0, "\xff\xd8\xff"],
  ["png", 0, "\x89PNG\r\n\x1a\n"],
  ["gif", 0, "GIF8"],
  ["webp", 8, "WEBP"],
  // Canon, Olympus, Panasonic, Fujifilm, Sigma, Minolta: TIFFs of a kind, or formats of their own.
  ["raw", 8, "CR\x02"],
  ["raw", 0, "IIRO"],
  ["raw", 0, "IIRS"],
  ["raw", 0, "MMOR"],
  ["raw", 0, "IIU\0"],
  ["raw", 0, "FUJIFILMCCD-RAW"],
  ["raw", 0, "FOVb"],
  ["raw", 0, "\0MRM"],
  ["raw", 4, "ftypcrx"],
  ["tiff", 0, "II*\0"],
  ["tiff", 0, "MM\0*"],
  ["tiff", 0, "II+\0"],
  ["tiff", 0, "MM\0+"],
  ["avif", 4, "ftypavi"],
  ...["heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs"]
    .map((brand): [FileKind, number, string] => ["heic", 4, `ftyp${brand}`]),
  ["jxl", 0, "\xff\x0a"],
  ["jxl", 0, "\0\0\0\x0cJXL "],
  ["jp2", 0, "\0\0\0\x0cjP  "],
  ["jp2", 0, "\xff\x4f\xff\x51"],
  ["ico", 0, "\0\0\x01\0"],
  ["exr", 0, "\x76\x2f\x31\x01"],
  ["hdr", 0, "#?RADIANCE"],
  ["psd", 0, "8BPS"],
  ["xcf", 0, "gimp xcf"],
  ["video", 0, "\x1a\x45\xdf\xa3"],
  ["video", 8, "AVI "],
  ["pdf", 0, "%PDF-"],
  ["lfs", 0, "version https://git-lfs."],
  ["lfs", 0, "version https://hawser."],
  ["archive", 0, "PK\x03\x04"],
  ["archive", 0, "PK\x05\x06"],
  ["archive", 0, "Rar!\x1a\x07"],
  ["archive", 0, "7z\xbc\xaf\x27\x1c"],
  ["archive", 0, "\x1f\x8b"],
  ["archive", 0, "BZh"],
  ["archive", 0, "\xfd7zXZ\0"],
  ["archive", 0, "\x28\xb5\x2f\xfd"],
  ["archive", 257, "ustar"],
  ["hdf5", 0, "\x89HDF\r\n\x1a\n"],
  ["mat", 0, "MATLAB 5.0"],
  ["mat73", 0, "MATLAB 7.3"],
  ["npy", 0, "\x93NUMPY"],
  ["t7", 0, "\x03\0\0\0\x01\0\0\0"],
  ["t7", 0, "\x04\0\0\0\x01\0\0\0"],
  ...["\x02", "\x03", "\x04", "\x05"].map((version): [FileKind, number, string] => ["pickle", 0, `\x80${version}`]),
  ["gguf", 0, "GGUF"],
  ["tflite", 4, "TFL3"],
];

/** The length of a header, which may look like any signature, and the JSON that it begins with. */
const safetensors = /^[^]{5}\0{3}\{/;

/** Kinds that patterns tell, of the first bytes as Latin-1. */
const binaryPatterns: readonly (readonly [FileKind, RegExp])[] = [
  // An integer in field 1, the version, then the name of the program in field 2, or the graph in field 7.
  // deno-lint-ignore no-control-regex
  ["onnx", /^\x08[\0-\x20](\x12[^][\w.-]|:)/],
  // A text in field 1, the network's name, then its layers.
  // deno-lint-ignore no-control-regex
  ["caffe", /^\n[\x0e-\x1f][\w .-]{3}/],
];

/** As these, without blanks before them. */
const patterns: readonly (readonly [FileKind, RegExp])[] = [
  ["svg", /^(<\?xml[^>]*>|<!--[^]*?-->|<!DOCTYPE svg[^>]*>|\s)*<svg[\s>]/i],
  ["page", /^(<\?xml[^>]*>|<!--[^]*?-->|\s)*<(!doctype html|html|head|body|title|meta|script)\b/i],
  ["bmp", /^BM[^]{4}\0\0\0\0/],
  ["pnm", /^P[1-7]\s[\d\s#]/],
  ["answer", /^<(\?xml|Error>)/],
  ["caffe", /^(name\s*:\s*"|layers?\s*\{)/],
  ["json", /^[{[]\s*["{[\]}\d]/],
];

/**
 * What a file is, by its first bytes; undefined if nothing known.
 *
 * @param head The first {@linkcode sniffed} bytes, or all that there are.
 */
export function sniff(head: Uint8Array): FileKind | undefined {
  if (head.length === 0) return "empty";
  const text = latin(head, 0, sniffed);
  if (safetensors.test(text)) return "safetensors";
  const signed = signatures.find(([, offset, bytes]) => latin(head, offset, bytes.length) === bytes);
  if (signed) return signed[0];
  const box = brandsOf(head);
  if (box) return box;
  const start = text.replace(/^(\xef\xbb\xbf)?\s*/, "");
  const matching = binaryPatterns.find(([, pattern]) => pattern.test(text)) ??
    patterns.find(([, pattern]) => pattern.test(start));
  if (matching) return matching[0];
  // deno-lint-ignore no-control-regex
  return /[\0-\x08\x0e-\x1f]/.test(text) ? undefined : "text";
}

/** A kind in words, to stand behind "it is". */
export function named(kind: FileKind): string {
  return names[kind];
}

/** What an ISO base media file is by all of its brands: those of pictures may stand behind a general one. */
function brandsOf(head: Uint8Array): FileKind | undefined {
  if (latin(head, 4, 4) !== "ftyp") return undefined;
  const end = new DataView(head.buffer, head.byteOffset).getUint32(0);
  const brands = latin(head, 8, Math.min(end, 256) - 8).match(/[^]{4}/g) ?? [];
  if (brands.some((brand) => brand.startsWith("avi"))) return "avif";
  if (brands.some((brand) => /^(hei|hev)/.test(brand))) return "heic";
  return brands.some((brand) => /^(mif1|msf1|miaf)/.test(brand)) ? undefined : "video";
}

/** Bytes as text, each one sign. */
function latin(bytes: Uint8Array, offset: number, length: number): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}
