import { messageOf, UserError } from "../base/errors.ts";
import { signing } from "./packages.ts";
import type { Store } from "./store.ts";

/** Milliseconds after which what is needed again is written again, so that rules about old objects spare it. */
const day = 86_400_000;

/** How often a request is tried that the server could not answer. */
const retries = 4;

/**
 * Blobs in a bucket of S3, or of a server that speaks its language (MinIO, Ceph, Garage). The keys come from the
 * environment: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, and `AWS_SESSION_TOKEN` if there is one; so do
 * `AWS_REGION` and `AWS_ENDPOINT_URL`, unless the address names them.
 *
 * @throws {UserError} if there are no keys, or the bucket cannot be used.
 */
export async function openS3Store(url: URL): Promise<Store> {
  const bucket = url.hostname;
  const prefix = url.pathname.replace(/^\/+|\/+$/g, "");
  const region = url.searchParams.get("region") ?? fromEnvironment("AWS_REGION") ?? "us-east-1";
  const endpoint = url.searchParams.get("endpoint") ?? fromEnvironment("AWS_ENDPOINT_URL") ??
    `https://s3.${region}.amazonaws.com`;
  const [accessKeyId, secretAccessKey] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"].map(fromEnvironment);
  if (!accessKeyId || !secretAccessKey || bucket === "") {
    const lacking = bucket === "" ? "it names no bucket" : "there are no keys";
    throw new UserError(`Cannot use s3://${bucket} for blobs: ${lacking}`, {
      hint: "such as s3://BUCKET/impasto, with AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in the environment",
      exitCode: 2,
    });
  }
  const { AwsClient } = await signing();
  const sessionToken = fromEnvironment("AWS_SESSION_TOKEN");
  const client = new AwsClient({ accessKeyId, secretAccessKey, sessionToken, region, service: "s3", retries });
  const shown = `s3://${bucket}${prefix && `/${prefix}`}`;

  /** Sends a request; what is not there is no error. */
  const ask = async (method: string, key: string, body?: Uint8Array<ArrayBuffer>): Promise<Response | undefined> => {
    const place = `${endpoint.replace(/\/$/, "")}/${bucket}/${prefix && `${prefix}/`}${key}`;
    let reason: string;
    try {
      const response = await client.fetch(place, { method, body });
      if (response.ok) return response;
      const text = await response.text();
      if (response.status === 404 && !text.includes("NoSuchBucket")) return undefined;
      reason = `${/<Message>([^<]+)/.exec(text)?.[1] ?? response.statusText} (${response.status})`;
    } catch (error) {
      reason = messageOf(error);
    }
    throw new UserError(`Cannot ${method === "PUT" ? "write to" : "use"} ${shown}: ${reason}`, {
      code: method === "PUT" ? "unwritable" : "unreadable",
      hint: "look at the bucket's name, its endpoint and the keys",
    });
  };
  await (await ask("GET", "results/none.json"))?.body?.cancel();
  return {
    async read(key) {
      const response = await ask("GET", key);
      return response && new Uint8Array(await response.arrayBuffer());
    },
    async write(key, bytes) {
      await (await ask("PUT", key, bytes))?.body?.cancel();
    },
    async renew(key) {
      const response = await ask("HEAD", key);
      await response?.body?.cancel();
      const changed = Date.parse(response?.headers.get("last-modified") ?? "");
      if (!response || Date.now() - changed > day) return undefined;
      return Number(response.headers.get("content-length"));
    },
    async remove(key) {
      await (await ask("DELETE", key))?.body?.cancel();
    },
  };
}

function fromEnvironment(variable: string): string | undefined {
  const { state } = Deno.permissions.querySync({ name: "env", variable });
  return state === "granted" ? Deno.env.get(variable) || undefined : undefined;
}
