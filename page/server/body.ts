import { isObject, type Json } from "../../base/json.ts";
import { jsonBytes } from "./limits.ts";
import { Refusal } from "./refusal.ts";

/**
 * The pieces of a request's body, counted as they come.
 *
 * @throws {Refusal} 413 once there are more bytes than allowed.
 */
export async function* counted(request: Request, most: number): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  const tooLarge = () => new Refusal(413, `more than ${Math.round(most / 1024 / 1024)} MB are not taken`);
  if (Number(request.headers.get("content-length") ?? 0) > most) throw tooLarge();
  let bytes = 0;
  for await (const piece of request.body ?? []) {
    bytes += piece.length;
    if (bytes > most) throw tooLarge();
    yield piece;
  }
}

/**
 * The JSON object that a request holds.
 *
 * @throws {Refusal} 415 if it is not called JSON, 413 if it is too large, 400 if it is no object.
 */
export async function jsonOf(request: Request): Promise<Json> {
  const [type] = (request.headers.get("content-type") ?? "").split(";", 1);
  if (type.trim().toLowerCase() !== "application/json") throw new Refusal(415, "JSON is taken here");
  const bytes = await new Blob(await Array.fromAsync(counted(request, jsonBytes))).text();
  return parsed(bytes);
}

/**
 * A JSON object of text.
 *
 * @throws {Refusal} 400 if it is none, or has a key that objects have by themselves.
 */
export function parsed(text: string): Json {
  const odd = ["__proto__", "constructor", "prototype"];
  try {
    const value: unknown = JSON.parse(text, (key, value) => {
      if (odd.includes(key)) throw new SyntaxError(`no key is called ${key}`);
      return value;
    });
    if (isObject(value)) return value;
    throw new SyntaxError("one JSON object is needed");
  } catch (error) {
    throw new Refusal(400, `this is no JSON object: ${error instanceof Error ? error.message : error}`);
  }
}
