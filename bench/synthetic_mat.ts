import { createWriteStream } from "node:fs";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createDeflate } from "node:zlib";
import { sizeOf } from "../graph/mod.ts";
import { networks } from "../networks/network.ts";
import { randomFrom } from "../base/random.ts";

/** A part of a .mat file: its length, and its bytes piece by piece. */
interface Part {
  readonly bytes: number;
  pieces(): Iterable<Uint8Array>;
}

const kinds = { i8: 1, i32: 5, u32: 6, f32: 7, matrix: 14, compressed: 15 } as const;
const classes = { cell: 1, struct: 2, char: 4, single: 7 } as const;

/**
 * Writes a VGG-19 with its top, 143,667,240 seeded values, as MatConvNet and MATLAB would: level 5, compressed.
 */
export async function writeSyntheticMat(path: string): Promise<void> {
  const layers = networks.vgg19.layers.flatMap((layer) => layer.type === "conv" ? [layer] : []);
  let inputs = 3;
  const convolutions = layers.map(({ name, channels }) => {
    const part = convolution(name, [3, 3, inputs, channels]);
    inputs = channels;
    return part;
  });
  const top = [[7, 7, 512, 4096], [1, 1, 4096, 4096], [1, 1, 4096, 1000]]
    .map((shape, i) => convolution(`fc${i + 6}`, shape));
  const all = cell("layers", [...convolutions, ...top]);

  const header = new Uint8Array(128).fill(0x20);
  header.set(new TextEncoder().encode("MATLAB 5.0 MAT-file, synthetic"));
  header.set([0x00, 0x01, 0x49, 0x4d], 124);
  // The length of the compressed part is known at its end.
  await Deno.writeFile(path, joined(header, words(kinds.compressed, 0)));
  let length = 0;
  const count = new Transform({
    transform(piece, _, done) {
      length += piece.length;
      done(null, piece);
    },
  });
  await pipeline(
    Readable.from(all.pieces()),
    createDeflate({ level: 1 }),
    count,
    createWriteStream(path, { flags: "a" }),
  );
  using file = await Deno.open(path, { write: true });
  await file.seek(132, Deno.SeekMode.Start);
  await file.write(words(length));
}

function convolution(name: string, shape: readonly number[]): Part {
  const weights = cell("", [numbers(shape), numbers([1, shape.at(-1)!])]);
  return struct({ name: text(name), type: text("conv"), weights });
}

let block: Uint8Array | undefined;

/** Seeded values in ±0.01: a million of them, over and over. */
function numbers(shape: readonly number[]): Part {
  const random = randomFrom(1);
  block ??= new Uint8Array(Float32Array.from({ length: 1 << 20 }, () => (random() - 0.5) / 50).buffer);
  const values = block;
  const bytes = 4 * sizeOf(shape);
  return matrix(classes.single, shape, "", [element(kinds.f32, {
    bytes,
    *pieces() {
      for (let done = 0; done < bytes; done += values.length) yield values.subarray(0, bytes - done);
    },
  })]);
}

function text(value: string): Part {
  return matrix(classes.char, [1, value.length], "", [element(kinds.i8, whole(new TextEncoder().encode(value)))]);
}

function cell(name: string, items: readonly Part[]): Part {
  return matrix(classes.cell, [1, items.length], name, items);
}

function struct(fields: Readonly<Record<string, Part>>): Part {
  const width = 16;
  const names = new TextEncoder().encode(Object.keys(fields).map((name) => name.padEnd(width, "\0")).join(""));
  // The length of a name comes in the small form: type and length in one word.
  const widthElement = whole(words(kinds.i32 | 4 << 16, width));
  return matrix(classes.struct, [1, 1], "", [widthElement, element(kinds.i8, whole(names)), ...Object.values(fields)]);
}

function matrix(kind: number, shape: readonly number[], name: string, contents: readonly Part[]): Part {
  return element(
    kinds.matrix,
    together([
      element(kinds.u32, whole(words(kind, 0))),
      element(kinds.i32, whole(words(...shape))),
      element(kinds.i8, whole(new TextEncoder().encode(name))),
      ...contents,
    ]),
  );
}

function element(kind: number, content: Part): Part {
  const padding = new Uint8Array((8 - content.bytes % 8) % 8);
  return together([whole(words(kind, content.bytes)), content, whole(padding)]);
}

function together(parts: readonly Part[]): Part {
  return {
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    *pieces() {
      for (const part of parts) yield* part.pieces();
    },
  };
}

function whole(content: Uint8Array): Part {
  return { bytes: content.length, pieces: () => [content] };
}

function words(...values: readonly number[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}
