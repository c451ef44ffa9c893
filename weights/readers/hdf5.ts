import { type ArrayFile, guarded, held } from "../array_file.ts";
import { type ByteSource, openSource } from "../source.ts";
import { structureOf } from "./hdf5_file.ts";
import { datasetsOf } from "./hdf5_objects.ts";
import { valuesOf } from "./hdf5_values.ts";

/**
 * Opens an HDF5 file, such as Keras writes. Arrays are named by their paths, `block1_conv1/block1_conv1_W_1:0`.
 *
 * @throws {UserError} if it cannot be read or is no such file.
 */
export function openHdf5(location: URL): Promise<ArrayFile> {
  return guarded(
    location,
    "an HDF5 file as Keras writes it is needed; fetch it again",
    async () => await hdf5Arrays(await openSource(location)),
  );
}

/**
 * The arrays of an HDF5 file; the source is closed with them.
 *
 * @throws {RangeError} if it is damaged.
 */
export async function hdf5Arrays(source: ByteSource): Promise<ArrayFile> {
  try {
    const datasets = await datasetsOf(structureOf(source));
    return {
      shapes: new Map([...datasets].map(([name, { shape }]) => [name, shape])),
      metadata: {},
      async tensor(name) {
        const dataset = held(datasets, name);
        return { shape: dataset.shape, data: await valuesOf(structureOf(source), name, dataset) };
      },
      [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
    };
  } catch (error) {
    await source[Symbol.asyncDispose]();
    throw error;
  }
}
