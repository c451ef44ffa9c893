import assert from "node:assert/strict";
import { onWaiting } from "../../base/patience.ts";
import { readAll } from "../../base/read.ts";
import { clearError } from "../helpers/errors.ts";
import { hostileServer } from "../helpers/hostile_server.ts";

Deno.test("a server that takes a connection and never answers is told, and given up", async () => {
  await using server = hostileServer((exchange) => exchange.stall());
  const location = server.url("/a.jpg");
  const told: string[] = [];
  const tell = ({ href }: URL) => void told.push(href);
  onWaiting.add(tell);
  try {
    const error = await clearError(() => readAll(location, { patience: 1500 }));
    assert.equal(error.message, `Cannot read ${location}: the server stalls`);
    assert.deepEqual(told, [location.href]);
  } finally {
    onWaiting.delete(tell);
  }
});

Deno.test("one that stops in the middle is given up, and one that speaks nonsense is told by its words", async () => {
  await using server = hostileServer(async (exchange) => {
    if (exchange.target === "/odd") return await exchange.send(new TextEncoder().encode("HTTP/1.1 OK 200\r\n\r\n"));
    await exchange.head("200 OK", { "content-length": 1000 });
    await exchange.send(new Uint8Array(100));
    await exchange.stall();
  });
  const half = await clearError(() => readAll(server.url("/half"), { patience: 100 }));
  assert.match(half.message, /half: the server stalls$/);
  const odd = await clearError(() => readAll(server.url("/odd"), { patience: 1000 }));
  assert.match(odd.message, /invalid HTTP/);
});

Deno.test("the signal ends a download that is waited for", async () => {
  await using server = hostileServer((exchange) => exchange.stall());
  const error = await clearError(() => readAll(server.url("/a.jpg"), { signal: AbortSignal.timeout(50) }));
  assert.equal(error.exitCode, 130);
});
