import { type ArrayFile, guarded, held } from "../array_file.ts";
import { openSource } from "../source.ts";
import { contained } from "./contained.ts";
import type { Hdf5Request, Hdf5Result } from "./hdf5_worker.ts";

/** VGG with its top has 575 MB; the library needs the whole file in memory. */
const largestFile = 800e6;

/**
 * Opens an HDF5 file, such as Keras writes. Arrays are named by their paths, `block1_conv1/block1_conv1_W_1:0`.
 *
 * @throws {UserError} if it cannot be read or is no such file.
 */
export function openHdf5(location: URL): Promise<ArrayFile> {
  return guarded(location, "an HDF5 file as Keras writes it is needed; fetch it again", async () => {
    await using source = await openSource(location);
    if (source.size > largestFile) throw tooLarge(source.size);
    return await hdf5Arrays(await source.read(0, source.size));
  });
}

/**
 * The arrays of an HDF5 file in memory, whose bytes are lost here.
 *
 * @throws {RangeError} if it is damaged.
 */
export async function hdf5Arrays(bytes: Uint8Array<ArrayBuffer>): Promise<ArrayFile> {
  if (bytes.length > largestFile) throw tooLarge(bytes.length);
  const library = contained<Hdf5Request, Hdf5Result>(new URL("./hdf5_worker.ts", import.meta.url), bytes.length);
  try {
    const entries = await library.ask({ open: bytes.buffer }, [bytes.buffer]) as [string, number[]][];
    const shapes = new Map(entries);
    return {
      shapes,
      metadata: {},
      async tensor(name) {
        const shape = held(shapes, name);
        return { shape, data: await library.ask({ read: name }) as Float32Array<ArrayBuffer> };
      },
      [Symbol.asyncDispose]: () => library[Symbol.asyncDispose](),
    };
  } catch (error) {
    await library[Symbol.asyncDispose]();
    throw error;
  }
}

function tooLarge(bytes: number): RangeError {
  return new RangeError(`it has ${bytes} bytes, more than any VGG`);
}
