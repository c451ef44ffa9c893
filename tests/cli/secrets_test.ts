import assert from "node:assert/strict";
import { readXmp } from "../../pictures/read_picture.ts";
import { presetInXmp } from "../../pictures/xmp.ts";
import { command, impasto } from "../helpers/command.ts";
import { quickOf, studio } from "../helpers/painting.ts";

const wanted = `Basic ${btoa("me:s3cretpw")}`;

/** Serves one picture to who knows the password or the signature. */
function guarded(picture: Uint8Array<ArrayBuffer>) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, ({ url, headers }) => {
    const { pathname, searchParams } = new URL(url);
    const known = headers.get("authorization") === wanted || searchParams.get("X-Amz-Signature") === "s3cretpw";
    return known && pathname.startsWith("/photo") ? new Response(picture) : new Response("no", { status: 403 });
  });
  const host = `127.0.0.1:${server.addr.port}`;
  return { host, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("no password and no signature of an address gets into a picture, a record, a plan or an explanation", async () => {
  await using folder = await studio();
  await using server = guarded(await Deno.readFile(folder.at("photo.png")));
  const { host } = server;
  for (
    const [address, shown] of [
      [`http://me:s3cretpw@${host}/photo.png?w=1`, `http://${host}/photo.png?w=1`],
      [`http://${host}/photo.png?X-Amz-Date=1&w=1&X-Amz-Signature=s3cretpw`, `http://${host}/photo.png?w=1`],
    ]
  ) {
    const run = (...more: string[]) => impasto([...quickOf(address), ...more], { cwd: folder.path });
    const painted = await run("--json");
    assert.equal(painted.code, 0, painted.err);
    const xmp = await readXmp(await Deno.readFile(folder.at("out.png")));
    assert.equal(JSON.parse(presetInXmp(xmp!)!).decode.content, shown);
    const warnings = painted.out.trimEnd().split("\n").map((line) => JSON.parse(line))
      .filter(({ kind }) => kind === "warning");
    assert.equal(warnings.length, 1);
    assert(warnings[0].message.includes(`will not repeat itself from ${shown}`), warnings[0].message);
    const dry = await run("--dry-run");
    assert.equal(JSON.parse(dry.out).decode.content, shown);
    const explained = await impasto(["explain", ...quickOf(address)], { cwd: folder.path });
    assert(explained.out.includes(shown), explained.out);
    for (const { out, err } of [painted, dry, explained]) assert.doesNotMatch(out + err, /s3cretpw|X-Amz/);
  }
});

Deno.test("errors name addresses without their secrets, whatever is wrong with them", async () => {
  await using folder = await studio();
  await using server = guarded(await Deno.readFile(folder.at("photo.png")));
  for (
    const address of [
      `http://me:s3cretpw@${server.host}/none.png`,
      `http://${server.host}/none.png?token=s3cretpw`,
      "http://me:s3cretpw@127.0.0.1:9/none.png",
      "http://me:s3cretpw@127.0.0.1:99999/none.png",
      "http://me:s3cretpw@127.0.0.1:9/none.json",
    ]
  ) {
    const ways = address.endsWith(".json") ? [["--preset", address]] : [quickOf(address), ["--preset", address]];
    for (const args of [...ways, ["--preset", "recipe.json", "--set", `optimise.optimiser=${address}`]]) {
      const { code, out, err } = await impasto([...args, "--debug"], { cwd: folder.path });
      assert.notEqual(code, 0);
      assert.doesNotMatch(out + err.replaceAll(/^Download .*$/gm, ""), /s3cretpw/, args.join(" "));
    }
  }
});

Deno.test("a checkpoint holds no secrets", async () => {
  await using folder = await studio();
  await using server = guarded(await Deno.readFile(folder.at("photo.png")));
  const args = (address: string) => [
    ...quickOf(address),
    ...["--iterations", "500", "--checkpoint", "0.001", "--json"],
  ];
  const child = command(args(`http://me:s3cretpw@${server.host}/photo.png`), { cwd: folder.path }).spawn();
  let out = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    if (!out.includes('"kind":"checkpoint"') && (out += text).includes('"kind":"checkpoint"')) child.kill("SIGKILL");
  }
  await child.status;
  await child.stderr.cancel();
  const checkpoint = new TextDecoder("latin1").decode(await Deno.readFile(folder.at("out.png.checkpoint")));
  assert(checkpoint.includes(`${server.host}/photo.png`));
  assert(!checkpoint.includes("s3cretpw"));
});
