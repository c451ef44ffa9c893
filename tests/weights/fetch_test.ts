import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { catalogue, type CatalogueEntry, type Source } from "../../weights/catalogue.ts";
import { fetchEntry, type FetchEvent, fetchWeights } from "../../weights/fetch.ts";
import { networks } from "../../networks/network.ts";
import { findStored, removeStored, storedNames, weightsFolder } from "../../weights/store.ts";
import "../helpers/cache.ts";
import { clearError } from "../helpers/errors.ts";
import { type Exchange, hostileServer, sendFile } from "../helpers/hostile_server.ts";
import { weightsFile } from "../helpers/weights_files.ts";

const bytes = await Deno.readFile(weightsFile("flat.h5"));
const hash = (kind: "sha256" | "md5", content: Uint8Array) => createHash(kind).update(content).digest("hex");
const [sha256, md5] = [hash("sha256", bytes), hash("md5", bytes)];
const quick = { pause: 1 };

/** An entry with a name of its own, so that tests do not meet. */
const entry = (name: string, ...sources: Source[]): CatalogueEntry => ({
  name,
  network: "vgg19",
  layers: "conv1_1",
  licence: "none",
  sources,
});
const serving = (answer: (exchange: Exchange) => Promise<void> = (exchange) => sendFile(exchange, bytes)) =>
  hostileServer(answer);
/** What downloads left behind. */
const leftovers = async () =>
  (await Array.fromAsync(Deno.readDir(join(weightsFolder(), "downloads")), ({ name }) => name))
    .filter((name) => !name.endsWith(".lock"));

Deno.test("the catalogue names networks, and for each source a size or a hash that tells it", () => {
  for (const { name, network, licence, sources } of Object.values(catalogue)) {
    assert(Object.hasOwn(networks, network), name);
    assert(licence && sources.length > 0, name);
    for (const { url, bytes, sha256, md5 } of sources) {
      assert.match(url, /^https?:\/\//);
      assert.match(sha256 ?? md5 ?? "", sha256 ? /^[0-9a-f]{64}$/ : /^[0-9a-f]{32}$/, url);
      assert(bytes === undefined || bytes > 5e7, url);
    }
  }
});

Deno.test("weights are fetched, checked, converted and stored; a second time they are here", async () => {
  await using server = serving();
  const source = { url: server.url("/f.h5").href, bytes: bytes.length, md5 };
  const events: FetchEvent[] = [];
  const first = await fetchEntry(entry("whole", source), { ...quick, onEvent: (event) => events.push(event) });
  assert.equal(first.already, false);
  assert.deepEqual([...new Set(events.map(({ kind }) => kind))], ["source", "received", "convert"]);
  assert.deepEqual(await fetchEntry(entry("whole", source), quick), { path: first.path, already: true });
  assert.equal(server.requests.length, 1);
  assert((await storedNames()).includes("whole"));
  assert.deepEqual(await leftovers(), []);
});

Deno.test("two runs at once fetch once", async () => {
  const waiting = Promise.withResolvers<void>();
  await using server = serving(async (exchange) => {
    await waiting.promise;
    await sendFile(exchange, bytes);
  });
  const events: FetchEvent[] = [];
  const both = entry("both", { url: server.url("/f.h5").href, sha256 });
  const onEvent = (event: FetchEvent) => {
    events.push(event);
    if (event.kind === "warning") waiting.resolve();
  };
  const run = () => fetchEntry(both, { ...quick, onEvent }).finally(waiting.resolve);
  const results = await Promise.all([run(), run()]);
  assert.deepEqual(results.map(({ already }) => already).sort(), [false, true]);
  assert.equal(server.requests.length, 1);
  assert(events.some((event) => event.kind === "warning" && /another run is fetching both/.test(event.message)));
});

Deno.test("sources are tried in order: a dead one, one with other bytes, then a good one", async () => {
  const other = bytes.with(9000, bytes[9000] ^ 1);
  await using server = serving((exchange) =>
    exchange.target === "/gone"
      ? exchange.head("410 Gone")
      : sendFile(exchange, exchange.target === "/other" ? other : bytes)
  );
  const at = (path: string) => ({ url: server.url(path).href, bytes: bytes.length, sha256 });
  const warnings: string[] = [];
  const onEvent = (event: FetchEvent) => event.kind === "warning" && warnings.push(event.message);
  await fetchEntry(entry("third", at("/gone"), at("/other"), at("/good")), { ...quick, onEvent });
  assert.match(warnings[0], /\/gone: the server answered 410 Gone$/);
  assert.match(warnings[1], /\/other is not the file that it should be: its SHA-256 is [0-9a-f]{64}$/);
  assert(await findStored("third"));
});

Deno.test("bytes that are not those of the catalogue are never used, and leave nothing", async () => {
  const other = bytes.with(9000, bytes[9000] ^ 1);
  await using server = serving((exchange) => sendFile(exchange, other));
  for (const expected of [{ md5 }, { sha256 }]) {
    const source = { url: server.url("/f.h5").href, ...expected };
    const error = await clearError(() => fetchEntry(entry("wrong", source), quick));
    assert.match(error.message, /^Cannot fetch wrong: http.*f\.h5 is not the file that it should be/);
    assert.match(error.hint!, /weights import FILE --name wrong; to go on now: `network` vgg19-mini/);
  }
  assert.equal(await findStored("wrong"), undefined);
  assert.deepEqual(await leftovers(), []);
});

Deno.test("a run that ended before it converted leaves a file that the next one takes, once it is checked", async () => {
  await using server = serving();
  const source = { url: server.url("/f.h5").href, sha256 };
  const stop = new AbortController();
  const onEvent = ({ kind }: FetchEvent) => kind === "convert" && stop.abort();
  const broken = { ...source, sha256: "0".repeat(64) };
  assert.equal(
    (await clearError(() => fetchEntry(entry("late", broken), { signal: stop.signal, onEvent }))).exitCode,
    130,
  );
  assert.equal((await leftovers()).length, 1);
  await fetchEntry(entry("late", source), quick);
  assert.equal(server.requests.length, 1);
  assert.deepEqual(await leftovers(), []);
});

Deno.test("two halves of different files are found out, and the file comes once more from the start", async () => {
  const other = bytes.map((byte, i) => i < 4000 ? byte ^ 1 : byte);
  await using server = serving((exchange) =>
    sendFile(exchange, exchange.index === 0 ? other : bytes, { cuts: [5000] })
  );
  const warnings: string[] = [];
  const onEvent = (event: FetchEvent) => event.kind === "warning" && warnings.push(event.message);
  await fetchEntry(entry("halves", { url: server.url("/f.h5").href, sha256 }), { ...quick, onEvent });
  assert.deepEqual(server.ranges, [undefined, 5000, undefined]);
  assert.match(warnings[0], /once more from the start$/);
  assert(await findStored("halves"));
});

Deno.test("a mirror's file that the catalogue does not know is taken, and told to be unknown", async () => {
  await using server = serving();
  const warnings: string[] = [];
  const onEvent = (event: FetchEvent) => event.kind === "warning" && warnings.push(event.message);
  await fetchWeights("vgg19", { ...quick, from: server.url("/f.h5"), onEvent });
  assert.match(warnings[0], new RegExp(`nobody vouches for it but you .SHA-256 ${sha256}.$`));
  assert(await removeStored("vgg19"));
  await fetchWeights("vgg19", { from: weightsFile("flat.h5"), sha256: sha256.toUpperCase() });
  assert(await removeStored("vgg19"));
  const error = await clearError(() => fetchWeights("vgg19", { from: server.url("/f.h5"), sha256: "0".repeat(64) }));
  assert.match(error.message, /is not the file that it should be/);
});

Deno.test("a mirror that gives a web page instead is one clear error with its address", async () => {
  const page = new TextEncoder().encode("<!doctype html><title>Sign in to the network</title>");
  await using server = serving((exchange) => sendFile(exchange, page));
  const error = await clearError(() => fetchWeights("vgg19", { ...quick, from: server.url("/f.h5") }));
  assert.equal(
    error.message,
    `Cannot fetch vgg19: Cannot use ${server.url("/f.h5").href} as weights: it is a web page`,
  );
  assert.deepEqual(await leftovers(), []);
});

Deno.test("a name that the catalogue has not is told with those that it has", async () => {
  const error = await clearError(() => fetchWeights("vgg19-torchvisoin"));
  assert.equal(error.exitCode, 2);
  assert.match(error.hint!, /did you mean vgg19-torchvision\? it has vgg19, vgg16/);
});
