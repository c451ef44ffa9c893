import assert from "node:assert/strict";
import { serveStudio } from "../../page/server/serve.ts";
import type { Json, State, Status } from "../../page/protocol.ts";
import { landscape, strokes } from "../helpers/pictures.ts";
import { type TemporaryFolder, temporaryFolder } from "../helpers/folders.ts";
import "../helpers/cache.ts";

/** A preset that paints in a second, on one thread. */
export const small = {
  extends: "painting",
  engine: "onnx-cpu",
  threads: 1,
  decode: { size: 48, scales: [] },
  optimise: { iterations: 3, tolerance: 0 },
} as const;

/** A photograph and a painting as files. */
export const photograph: Uint8Array<ArrayBuffer> = bytesOf(await landscape(60, 40).png().toBuffer());
export const painting: Uint8Array<ArrayBuffer> = bytesOf(await strokes(50, 50).png().toBuffer());

function bytesOf(buffer: Uint8Array): Uint8Array<ArrayBuffer> {
  return new Uint8Array(buffer);
}

/** A studio as a page sees it. */
export interface Client extends AsyncDisposable {
  readonly folder: TemporaryFolder;
  readonly origin: string;
  readonly url: string;
  readonly cookie: string;
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Hands a picture over; its id. */
  upload(bytes: BodyInit, as?: string, name?: string): Promise<Response>;
  state(): Promise<State>;
  /** Puts a preset in place. */
  set(document: Json): Promise<State>;
  /** Waits until the status is as wanted. */
  until(wanted: (status: Status) => boolean): Promise<Status>;
  /** Ends the server, but leaves the folder. */
  end(): Promise<void>;
}

/** Serves a studio, and opens it. */
export async function openClient(folder?: TemporaryFolder): Promise<Client> {
  const own = folder ?? await temporaryFolder();
  const served = await serveStudio({ folder: own.path, warm: false });
  const { origin } = new URL(served.url);
  const entrance = await fetch(served.url, { redirect: "manual" });
  await entrance.body?.cancel();
  const [cookie] = entrance.headers.get("set-cookie")!.split(";");
  let ended = false;
  const end = async () => {
    if (!ended) await served[Symbol.asyncDispose]();
    ended = true;
  };
  const client: Client = {
    ...{ folder: own, origin, cookie, url: served.url, end },
    get: (path, headers = {}) => fetch(`${origin}/${path}`, { headers: { cookie, ...headers }, redirect: "manual" }),
    post: (path, body, headers = {}) =>
      fetch(`${origin}/${path}`, {
        method: "POST",
        headers: { cookie, origin, "content-type": "application/json", ...headers },
        body: typeof body === "string" ? body : JSON.stringify(body),
      }),
    upload: (bytes, as = "auto", name = "picture.png") =>
      fetch(`${origin}/upload?as=${as}&name=${name}`, {
        method: "POST",
        headers: { cookie, origin, "content-type": "application/octet-stream" },
        body: bytes,
      }),
    state: async () => await (await client.get("state")).json(),
    async set(document) {
      const answer = await client.post("document", { text: JSON.stringify(document) });
      assert.equal(answer.status, 200);
      return await answer.json();
    },
    async until(wanted) {
      const answer = await client.get("events");
      let text = "";
      for await (const piece of answer.body!.pipeThrough(new TextDecoderStream())) {
        text += piece;
        const messages = text.split("\n\n");
        text = messages.pop()!;
        for (const message of messages.filter((message) => message.startsWith("data: "))) {
          const status: Status = JSON.parse(message.slice(6));
          if (status.phase === "failed") throw new Error(status.note);
          // The end of the loop ends the stream.
          if (wanted(status)) return status;
        }
      }
      throw new Error("the stream ended");
    },
    async [Symbol.asyncDispose]() {
      await end();
      if (!folder) await own[Symbol.asyncDispose]();
    },
  };
  return client;
}

/** A studio in which a small picture is painted. */
export async function openPainted(folder?: TemporaryFolder): Promise<Client> {
  const client = await openClient(folder);
  await client.set(small);
  for (const [bytes, name] of [[photograph, "photo.png"], [painting, "painting.png"]] as const) {
    assert.equal((await client.upload(bytes, "auto", name)).status, 200);
  }
  await client.until(({ phase, frame }) => phase === "done" && frame.kind === "done");
  return client;
}
