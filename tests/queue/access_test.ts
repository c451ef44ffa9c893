import assert from "node:assert/strict";
import { connect } from "../../queue/connection.ts";
import { impasto } from "../helpers/command.ts";
import { clearError } from "../helpers/errors.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { album, coordinator, workerHere } from "../helpers/queue.ts";
import { freePort, needingRedis, startRedis } from "../helpers/redis.ts";
import { inRoot } from "../helpers/shared.ts";

Deno.test("no service at the address, and an address that is none, end at once with what to do", async () => {
  const { port } = freePort();
  const none = await clearError(() => connect(`redis://user:secret@127.0.0.1:${port}`));
  assert.match(none.message, new RegExp(`^Cannot use the queue at redis://127\\.0\\.0\\.1:${port}: .*ECONNREFUSED`));
  assert.equal(none.hint, "is the server running, and does its firewall let this machine in?");
  for (const address of ["localhost", "http://localhost", "redis://", "redis://host/name"]) {
    const { message, exitCode } = await clearError(() => connect(address));
    assert.deepEqual([message, exitCode], [`Cannot use ${address} as a queue: it is no address of a Redis`, 2]);
  }
});

Deno.test("the command names both addresses, and a worker and a look need one", async () => {
  for (
    const [args, line] of [
      [["--preset", "monet", "--queue", "redis://host"], "error: --queue needs --blobs beside it"],
      [["--preset", "monet", "--blobs", "file:///shared"], "error: --blobs needs --queue beside it"],
      [["worker"], "error: There is no queue to work for"],
      [["queue"], "error: There is no queue to look at"],
    ] as const
  ) {
    const { code, complaints } = await impasto(args);
    assert.deepEqual([code, complaints[0]], [2, line]);
  }
});

Deno.test(needingRedis("a password is asked for, and no secret stands in a job, a blob or a picture", async () => {
  await using redis = await startRedis("--requirepass", "open sesame");
  await using folder = await album(1);
  const without = await clearError(() => connect(redis.url));
  assert.match(without.message, /: it wants a password$/);
  const address = (password: string) => redis.url.replace("//", `//:${encodeURIComponent(password)}@`);
  const wrong = await clearError(() => connect(address("hunter2")));
  assert.match(wrong.message, /: it refuses the password$/);
  const photograph = await Deno.readFile(folder.photographs[0]);
  let asked = "";
  await using server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, ({ url }) => {
    asked = url;
    return new Response(photograph);
  });
  const { port } = server.addr as Deno.NetAddr;
  const there = { queue: address("open sesame"), blobs: folder.blobs };
  await using by = await coordinator(there);
  await using _ = await workerHere(there);
  const style = `http://painter:hidden@127.0.0.1:${port}/p.png?token=hidden`;
  const preset = await folder.preset("out", {
    decode: { styles: [{ picture: style }], content: folder.photographs[0], size: 32, scales: [] },
  });
  const { styliseByQueue } = await import("../../queue/paint.ts");
  await styliseByQueue(preset, by);
  const keys = (await by.connection.redis.keys("*")).sort();
  assert(keys.length > 5);
  const dumps = await Promise.all(keys.map((key) => by.connection.redis.dumpBuffer(key)));
  const told = [...dumps, ...await Promise.all((await filesBelow(folder.path)).map((path) => Deno.readFile(path)))]
    .map((bytes) => bytes ? new TextDecoder("latin1").decode(bytes) : "").join("\n");
  // Not assert.doesNotMatch, which would print all of it.
  assert(!/hidden|sesame/.test(told));
  assert.match(asked, /token=hidden/);
}));

/** The files below a folder. */
async function filesBelow(folder: string): Promise<string[]> {
  const paths = await Array.fromAsync(
    Deno.readDir(folder),
    ({ name, isDirectory }) => isDirectory ? filesBelow(`${folder}/${name}`) : [`${folder}/${name}`],
  );
  return paths.flat();
}

Deno.test(needingRedis("TLS works with an authority of one's own, and is refused without it", async () => {
  await using folder = await temporaryFolder();
  const { success } = await new Deno.Command("openssl", {
    args: [
      ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-days", "2"],
      ...["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"],
    ],
    cwd: folder.path,
    stderr: "null",
  }).output();
  assert(success, "openssl made no certificate");
  const { port } = freePort();
  await using _ = await startRedis(
    ...["--port", "0", "--tls-port", String(port), "--tls-cert-file", folder.at("cert.pem")],
    ...["--tls-key-file", folder.at("key.pem"), "--tls-auth-clients", "no"],
  );
  const look = async (more: string) => await impasto(["queue", "--queue", `rediss://localhost:${port}${more}`]);
  const refused = await look("");
  assert.equal(refused.code, 1);
  assert.match(
    refused.complaints[0],
    /^error: Cannot use the queue at rediss:\/\/localhost:\d+: .*(certificate|UnknownIssuer)/i,
  );
  assert.match(refused.complaints[1], /\?ca=FILE/);
  const trusted = await look(`?ca=${folder.at("cert.pem")}`);
  assert.equal(trusted.code, 0, trusted.err);
  assert.match(trusted.out, /^0 workers\n0 running\n0 waiting\n0 failed\n/);
}));

Deno.test("without --queue nothing of the queue is loaded", async () => {
  await using folder = await album(1);
  // Each of its modules is replaced by one that throws.
  const names = await Array.fromAsync(Deno.readDir(inRoot("queue")), ({ name }) => name);
  const imports = Object.fromEntries([
    ...names.map((name) => new URL(`../../queue/${name}`, import.meta.url).href),
    ...["bullmq@6.7.0", "ioredis@5.9.3", "aws4fetch@1.0.20"].map((name) => `npm:${name}`),
  ].map((name) => [name, 'data:text/javascript,throw new Error("loaded")']));
  await folder.write("map.json", JSON.stringify({ imports }));
  const args = ["--preset", "recipe.json", "--style", "painting.png", "--content", "p1.png", "--output", "out.png"];
  const paint = (more: readonly string[]) =>
    impasto([...args, "--size", "32", "--set", "decode.scales=[]", "--iterations", "1", "--threads", "1", ...more], {
      cwd: folder.path,
      permissions: ["-P", "--import-map", folder.at("map.json")],
    });
  const alone = await paint([]);
  assert.equal(alone.code, 0, alone.err);
  const { code, err } = await paint(["--queue", "redis://127.0.0.1:1", "--blobs", folder.blobs]);
  assert.notEqual(code, 0);
  assert.match(err, /loaded|no export|does not provide an export/);
});
