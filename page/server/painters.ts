import { createHash } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { TrainedPainter } from "../protocol.ts";

/** The painters that were trained in a folder. */
export interface Painters {
  list(): readonly TrainedPainter[];
  /** Enters the painter of a file's name, or looks at it anew. */
  enter(file: string): Promise<TrainedPainter>;
  pathOf(id: string): string | undefined;
  urlOf(id: string): string | undefined;
  idAt(url: string): string | undefined;
}

/** Opens the painters of a folder: its files that end in `.painter`. */
export async function openPainters(folder: string): Promise<Painters> {
  const known = new Map<string, TrainedPainter & { readonly file: string }>();
  const enter = async (file: string) => {
    const id = createHash("sha256").update(file).digest("hex").slice(0, 16);
    const { size: bytes } = await Deno.stat(join(folder, file));
    const painter = { id, name: file.replace(/\.painter$/, ""), bytes, file };
    known.set(id, painter);
    return painter;
  };
  for await (const { name, isFile } of Deno.readDir(folder)) if (isFile && name.endsWith(".painter")) await enter(name);
  const pathOf = (id: string) => {
    const painter = known.get(id);
    return painter && join(folder, painter.file);
  };
  const urlOf = (id: string) => {
    const path = pathOf(id);
    return path === undefined ? undefined : pathToFileURL(path).href;
  };
  return {
    list: () => [...known.values()].map(({ id, name, bytes }) => ({ id, name, bytes })),
    enter,
    pathOf,
    urlOf,
    idAt: (url) => [...known.keys()].find((id) => urlOf(id) === url),
  };
}
