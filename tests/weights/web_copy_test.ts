import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { extname, join } from "node:path";
import { locateNetwork } from "../../weights/locate.ts";
import { openSafetensors } from "../../weights/safetensors.ts";
import { cache } from "../helpers/cache.ts";
import { impasto } from "../helpers/command.ts";
import { clearError } from "../helpers/errors.ts";
import { hostileServer, sendFile } from "../helpers/hostile_server.ts";
import { quick, studio } from "../helpers/painting.ts";
import { inRoot } from "../helpers/shared.ts";

const mini = await Deno.readFile(inRoot("weights/vgg19-mini.safetensors"));

Deno.test("weights at an address are asked for once, however often they are opened", async () => {
  await using server = hostileServer((exchange) => sendFile(exchange, mini));
  const location = server.url("/mini.safetensors");
  const { weights } = await locateNetwork("vgg19-mini", location.href);
  assert.equal(weights.href, location.href);
  for (let i = 0; i < 3; i++) {
    await using file = await openSafetensors(location);
    assert((await file.tensor("conv1_1.weight")).data.length > 0);
  }
  assert.equal(server.requests.length, 1);
});

Deno.test("an address that failed is asked again", async () => {
  await using server = hostileServer((exchange) =>
    exchange.index === 0 ? exchange.head("404 Not Found") : sendFile(exchange, mini)
  );
  const location = server.url("/mini.safetensors");
  await clearError(() => openSafetensors(location));
  await using file = await openSafetensors(location);
  assert(file.shapes.size > 0);
});

Deno.test("a run fetches its weights once; the next one asks whether they are still the same, or does without", async () => {
  await using folder = await studio();
  const server = hostileServer((exchange) =>
    exchange.headers.get("if-none-match") === '"1"'
      ? exchange.head("304 Not Modified", { etag: '"1"' })
      : sendFile(exchange, mini, { etag: '"1"' })
  );
  const paint = async () => {
    const { code, err } = await impasto([...quick, "--weights", server.url("/m.safetensors").href], {
      cwd: folder.path,
    });
    assert.equal(code, 0, err);
    return await Deno.readFile(folder.at("out.png"));
  };
  const first = await paint();
  assert.equal(server.requests.length, 1);
  assert.deepEqual(await paint(), first);
  assert.equal(server.requests.length, 2);
  assert.equal(server.requests[1].headers.get("if-none-match"), '"1"');
  await server[Symbol.asyncDispose]();
  assert.deepEqual(await paint(), first);
});

Deno.test("where nothing can be kept, weights at an address are read all the same", async () => {
  await using folder = await studio();
  await using server = hostileServer((exchange) => sendFile(exchange, mini));
  const permissions = ["-P", "--deny-env=IMPASTO_CACHE,HOME,XDG_CACHE_HOME,LOCALAPPDATA"];
  const args = [...quick, "--weights", server.url("/m.safetensors").href];
  const { code, err } = await impasto(args, { cwd: folder.path, permissions });
  assert.equal(code, 0, err);
  assert(server.requests.length > 1);
});

Deno.test("copies lie in the cache, none of them half, also where the connection is cut on the way", async () => {
  const addresses = join(cache, "addresses");
  const names = () => Array.fromAsync(Deno.readDir(addresses), ({ name }) => name).catch((): string[] => []);
  const before = await names();
  await using server = hostileServer((exchange) => sendFile(exchange, mini, { cuts: [100_000], etag: '"1"' }));
  await using file = await openSafetensors(server.url("/whole"));
  assert(file.shapes.size > 0);
  assert(server.requests.length > 1);
  const copies = (await names()).filter((name) => !before.includes(name));
  assert.deepEqual(copies.map((name) => extname(name)).sort(), ["", ".json", ".lock"]);
  const copy = copies.find((name) => extname(name) === "")!;
  assert(Buffer.from(mini).equals(await Deno.readFile(join(addresses, copy))));
});
