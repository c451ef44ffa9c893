import { pathToFileURL } from "node:url";
import { UserError } from "../../base/errors.ts";
import { fitted, longerSide } from "../../pictures/picture.ts";
import { openPicture, readXmp } from "../../pictures/read_picture.ts";
import { deepEndings, encodePicture, endings, lossyEndings } from "../../pictures/write_picture.ts";
import { Refusal } from "./refusal.ts";

/** The types of the formats, by their endings. */
const types: Readonly<Record<string, string>> = {
  ".png": "image/png",
  ".jpg": "image/jpeg",
  ".webp": "image/webp",
  ".avif": "image/avif",
  ".tif": "image/tiff",
};

/**
 * A picture of the folder as a download: in any format, at its own size or a smaller one, the preset inside.
 *
 * @param asked `format`, `side`, `depth` and `quality`, each of which may be left out.
 * @throws {Refusal} 400 if one of them is none.
 */
export async function downloadOf(path: string, name: string, asked: URLSearchParams): Promise<Response> {
  const ending = `.${asked.get("format") ?? "png"}`;
  const type = endings.includes(ending) ? types[ending] : undefined;
  if (type === undefined) throw new Refusal(400, `the formats are ${Object.keys(types).join(", ")}`);
  const depth = asked.get("depth") === "16" && deepEndings.includes(ending) ? 16 : 8;
  const quality = lossyEndings.includes(ending) ? numberIn(asked, "quality", 1, 100) : undefined;
  const bytes = await Deno.readFile(path);
  const file = await openPicture(bytes, pathToFileURL(path));
  const side = Math.min(numberIn(asked, "side", 16, 32768) ?? Infinity, longerSide(file.size));
  const size = fitted(file.size, side);
  const picture = { ...await file.pixels(size), alpha: await file.alpha(size), density: file.density, name };
  const xmp = await readXmp(bytes).catch(() => undefined) ?? "";
  const encoded = await encodePicture(picture, { ending, depth, tiff: "auto", quality, xmp }).catch((error) => {
    throw error instanceof UserError ? new Refusal(400, error.message) : error;
  });
  return attachment(encoded, `${name}${ending}`, type);
}

/** An answer that a browser saves under a name. */
export function attachment(body: BodyInit, name: string, type: string): Response {
  const plain = name.replaceAll(/[^\w.-]/g, "_");
  const disposition = `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(name)}`;
  return new Response(body, { headers: { "content-type": type, "content-disposition": disposition } });
}

function numberIn(asked: URLSearchParams, key: string, least: number, most: number): number | undefined {
  const text = asked.get(key);
  if (text === null || text === "") return undefined;
  const number = Number(text);
  if (Number.isInteger(number) && number >= least && number <= most) return number;
  throw new Refusal(400, `${key} is a whole number from ${least} to ${most}`);
}
