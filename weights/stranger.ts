import { type FileKind, sniff } from "../base/sniff.ts";
import { isNpy } from "./readers/npz.ts";

/** A file that holds no weights that can be read: what it is, and what to do if that is known. */
interface Stranger {
  readonly what: string;
  readonly hint?: string;
}

const picture: Stranger = { what: "it is a picture", hint: "give pictures to --content and --style" };

/** Files of any use that people take for weights. */
const kinds: Partial<Readonly<Record<FileKind, Stranger>>> = {
  empty: { what: "it is empty" },
  lfs: {
    what: "it is a pointer of Git LFS, not the file",
    hint: "fetch the file itself: git lfs pull, or the download link of its page",
  },
  page: {
    what: "it is a web page",
    hint: "open the address in a browser: it asks for something first, or the file has another address",
  },
  archive: { what: "it is an archive without weights", hint: "unpack it, and name the file of the weights in it" },
  jpeg: picture,
  png: picture,
  gif: picture,
  tiff: picture,
  webp: picture,
  avif: picture,
  heic: picture,
};

/** Models and arrays that people take for weights, with the first bytes by which each is told. */
const strangers: readonly (Stranger & { is(text: string, head: Uint8Array): boolean })[] = [
  {
    what: "it is a message of a server, in XML",
    hint: "read it: the address is wrong, has expired, or asks for a password",
    is: (text) => /^(\xef\xbb\xbf)?\s*<(\?xml|Error>)/.test(text),
  },
  {
    what: "it is a .mat file of version 7.3 (write it again with `-v7`)",
    hint: "in MATLAB: save(FILE, '-struct', 'net', '-v7')",
    is: (text) => text.startsWith("MATLAB 7.3"),
  },
  {
    what: "it is a single array of NumPy, .npy",
    hint: "write its arrays by their names: np.savez(FILE, **arrays)",
    is: (_, head) => isNpy(head),
  },
  {
    what: "it is a model in ONNX",
    hint: "take the file that it was made from; in Python, onnx.numpy_helper gives its arrays for np.savez",
    // An integer in field 1, the version, then the name of the program in field 2, or the graph in field 7.
    is: (text, head) =>
      head[0] === 0x08 && head[1] <= 32 && (head[2] === 0x12 && /^[\w.-]/.test(text.slice(4)) || head[2] === 0x3a),
  },
  {
    what: "it is a model of Caffe",
    hint: "take the same weights from MatConvNet or Keras: weights fetch vgg19, or vgg16",
    // A text in field 1, the network's name, then its layers; or a description in text.
    is: (text, head) =>
      text[0] === "\n" && head[1] > 13 && head[1] < 32 && /^[\w .-]{3}/.test(text.slice(2)) ||
      /^\s*(name\s*:\s*"|layers?\s*\{)/.test(text),
  },
  {
    what: "it is a model of Lua Torch, .t7",
    hint: "in Python, torchfile.load reads it, and np.savez writes its arrays",
    is: (text) => startsWith(text, "\x03\0\0\0\x01\0\0\0", "\x04\0\0\0\x01\0\0\0"),
  },
  {
    what: "it is a Python pickle",
    hint: "if it is of NumPy, load it in Python, and write its arrays by their names: np.savez(FILE, **arrays)",
    is: (text) => startsWith(text, "\x80\x02", "\x80\x03", "\x80\x04", "\x80\x05"),
  },
  {
    what: "it is a model in GGUF, for programs that write text",
    hint: "weights of a VGG are needed: weights fetch vgg19",
    is: (text) => text.startsWith("GGUF"),
  },
  {
    what: "it is a model of TensorFlow Lite",
    hint: "take the model that it was made from",
    is: (text) => text.slice(4, 8) === "TFL3",
  },
];

function startsWith(text: string, ...beginnings: readonly string[]): boolean {
  return beginnings.some((beginning) => text.startsWith(beginning));
}

/** Whether a file's first bytes are those of something known that holds no weights. */
export function isStranger(head: Uint8Array): boolean {
  return known(head) !== undefined;
}

/** What a file is, by its first bytes, if it has none of the supported formats. */
export function strangerOf(head: Uint8Array): Stranger {
  return known(head) ?? { what: "it has no known format" };
}

function known(head: Uint8Array): Stranger | undefined {
  const kind = sniff(head);
  if (kind && kinds[kind]) return kinds[kind];
  const text = String.fromCharCode(...head);
  return strangers.find(({ is }) => is(text, head));
}
