import { BlobReader, BlobWriter, ZipWriter } from "npm:@zip.js/zip.js@2.24.0";

/** A zip archive of some files by name; at level 0 they are stored as they are. */
export async function zipOf(
  files: Readonly<Record<string, Uint8Array<ArrayBuffer>>>,
  level?: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const writer = new ZipWriter(new BlobWriter(), { useWebWorkers: false, level });
  for (const [name, content] of Object.entries(files)) await writer.add(name, new BlobReader(new Blob([content])));
  return new Uint8Array(await (await writer.close()).arrayBuffer());
}
