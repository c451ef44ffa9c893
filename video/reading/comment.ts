import { mediabunny } from "../mediabunny_package.ts";
import { extname } from "node:path";
import { containerEndings } from "../coding/codecs.ts";

/** The comment that stands in a film; undefined if there is none, or no such film. */
export async function commentOf(path: string): Promise<string | undefined> {
  if (!containerEndings.includes(extname(path).toLowerCase())) return undefined;
  const { ALL_FORMATS, FilePathSource, Input } = await mediabunny();
  try {
    const input = new Input({ source: new FilePathSource(path), formats: ALL_FORMATS });
    try {
      return (await input.getMetadataTags()).comment;
    } finally {
      input.dispose();
    }
  } catch {
    return undefined;
  }
}
