import { createHash, createHmac } from "node:crypto";

const hmac = (key: string | Uint8Array, text: string) => createHmac("sha256", key).update(text).digest();
const hex = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");

/** A server that speaks the part of S3's language that is needed: objects of one bucket, signed requests. */
export interface S3Server extends AsyncDisposable {
  readonly url: string;
  readonly objects: Map<string, { readonly bytes: Uint8Array<ArrayBuffer>; readonly changed: Date }>;
  /** The methods that were asked for. */
  readonly asked: string[];
  /** Answers so many requests by 503 from now on. */
  failNext(count: number): void;
}

/** Serves a bucket for one pair of keys. */
export function serveS3(bucket: string, keys: { readonly id: string; readonly secret: string }): S3Server {
  const objects: S3Server["objects"] = new Map();
  const asked: string[] = [];
  let failing = 0;
  const refuse = (status: number, code: string, message: string) =>
    new Response(`<Error><Code>${code}</Code><Message>${message}</Message></Error>`, { status });
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    const body = new Uint8Array(await request.arrayBuffer());
    asked.push(request.method);
    if (failing > 0) {
      failing--;
      return refuse(503, "SlowDown", "Please reduce your request rate.");
    }
    if (!isSigned(request, pathname, body, keys)) {
      return refuse(403, "SignatureDoesNotMatch", "The request signature does not match.");
    }
    const [, name, key] = /^\/([^/]+)\/(.*)$/.exec(pathname) ?? [];
    if (name !== bucket) return refuse(404, "NoSuchBucket", "The specified bucket does not exist");
    if (request.method === "PUT") objects.set(key, { bytes: body, changed: new Date() });
    if (request.method === "DELETE") objects.delete(key);
    if (request.method === "PUT" || request.method === "DELETE") return new Response(null);
    const object = objects.get(key);
    if (!object) return refuse(404, "NoSuchKey", "The specified key does not exist.");
    const headers = {
      "last-modified": object.changed.toUTCString(),
      "content-length": String(object.bytes.length),
    };
    return new Response(request.method === "HEAD" ? null : object.bytes, { headers });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    objects,
    asked,
    failNext: (count) => failing = count,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** Checks Signature Version 4 (AWS General Reference, "Signing AWS API requests"). */
function isSigned(
  request: Request,
  path: string,
  body: Uint8Array,
  { id, secret }: { readonly id: string; readonly secret: string },
): boolean {
  const { headers, method } = request;
  const [, credential, names, signature] =
    /^AWS4-HMAC-SHA256 Credential=(\S+?), ?SignedHeaders=(\S+?), ?Signature=([0-9a-f]{64})$/
      .exec(headers.get("authorization") ?? "") ?? [];
  if (!credential?.startsWith(`${id}/`)) return false;
  const scope = credential.slice(id.length + 1);
  const hash = headers.get("x-amz-content-sha256") ?? hex(body);
  if (hash !== "UNSIGNED-PAYLOAD" && hash !== hex(body)) return false;
  const listed = names.split(";").map((name) => `${name}:${headers.get(name)?.trim()}\n`).join("");
  const canonical = [method, path, new URL(request.url).search.slice(1), listed, names, hash].join("\n");
  const text = ["AWS4-HMAC-SHA256", headers.get("x-amz-date"), scope, hex(canonical)].join("\n");
  const key = scope.split("/").reduce<string | Uint8Array>((key, part) => hmac(key, part), `AWS4${secret}`);
  return createHmac("sha256", key).update(text).digest("hex") === signature;
}
