import { type ArrayFile, guarded } from "../array_file.ts";
import { fromBytes, openSource } from "../source.ts";
import { hdf5Arrays } from "./hdf5.ts";
import { openZip } from "./zip.ts";

/** The file of the weights in the archive that `model.save` of Keras 3 writes. */
export const kerasEntry = "model.weights.h5";

/**
 * Opens a model of Keras 3, `.keras`. Arrays are named by their paths in its HDF5 file, `layers/conv2d/vars/0`.
 *
 * @throws {UserError} if it cannot be read or is no such file.
 */
export function openKeras(location: URL): Promise<ArrayFile> {
  return guarded(location, "a .keras file that model.save wrote is needed; fetch it again", async () => {
    await using source = await openSource(location);
    return await hdf5Arrays(fromBytes(await (await openZip(source)).read(kerasEntry, { summed: true })));
  });
}
