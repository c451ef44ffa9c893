import { join } from "node:path";
import { isObject } from "../../base/json.ts";
import { loadPicture } from "../../pictures/read_picture.ts";
import { loadPreset } from "../../presets/load.ts";
import { optionsOf } from "../../presets/preset.ts";
import { openRegistry } from "../../presets/registry.ts";
import { shipped } from "../../presets/shipped.ts";
import { layerNames, networks } from "../../networks/network.ts";
import { decode } from "../../stages/decode.ts";
import { fitted, longerSide } from "../../pictures/picture.ts";
import { forFile } from "./bringing.ts";
import { jsonOf, parsed } from "./body.ts";
import { attachment, downloadOf } from "./downloads.ts";
import { eventStream } from "./events.ts";
import { listeners } from "./limits.ts";
import { shownFile, shownPicture } from "./pictures.ts";
import { Refusal } from "./refusal.ts";
import type { Role } from "./placing.ts";
import type { Studio } from "./studio.ts";

/** What a request asks for. */
interface Asked {
  readonly request: Request;
  /** What stands behind the name in the path. */
  readonly id: string;
  readonly search: URLSearchParams;
}

/** What answers a request, by its method and the first name in its path. */
export type Routes = Readonly<Record<string, (asked: Asked) => Response | Promise<Response>>>;

const roles: readonly Role[] = ["auto", "photograph", "painting", "mask", "picture", "film"];

/** @param end Ends the streams. */
export function routesOf(studio: Studio, end: AbortSignal): Routes {
  const { live, jobs, uploads, versions, painters } = studio;
  const thumbnails = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  let listening = 0;
  let schema: Promise<object> | undefined;
  const found = <T>(thing: T | undefined): T => {
    if (thing === undefined) throw new Refusal(404, "there is no such thing here");
    return thing;
  };
  const text = (value: unknown, key: string) => {
    if (typeof value === "string") return value;
    throw new Refusal(400, `${key} is a text`);
  };
  return {
    "GET state": async () => Response.json(await studio.state()),
    "GET events": () => {
      if (listening >= listeners) throw new Refusal(429, "many pages listen already");
      listening++;
      const stream = eventStream(studio.hub, studio.status, live.curve, end, () => listening--);
      return new Response(stream, { headers: { "content-type": "text/event-stream" } });
    },
    "GET schema": async () => Response.json(await (schema ??= schemaForPage())),
    "GET preset": async ({ id }) => {
      const name = found(shipped.find((name) => name === id));
      const thumbnail = thumbnails.get(name) ?? thumbnailOf(name);
      thumbnails.set(name, thumbnail);
      thumbnail.catch(() => thumbnails.delete(name));
      return picture(await thumbnail, "private, max-age=86400");
    },
    "GET shipped": async ({ id }) => {
      const [name] = found(/^[a-z-]+\.(?:jpg|png)$/.exec(id) ?? undefined);
      return picture(await shippedPicture(name));
    },
    "GET picture": async ({ id, search }) => {
      const kept = found(uploads.get(id));
      if (kept.purpose === "film") throw new Refusal(404, "it is no picture");
      const grey = kept.purpose === "mask";
      const bytes = await shownFile(uploads.pathOf(kept), sideIn(search, 1600), { grey });
      return picture(bytes, "private, max-age=86400");
    },
    "GET photograph": async ({ search }) => {
      const { effective } = await studio.state();
      const content = String((effective.decode as { content?: string } | undefined)?.content ?? "");
      const [, id] = /^upload:(\w+)$/.exec(content) ?? [];
      const kept = id === undefined ? undefined : uploads.get(id);
      if (kept) return picture(await shownFile(uploads.pathOf(kept), sideIn(search, 1600)));
      const [, name] = found(/^impasto:examples\/([a-z-]+\.(?:jpg|png))$/.exec(content) ?? undefined);
      return picture(await shippedPicture(name));
    },
    "GET frame": async () => picture(found(await live.frame.bytes())),
    "GET job": async ({ id }) => picture(found(await found(jobs.frameOf(id)).bytes())),
    "GET made": async ({ id }) => {
      const { file } = found(jobs.list().find((job) => job.id === id));
      const { readable } = await Deno.open(join(studio.folder, found(file)));
      return attachment(readable, file!, "application/octet-stream");
    },
    "GET version": async ({ id, search }) => {
      const version = found(versions.get(id));
      return picture(await shownFile(versions.pathOf(version), sideIn(search, 1600)), "private, max-age=86400");
    },
    "GET download": async ({ id, search }) => {
      const version = found(versions.get(id));
      return await downloadOf(versions.pathOf(version), version.file.replace(/\.\w+$/, ""), search);
    },
    "GET preset-file": async () => {
      const { document } = await studio.state();
      const json = forFile(document, uploads, painters);
      return attachment(`${JSON.stringify(json, null, 2)}\n`, "preset.json", "application/json");
    },
    "GET painter": async ({ id }) => {
      const path = found(painters.pathOf(id));
      const { name } = found(painters.list().find((painter) => painter.id === id));
      return attachment((await Deno.open(path)).readable, `${name}.painter`, "application/octet-stream");
    },
    "POST upload": async ({ request, search }) => {
      const role = found(roles.find((role) => role === (search.get("as") ?? "auto")));
      if (request.headers.get("content-type") !== "application/octet-stream") {
        throw new Refusal(415, "bytes are taken here");
      }
      return Response.json(
        await studio.take(request, search.get("name") ?? "", role, Number(search.get("style") ?? 0)),
      );
    },
    "POST change": async ({ request }) => {
      const { path, value, gesture } = await jsonOf(request);
      const keys = Array.isArray(path) && path.length > 0 && path.length < 12 ? path.map(String) : [];
      if (keys.length === 0 || keys.some((key) => ["__proto__", "constructor", "prototype"].includes(key))) {
        throw new Refusal(400, "the path is a list of keys");
      }
      const changed = value === null ? undefined : value;
      return Response.json(await studio.change(keys, changed, gesture === undefined ? undefined : String(gesture)));
    },
    "POST document": async ({ request }) => {
      const { text: json } = await jsonOf(request);
      return Response.json(await studio.replace(parsed(text(json, "text"))));
    },
    "POST undo": async ({ request }) => Response.json((await jsonOf(request), await studio.undo())),
    "POST redo": async ({ request }) => Response.json((await jsonOf(request), await studio.redo())),
    "POST auto": async ({ request }) => Response.json(await studio.setAuto((await jsonOf(request)).on === true)),
    "POST back": async ({ request }) => Response.json(await studio.back(text((await jsonOf(request)).id, "id"))),
    "POST live": async ({ request }) => {
      const { act } = await jsonOf(request);
      const acts: Readonly<Record<string, () => unknown>> = {
        paint: () => studio.paint(),
        stop: () => live.stop(),
        go: () => live.goOn(),
        best: () => live.keep(),
      };
      const does = Object.hasOwn(acts, String(act)) ? acts[String(act)] : undefined;
      const version = await found(does)();
      return Response.json(isObject(version) ? { version: version.id } : {});
    },
    "POST job": async ({ request }) => {
      const { document } = await studio.state();
      return Response.json({ id: jobs.start(await jsonOf(request), document) });
    },
    "POST job-stop": async ({ request }) => Response.json((jobs.stop(text((await jsonOf(request)).id, "id")), {})),
    "POST jobs-clear": async ({ request }) => Response.json((await jsonOf(request), jobs.clear(), {})),
  };
}

function picture(bytes: Uint8Array<ArrayBuffer>, caching = "no-store"): Response {
  const type = bytes[0] === 0x89 ? "image/png" : "image/jpeg";
  return new Response(bytes, { headers: { "content-type": type, "cache-control": caching } });
}

function sideIn(search: URLSearchParams, usual: number): number {
  const side = Number(search.get("side") ?? usual);
  return Number.isInteger(side) && side >= 16 && side <= 8192 ? side : usual;
}

/** The schema of presets, the layers of each network, and the presets that ship. */
async function schemaForPage(): Promise<object> {
  const presets = shipped.map(async (name) => {
    const preset = await loadPreset(name, [], { incomplete: true });
    const picture = (optionsOf(preset, decode)?.styles ?? []).length > 0;
    return { name, description: preset.description, picture };
  });
  const layers = Object.entries(networks).map(([name, network]) => [name, layerNames(network)]);
  return {
    schema: openRegistry().schema(),
    layers: Object.fromEntries(layers),
    presets: await Promise.all(presets),
  };
}

/** What a preset makes of a photograph, in small: several have the same painting. */
async function thumbnailOf(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return await shippedPicture(`presets/${name}.jpg`);
}

/** A picture of the folder `examples`. */
async function shippedPicture(name: string): Promise<Uint8Array<ArrayBuffer>> {
  const file = await loadPicture(new URL(`../../examples/${name}`, import.meta.url).href);
  const size = fitted(file.size, Math.min(1600, longerSide(file.size)));
  return await shownPicture({ ...await file.pixels(size), name: "" }, 1600);
}
