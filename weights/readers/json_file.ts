import { openSource } from "../source.ts";

/** The most bytes of a file that tells where arrays lie; those of VGG have 20 kilobytes. */
const longestFile = 10e6;

/**
 * Reads a file of JSON.
 *
 * @throws {RangeError | SyntaxError | TypeError} if it is too long, or none.
 */
export async function readJsonFile(location: URL): Promise<unknown> {
  await using source = await openSource(location);
  if (source.size > longestFile) throw new RangeError(`it has ${source.size} bytes, too many for a list of arrays`);
  return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(await source.read(0, source.size)));
}
