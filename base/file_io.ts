/** Bytes that are handed to the system in one go. */
const portion = 2 ** 24;

/** Writes all bytes at a file's position: a single call of `write` may take fewer. */
export async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let done = 0; done < bytes.length;) done += await file.write(bytes.subarray(done, done + portion));
}

/** Fills an array from a file's position on; returns false if the file ends before. */
export async function readInto(file: Deno.FsFile, bytes: Uint8Array): Promise<boolean> {
  for (let done = 0; done < bytes.length;) {
    const count = await file.read(bytes.subarray(done));
    if (count === null) return false;
    done += count;
  }
  return true;
}
