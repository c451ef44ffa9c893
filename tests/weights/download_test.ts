import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { delay, download, DownloadError, type DownloadOptions } from "../../weights/download.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { hostileServer, sendFile } from "../helpers/hostile_server.ts";

/** 300 kB that differ from place to place. */
const content = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
const quick: DownloadOptions = { pause: 1 };

async function failure(work: Promise<unknown>): Promise<DownloadError> {
  try {
    await work;
  } catch (error) {
    assert(error instanceof DownloadError, String(error));
    return error;
  }
  assert.fail("an error was due");
}

Deno.test("a file comes by way of redirects, and progress ends at its size", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(async (exchange) => {
    const next: Record<string, string> = { "/a": "/b", "/b": "/c" };
    const location = next[exchange.target];
    if (location) await exchange.head("302 Found", { location, "content-length": 0 });
    else await sendFile(exchange, content);
  });
  const seen: [number, number | undefined][] = [];
  const { resumed } = await download(server.url("/a"), folder.at("f"), {
    ...quick,
    bytes: content.length,
    onProgress: (...now) => seen.push(now),
  });
  assert.equal(resumed, false);
  assert.deepEqual(await Deno.readFile(folder.at("f")), content);
  assert.deepEqual(seen.at(-1), [content.length, content.length]);
  assert.deepEqual(await folder.list(), ["f"]);
});

Deno.test("a connection that is cut is taken up where it broke", async () => {
  await using folder = await temporaryFolder();
  const cuts = [100_000, 0, 50_000];
  await using server = hostileServer((exchange) => sendFile(exchange, content, { cuts, etag: '"1"' }));
  await download(server.url("/f"), folder.at("f"), quick);
  assert.deepEqual(await Deno.readFile(folder.at("f")), content);
  assert.deepEqual(server.ranges, [undefined, 100_000, 100_000, 150_000]);
});

Deno.test("a server that ignores ranges sends the whole again", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer((exchange) => sendFile(exchange, content, { cuts: [200_000, 9], ranges: false }));
  await download(server.url("/f"), folder.at("f"), quick);
  assert.deepEqual(await Deno.readFile(folder.at("f")), content);
  assert.equal(server.requests.length, 3);
});

/** A server that sends so many bytes of the file and stalls, and all of it from the second request on. */
function serverThatStallsAfter(bytes: number) {
  return hostileServer(async (exchange) => {
    if (exchange.index > 0) return await sendFile(exchange, content);
    await exchange.head("200 OK", { "content-length": content.length });
    await exchange.send(content.subarray(0, bytes));
    await exchange.stall();
  });
}

Deno.test("what an interrupt leaves is gone on from, and bears no final name", async () => {
  await using folder = await temporaryFolder();
  await using server = serverThatStallsAfter(120_000);
  const stop = new AbortController();
  const onProgress = (received: number) => received >= 120_000 && stop.abort();
  const { message } = await failure(
    download(server.url("/f"), folder.at("f"), { ...quick, signal: stop.signal, onProgress }),
  );
  assert.equal(message, "interrupted");
  assert.deepEqual(await folder.list(), ["f.note", "f.part"]);
  const { resumed } = await download(server.url("/f"), folder.at("f"), quick);
  assert(resumed);
  assert.deepEqual(server.ranges, [undefined, 120_000]);
  assert.deepEqual(await Deno.readFile(folder.at("f")), content);
  assert.deepEqual(await folder.list(), ["f"]);
});

Deno.test("a file that is another one by now comes whole", async () => {
  await using folder = await temporaryFolder();
  const later = content.map((byte) => byte ^ 0xff);
  await using server = hostileServer((exchange) =>
    exchange.index === 0
      ? sendFile(exchange, content, { cuts: [100_000], etag: '"old"' })
      : sendFile(exchange, later, { etag: '"new"' })
  );
  await download(server.url("/f"), folder.at("f"), quick);
  assert.deepEqual(await Deno.readFile(folder.at("f")), later);
});

Deno.test("another address does not go on with what the first one sent", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer((exchange) =>
    sendFile(exchange, content, { cuts: exchange.target === "/a" ? [1000, 0, 0, 0, 0, 0] : [] })
  );
  await failure(download(server.url("/a"), folder.at("f"), quick));
  await download(server.url("/b"), folder.at("f"), quick);
  assert.equal(server.ranges.at(-1), undefined);
  assert.deepEqual(await Deno.readFile(folder.at("f")), content);
});

Deno.test("a server that sends another part than was asked for is asked for the whole", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(async (exchange) => {
    if (exchange.index !== 1) return await sendFile(exchange, content, { cuts: [100_000] });
    const rest = content.subarray(5);
    const range = `bytes 5-${content.length - 1}/${content.length}`;
    await exchange.head("206 Partial Content", { "content-length": rest.length, "content-range": range });
    await exchange.send(rest);
  });
  await download(server.url("/f"), folder.at("f"), quick);
  assert.deepEqual(server.ranges, [undefined, 100_000, undefined]);
  assert.deepEqual(await Deno.readFile(folder.at("f")), content);
});

Deno.test("a size that is not the due one ends it: before the first byte, or where there is one too many", async () => {
  await using folder = await temporaryFolder();
  const message = async (headers: Record<string, number>) => {
    await using server = hostileServer(async (exchange) => {
      await exchange.head("200 OK", headers);
      await exchange.send(content);
    });
    const error = await failure(download(server.url("/f"), folder.at("f"), { ...quick, bytes: 1000 }));
    assert.equal(server.requests.length, 1);
    return error.message;
  };
  assert.equal(await message({ "content-length": content.length }), "it has 300000 bytes there, not 1000");
  assert.equal(await message({}), "it has more than the 1000 bytes that it should have");
  assert(!(await folder.list()).includes("f"));
});

Deno.test("a stall ends after some patience, and a later attempt goes on", async () => {
  await using folder = await temporaryFolder();
  await using server = serverThatStallsAfter(1000);
  await download(server.url("/f"), folder.at("f"), { ...quick, patience: 100 });
  assert.deepEqual(server.ranges, [undefined, 1000]);
  assert.deepEqual(await Deno.readFile(folder.at("f")), content);
});

Deno.test("a server that never answers, or lets bytes drip, is given up", async () => {
  await using folder = await temporaryFolder();
  await using silent = hostileServer((exchange) => exchange.stall());
  const patience = 60;
  const { message } = await failure(download(silent.url("/f"), folder.at("f"), { ...quick, patience }));
  assert.equal(message, "the server stalls");
  await using dripping = hostileServer(async (exchange) => {
    await exchange.head("200 OK", { "content-length": content.length });
    for (;;) {
      await exchange.send(Uint8Array.of(1));
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });
  assert.equal((await failure(download(dripping.url("/f"), folder.at("f"), { ...quick, patience }))).message, message);
});

Deno.test("a server that is busy is asked again, one that has no such file is not", async () => {
  await using folder = await temporaryFolder();
  await using busy = hostileServer((exchange) =>
    exchange.index < 2 ? exchange.head("503 Service Unavailable") : sendFile(exchange, content)
  );
  await download(busy.url("/f"), folder.at("f"), quick);
  assert.deepEqual(await Deno.readFile(folder.at("f")), content);
  await using without = hostileServer((exchange) => exchange.head("404 Not Found"));
  assert.equal(
    (await failure(download(without.url("/g"), folder.at("g"), quick))).message,
    "the server answered 404 Not Found",
  );
  assert.equal(without.requests.length, 1);
});

Deno.test("a redirect without end, and a server that is not there, are errors at once", async () => {
  await using folder = await temporaryFolder();
  await using round = hostileServer((exchange) => exchange.head("302 Found", { location: "/f", "content-length": 0 }));
  assert.match((await failure(download(round.url("/f"), folder.at("f"), quick))).message, /redirect/i);
  const gone = hostileServer(() => Promise.resolve());
  const url = gone.url("/f");
  await gone[Symbol.asyncDispose]();
  const error = await failure(download(url, folder.at("f"), quick));
  assert.match(error.message, /refused/i);
  assert(error.offline);
});

Deno.test("a version that is here already is not sent again", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer((exchange) =>
    exchange.headers.get("if-none-match") === '"1"'
      ? exchange.head("304 Not Modified", { etag: '"1"' })
      : sendFile(exchange, content, { etag: '"1"' })
  );
  const { version } = await download(server.url("/f"), folder.at("f"), quick);
  assert.deepEqual(version, { etag: '"1"', modified: undefined });
  const again = await download(server.url("/f"), folder.at("f"), { ...quick, have: version });
  assert(again.unchanged);
  assert.deepEqual(await Deno.readFile(folder.at("f")), content);
});

Deno.test("what is noted of an unfinished download holds no secret, and it is resumed all the same", async () => {
  await using folder = await temporaryFolder();
  await using server = serverThatStallsAfter(1000);
  const address = server.url("/f?v=1&X-Amz-Signature=s3cretpw");
  [address.username, address.password] = ["me", "s3cretpw"];
  const stop = new AbortController();
  const onProgress = (received: number) => received >= 1000 && stop.abort();
  await failure(download(address, folder.at("f"), { ...quick, signal: stop.signal, onProgress }));
  assert.deepEqual(await folder.list(), ["f.note", "f.part"]);
  assert.doesNotMatch(await Deno.readTextFile(folder.at("f.note")), /s3cretpw|me@/);
  await download(address, folder.at("f"), quick);
  assert.deepEqual(server.ranges, [undefined, 1000]);
  assert.deepEqual(await Deno.readFile(folder.at("f")), content);
});

Deno.test("waiting leaves no listener at the signal", async () => {
  const { signal } = new AbortController();
  for (let i = 0; i < 50; i++) await delay(0, signal);
  assert.equal(getEventListeners(signal, "abort").length, 0);
  await delay(1e9, AbortSignal.timeout(10));
});

/** The headers with which a download goes on from a part of a version. */
async function headersFor(version: Record<string, string>): Promise<ReadonlyMap<string, string>> {
  await using folder = await temporaryFolder();
  await using server = hostileServer((exchange) => sendFile(exchange, content));
  await folder.write("f.part", content.subarray(0, 100_000));
  await folder.write("f.note", JSON.stringify({ url: server.url("/f").href, version }));
  await download(server.url("/f"), folder.at("f"), quick);
  assert.deepEqual(await Deno.readFile(folder.at("f")), content);
  return server.requests[0].headers;
}

Deno.test("a part is gone on from by a strong tag or else by its date, and never by a weak tag", async () => {
  const modified = "Wed, 21 Oct 2015 07:28:00 GMT";
  const tagFor = async (version: Record<string, string>) => (await headersFor(version)).get("if-range");
  assert.equal(await tagFor({ etag: '"1"', modified }), '"1"');
  assert.equal(await tagFor({ etag: 'W/"1"', modified }), modified);
  assert.equal(await tagFor({ etag: 'W/"1"' }), undefined);
  assert.equal(await tagFor({}), undefined);
});

Deno.test("of a part that is longer than the file of today nothing is left", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer((exchange) => sendFile(exchange, content, { etag: '"new"' }));
  await folder.write("f.part", new Uint8Array(400_000).fill(7));
  await folder.write("f.note", JSON.stringify({ url: server.url("/f").href, version: { etag: '"old"' } }));
  await download(server.url("/f"), folder.at("f"), quick);
  assert.deepEqual(server.ranges, [400_000]);
  const got = await Deno.readFile(folder.at("f"));
  assert.equal(got.length, content.length);
  assert.deepEqual(got, content);
});

Deno.test("a file that is larger than any weights is refused before a byte of it, where no size is due", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(async (exchange) => {
    await exchange.head("200 OK", { "content-length": 3e9 });
    await exchange.send(content);
  });
  const { message } = await failure(download(server.url("/f"), folder.at("f"), quick));
  assert.equal(message, "it has 3000000000 bytes, more than any weights");
  assert.equal(server.requests.length, 1);
});

Deno.test("a server that gives a byte with each connection is given up after twenty", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer((exchange) => sendFile(exchange, content, { cuts: Array(100).fill(1) }));
  await failure(download(server.url("/f"), folder.at("f"), quick));
  assert.equal(server.requests.length, 20);
});

Deno.test("an answer that may pass is asked for again, and no other one", async () => {
  const requestsAfter = async (status: string) => {
    await using folder = await temporaryFolder();
    await using server = hostileServer((exchange) =>
      exchange.index === 0 ? exchange.head(status, { "content-length": 0 }) : sendFile(exchange, content)
    );
    await download(server.url("/f"), folder.at("f"), quick).catch(() => {});
    return server.requests.length;
  };
  // RFC 9110, section 15; RFC 6585, section 4; RFC 8470, section 5.2.
  for (const status of [408, 425, 429, 500, 502, 503, 504]) {
    assert.equal(await requestsAfter(`${status} Later`), 2, `${status}`);
  }
  for (const status of [400, 401, 403, 404, 410, 451, 501]) {
    assert.equal(await requestsAfter(`${status} Never`), 1, `${status}`);
  }
});
