/**
 * The duties of a server on this machine, each against a client that does not keep them.
 *
 * @module
 */
import assert from "node:assert/strict";
import sharp from "../../pictures/sharp_package.ts";
import { serveStudio } from "../../page/server/serve.ts";
import { commandArguments } from "../helpers/command.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { inRoot } from "../helpers/shared.ts";
import { openClient, painting, photograph, small } from "./served.ts";

const statusOf = async (answer: Promise<Response>) => {
  const { status, body } = await answer;
  await body?.cancel();
  return status;
};

Deno.test("1: the studio listens at 127.0.0.1 alone, at a port that is free, and at no address that means all", async () => {
  await using client = await openClient();
  const { hostname, port } = new URL(client.origin);
  assert.equal(hostname, "127.0.0.1");
  await assert.rejects(Deno.connect({ hostname: "127.0.0.2", port: Number(port) }));
  await using folder = await temporaryFolder();
  await assert.rejects(serveStudio({ folder: folder.path, host: "0.0.0.0" }), /the studio has to know its own name/);
});

Deno.test("2: under another name the server is not reached: DNS rebinding ends there", async () => {
  await using client = await openClient();
  const { port } = new URL(client.origin);
  // fetch would say the true name.
  const statusAs = async (host: string) => {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
    const lines = ["GET /state HTTP/1.1", `Host: ${host}`, `Cookie: ${client.cookie}`, "Connection: close", "", ""];
    await connection.write(new TextEncoder().encode(lines.join("\r\n")));
    const buffer = new Uint8Array(64);
    await connection.read(buffer);
    return Number(new TextDecoder().decode(buffer).split(" ")[1]);
  };
  for (const host of [`evil.example:${port}`, "127.0.0.1", `127.0.0.1.evil.example:${port}`, `127.0.0.1:${port}0`]) {
    assert.equal(await statusAs(host), 421, host);
  }
  assert.equal(await statusAs(`localhost:${port}`), 200);
  assert.equal(await statusAs(`127.0.0.1:${port}`), 200);
});

Deno.test("3: the key of the printed address becomes a cookie, and nothing is there without it", async () => {
  await using client = await openClient();
  const { port, searchParams } = new URL(client.url);
  assert.match(searchParams.get("token")!, /^[0-9a-f]{32}$/);
  const entrance = await fetch(client.url, { redirect: "manual" });
  await entrance.body?.cancel();
  assert.equal(entrance.status, 303);
  assert.equal(entrance.headers.get("location"), "/");
  assert.equal(entrance.headers.get("referrer-policy"), "no-referrer");
  const [cookie, ...attributes] = entrance.headers.get("set-cookie")!.split("; ");
  assert.match(cookie, new RegExp(`^impasto-${port}=[0-9a-f]{32}$`));
  assert.deepEqual(attributes.sort(), ["HttpOnly", "Path=/", "SameSite=Strict"]);
  for (const path of ["", "state", "events", "m/main.ts", "frame", "?token=0"]) {
    assert.equal(await statusOf(client.get(path, { cookie: "" })), 401, path);
    assert.equal(await statusOf(client.get(path, { cookie: `impasto-${port}=${"0".repeat(32)}` })), 401, path);
  }
});

Deno.test("4: what changes something comes from this page alone, and as JSON", async () => {
  await using client = await openClient();
  const { port } = new URL(client.origin);
  const origins = [
    "null",
    "http://evil.example",
    `http://localhost:${port}`,
    `http://127.0.0.1:${port}.evil.example`,
    "",
  ];
  for (const origin of origins) assert.equal(await statusOf(client.post("undo", {}, { origin })), 403, origin);
  for (const site of ["cross-site", "same-site"]) {
    assert.equal(await statusOf(client.post("undo", {}, { "sec-fetch-site": site })), 403);
    assert.equal(await statusOf(client.get("state", { "sec-fetch-site": site })), 403);
    assert.equal(await statusOf(client.get("frame", { "sec-fetch-site": site, "sec-fetch-dest": "image" })), 403);
  }
  assert.equal(await statusOf(client.post("undo", {}, { "content-type": "text/plain" })), 415);
  assert.equal(await statusOf(client.post("undo", {})), 200);
  for (const method of ["PUT", "DELETE", "PATCH"]) {
    const { cookie, origin } = client;
    assert.equal(await statusOf(fetch(`${origin}/state`, { method, headers: { cookie, origin } })), 404);
  }
});

Deno.test("5: the headers let nothing foreign in; a picture is painted anew before it is shown, a drawing never is", async () => {
  await using client = await openClient();
  for (const path of ["", "state", "m/style.css", "nothing"]) {
    const answer = await client.get(path);
    await answer.body?.cancel();
    const csp = answer.headers.get("content-security-policy")!;
    assert.match(csp, /default-src 'none'/);
    assert.match(csp, /script-src 'self' 'sha256-[\w+/=]+';/);
    assert.match(csp, /frame-ancestors 'none'/);
    assert.doesNotMatch(csp, /unsafe|https?:/);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
  }
  const remark = "<script>alert(1)</script>";
  const marked = new Uint8Array(
    await sharp(photograph).withExif({ IFD0: { ImageDescription: remark } }).jpeg().toBuffer(),
  );
  assert(new TextDecoder("latin1").decode(marked).includes("<script>"));
  const { id } = await (await client.upload(marked, "picture")).json();
  const shown = await client.get(`picture/${id}`);
  assert.equal(shown.headers.get("content-type"), "image/jpeg");
  assert(!new TextDecoder("latin1").decode(await shown.arrayBuffer()).includes("<script>"));
  const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40"><script>alert(1)</script></svg>';
  const refused = await client.upload(drawing);
  assert.equal(refused.status, 415);
  assert.match(await refused.text(), /SVG/);
  assert.equal(await statusOf(client.upload("<html>")), 415);
});

Deno.test("6: the page names pictures by their ids, and no code, file, address or output", async () => {
  await using client = await openClient();
  const strange = ["__proto__", "constructor", "..%2f..%2fetc%2fpasswd", "../state.json", "0".repeat(32), ""];
  for (const id of strange) {
    for (const route of ["picture", "version", "download", "job", "painter", "preset", "shipped", "m"]) {
      assert.equal(await statusOf(client.get(`${route}/${id}`)), 404, `${route}/${id}`);
    }
  }
  const faulty: readonly (readonly [string, object])[] = [
    ["decode.content", { decode: { content: "/etc/passwd" } }],
    ["decode.content", { decode: { content: "http://127.0.0.1:1/a.png" } }],
    ["decode.styles.0.mask", {
      decode: { styles: [{ picture: "impasto:examples/monet.jpg", mask: "file:///etc/passwd" }] },
    }],
    ["decode.styles.0.picture", { decode: { styles: [{ picture: "impasto:deno.json" }] } }],
    ["weights", { weights: "/tmp/weights.safetensors" }],
    ["optimise.start.painter", { optimise: { start: { painter: "/tmp/a.painter" } } }],
    ["encode.output", { encode: { output: "/tmp/out.png" } }],
    ["pipeline.0.stage", { pipeline: [{ stage: "http://127.0.0.1:1/stage.ts" }] }],
    ["pipeline.0.content", { pipeline: [{ stage: "decode", content: "/etc/passwd" }] }],
    ["loss-build.terms.a.loss", { "loss-build": { terms: { a: { loss: "./loss.ts" } } } }],
    ["extends", { extends: "./mine.json" }],
    ["extends", { extends: "http://127.0.0.1:1/preset.json" }],
    ["method", { method: "train" }],
  ];
  for (const [path, preset] of faulty) {
    const { faults } = await client.set({ ...small, ...preset });
    assert(faults.some((fault) => fault.path === path), `${path}: ${JSON.stringify(faults)}`);
  }
  for (const text of ['{"__proto__": {"a": 1}}', '{"decode": {"constructor": 1}}', "[]", "no", '{"a":1']) {
    assert.equal(await statusOf(client.post("document", { text })), 400, text);
  }
  assert.equal(await statusOf(client.post("change", { path: ["__proto__", "a"], value: 1 })), 400);
  assert.equal(({} as Record<string, unknown>).a, undefined);
});

Deno.test("7: uploads are counted as they come, a bomb is seen by its header, the oldest go, JSON is small", async () => {
  await using client = await openClient();
  let sent = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1024 * 1024;
      if (sent > 200 * 1024 * 1024) controller.close();
      else controller.enqueue(new Uint8Array(1024 * 1024));
    },
  });
  // The server may end the connection before all is sent.
  const status = await statusOf(client.upload(endless)).catch(() => 413);
  assert.equal(status, 413);
  assert(sent < 190 * 1024 * 1024, `${sent} bytes were read`);
  const bomb = new Uint8Array(await sharp(photograph).png().toBuffer());
  const header = new DataView(bomb.buffer);
  header.setUint32(16, 60000);
  header.setUint32(20, 60000);
  header.setUint32(29, crc32(bomb.subarray(12, 29)));
  const refused = await client.upload(bomb);
  assert.equal(refused.status, 413);
  assert.match(await refused.text(), /3600 megapixels/);
  assert.equal(await statusOf(client.post("document", { text: "x".repeat(1100 * 1024) })), 413);
  // The picture in use stays, of all others sixteen.
  const { id } = await (await client.upload(photograph, "photograph")).json();
  for (let i = 0; i < 24; i++) {
    const bytes = await sharp({ create: { width: 8, height: 8 + i, channels: 3, background: "red" } }).png().toBuffer();
    assert.equal(await statusOf(client.upload(new Uint8Array(bytes), "picture")), 200);
  }
  const { pictures } = await client.state();
  assert.equal(pictures.length, 16);
  assert(pictures.some((picture) => picture.id === id));
  const kept = await Array.fromAsync(Deno.readDir(client.folder.at(".studio", "pictures")), ({ name }) => name);
  assert.deepEqual(kept.sort(), pictures.map(({ id }) => id).sort());
});

Deno.test("8: what is saved lies in the folder of the command, under names of the server's choice", async () => {
  await using client = await openClient();
  await client.set(small);
  assert.equal((await client.upload(photograph, "photograph", "..%2F..%2Fevil.png")).status, 200);
  assert.equal((await client.upload(painting, "painting", "%00a%2Fb.png")).status, 200);
  await client.until(({ phase, frame }) => phase === "done" && frame.kind === "done");
  assert.deepEqual(await client.folder.list(), [".studio", "evil-painting.png"]);
  const names = await Array.fromAsync(Deno.readDir(client.folder.at(".studio")), ({ name }) => name);
  assert.deepEqual(names.filter((name) => !/^(pictures|state\.json|\..*\.tmp)$/.test(name)), []);
});

Deno.test("9: it needs the network of 127.0.0.1 alone, what the module needs, and to write its folder", async () => {
  await using folder = await temporaryFolder();
  const info = new Deno.Command(Deno.execPath(), { args: ["info", "--json"], stderr: "null" });
  const { npmCache } = JSON.parse(new TextDecoder().decode((await info.output()).stdout));
  const permissions = [
    "--allow-net=127.0.0.1",
    `--allow-read=${inRoot("")},${folder.path},${npmCache},/sys,/proc,/etc`,
    `--allow-write=${folder.path}`,
    "--allow-ffi",
    "--allow-env",
    "--allow-sys",
  ];
  const args = commandArguments(["studio", folder.path, "--no-open", "--quiet"], permissions);
  const process = new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "piped", stdin: "null" }).spawn();
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const { value: url = "" } = await lines.read();
  try {
    const entrance = await fetch(url.trim(), { redirect: "manual" });
    await entrance.body?.cancel();
    const [cookie] = entrance.headers.get("set-cookie")!.split(";");
    const { origin } = new URL(url);
    const post = (path: string, body: BodyInit, type: string) =>
      fetch(`${origin}/${path}`, { method: "POST", headers: { cookie, origin, "content-type": type }, body });
    const document = JSON.stringify({ text: JSON.stringify(small) });
    await (await post("document", document, "application/json")).body?.cancel();
    for (const bytes of [photograph, painting]) {
      await (await post("upload?name=a.png", bytes, "application/octet-stream")).body?.cancel();
    }
    const events = await fetch(`${origin}/events`, { headers: { cookie } });
    for await (const text of events.body!.pipeThrough(new TextDecoderStream())) {
      assert(!text.includes('"phase":"failed"'), text);
      if (text.includes('"kind":"done"')) break;
    }
  } finally {
    process.kill("SIGINT");
    await lines.cancel();
  }
  const [{ code }, err] = await Promise.all([process.status, new Response(process.stderr).text()]);
  assert.equal(code, 0, err);
  assert.deepEqual(await folder.list(), [".studio", "a-painting.png"]);
});

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
