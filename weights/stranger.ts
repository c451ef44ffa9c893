import { type FileKind, named, sniff } from "../base/sniff.ts";

/** A file that holds no weights that can be read: what it is, and what to do if that is known. */
interface Stranger {
  readonly what: string;
  readonly hint?: string;
}

const picture = "give pictures to `decode.content` and `decode.styles`";

/** What to do with files of any use that people take for weights, and with models and arrays that cannot be read. */
const hints: Partial<Readonly<Record<FileKind, string>>> = {
  empty: "was it saved, or downloaded, to its end?",
  lfs: "fetch the file itself: git lfs pull, or the download link of its page",
  page: "open the address in a browser: it asks for something first, or the file has another address",
  archive: "unpack it, and name the file of the weights in it",
  answer: "read it: the address is wrong, has expired, or asks for a password",
  mat73: "write it again with `-v7`; in MATLAB: save(FILE, '-struct', 'net', '-v7')",
  npy: "write its arrays by their names: np.savez(FILE, **arrays)",
  onnx: "take the file that it was made from; in Python, onnx.numpy_helper gives its arrays for np.savez",
  caffe: "take the same weights from MatConvNet or Keras: weights fetch vgg19, or vgg16",
  t7: "in Python, torchfile.load reads it, and np.savez writes its arrays",
  pickle: "if it is of NumPy, load it in Python, and write its arrays by their names: np.savez(FILE, **arrays)",
  gguf: "it is for programs that write text; weights of a VGG are needed: weights fetch vgg19",
  tflite: "take the model that it was made from",
  jpeg: picture,
  png: picture,
  gif: picture,
  tiff: picture,
  webp: picture,
  avif: picture,
  heic: picture,
};

/** Kinds that may hold weights, or anything. */
const open: readonly (FileKind | undefined)[] = ["hdf5", "mat", "safetensors", "json", "text", undefined];

/** Whether a file's first bytes are those of something known that holds no weights. */
export function isStranger(head: Uint8Array): boolean {
  return !open.includes(sniff(head));
}

/** What a file is, by its first bytes, if it has none of the supported formats. */
export function strangerOf(head: Uint8Array): Stranger {
  const kind = sniff(head);
  if (kind === undefined || open.includes(kind)) return { what: "it has no known format" };
  return { what: `it is ${named(kind)}`, hint: hints[kind] };
}
