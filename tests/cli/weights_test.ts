import assert from "node:assert/strict";
import { command, complaint, complaintsIn, impasto } from "../helpers/command.ts";
import { temporaryFolder } from "../helpers/folders.ts";
import { hostileServer, sendFile } from "../helpers/hostile_server.ts";
import { quick, studio } from "../helpers/painting.ts";
import { weightsFile } from "../helpers/weights_files.ts";
import { fileURLToPath } from "node:url";

const flat = fileURLToPath(weightsFile("flat.h5"));
const bytes = await Deno.readFile(flat);

/** Runs `weights …` with a cache of its own. */
const weights = (cache: string, ...args: string[]) => impasto(["weights", ...args], { env: { IMPASTO_CACHE: cache } });

Deno.test("the commands in turn: list, import, list, verify, path, paint, remove", async () => {
  await using folder = await studio();
  const cache = folder.at("cache");
  const run = async (...args: string[]) => {
    const { code, out, err } = await weights(cache, ...args);
    assert.equal(code, 0, err);
    return out.trimEnd().split("\n");
  };
  const before = await run("list");
  assert.match(before[0], /^name +network +layers +size +licence +where$/);
  assert.match(before.find((line) => line.startsWith("vgg19-mini "))!, /MB .*CC BY 4\.0.*ships with the program$/);
  assert.match(
    before.find((line) => line.startsWith("vgg19 "))!,
    /^vgg19 +vgg19 +conv1_1 … conv5_4 +80\.1 MB +CC BY 4\.0.* not fetched$/,
  );
  const stored = folder.at("cache", "weights", "mine.safetensors");
  assert.deepEqual(await run("import", flat, "--name", "mine"), [
    "mine is here: conv1_1 … conv1_1 of vgg19, with the input of caffe (as its arrays are named so: no known training " +
    `has its numbers, and --convention says another), ${stored}`,
    "paint with it: --weights stored:mine",
  ]);
  const line = (await run()).find((line) => line.startsWith("mine "));
  assert(line?.endsWith(stored), line);
  assert.deepEqual(await run("verify"), ["mine is sound"]);
  assert.deepEqual(await run("path", "mine"), [stored]);
  assert.deepEqual(await run("path"), [folder.at("cache", "weights")]);
  assert.deepEqual(JSON.parse((await run("list", "--json")).at(-1)!).where, stored);
  assert.deepEqual(await run("verify", "--quiet"), [""]);
  const terms = { style: { loss: "gram", layers: { conv1_1: 1 } } };
  await folder.write("mine.json", JSON.stringify({ "loss-build": { terms } }));
  const paint = [...quick, "--preset", "mine.json", "--weights", "stored:mine"];
  const { code, err } = await impasto(paint, { cwd: folder.path, env: { IMPASTO_CACHE: cache } });
  assert.equal(code, 0, err);
  assert.deepEqual(await run("remove", "mine"), ["mine is removed"]);
  assert(!(await run("list")).some((line) => line.startsWith("mine ")));
});

Deno.test("a cache that cannot be written to is one line and its hint", async () => {
  await using folder = await temporaryFolder();
  const file = await folder.write("file", "");
  const outcome = await weights(file, "import", flat, "--name", "mine");
  assert.equal(outcome.code, 1);
  assert.deepEqual(complaint(outcome), [
    `error: Cannot make the folder ${folder.at("file", "weights")}: Not a directory`,
    "  make room, or name another cache with IMPASTO_CACHE",
  ]);
});

Deno.test("wrong calls are one line and its hint", async () => {
  await using folder = await temporaryFolder();
  const cases: readonly [string[], RegExp, RegExp][] = [
    [["fecth"], /^error: Unknown command weights fecth$/, /did you mean fetch\?/],
    [["fetch"], /^error: weights fetch needs a NAME$/, /write weights fetch NAME/],
    [["fetch", "vgg20"], /^error: The catalogue has no weights vgg20$/, /vgg16/],
    [["import", flat], /^error: The weights need a name$/, /--name NAME/],
    [["import", flat, "--name", "x", "--from", flat], /^error: weights import takes no --from$/, /--name/],
    [["import", flat, "--name", "x", "--convention", "rgb"], /^error: Unknown convention rgb$/, /caffe/],
    [["fetch", "vgg19", "--offline"], /^error: Cannot fetch vgg19 with --offline$/, /--from/],
    [["list", "vgg19"], /^error: Cannot use the word vgg19$/, /write weights list/],
  ];
  for (const [args, message, hint] of cases) {
    const outcome = await weights(folder.path, ...args);
    assert.equal(outcome.code, 2, args.join(" "));
    const lines = complaint(outcome);
    assert.match(lines[0], message);
    assert.match(lines[1], hint);
  }
  for (const action of ["path", "verify", "remove"]) {
    const outcome = await weights(folder.path, action, "none");
    assert.equal(outcome.code, 1);
    assert.equal(complaint(outcome)[0], "error: The weights none are not here");
  }
});

Deno.test("a download that Ctrl-C ends is gone on from by the same command", async () => {
  await using folder = await temporaryFolder();
  await using server = hostileServer(async (exchange) => {
    if (exchange.index > 0) return await sendFile(exchange, bytes);
    await exchange.head("200 OK", { "content-length": bytes.length });
    await exchange.send(bytes.subarray(0, 6000));
    await exchange.stall();
  });
  const args = ["weights", "fetch", "vgg19", "--from", server.url("/f.h5").href];
  const env = { IMPASTO_CACHE: folder.path };
  const child = command(args, { env }).spawn();
  const downloads = folder.at("weights", "downloads");
  const part = async () => {
    const names = await Array.fromAsync(Deno.readDir(downloads), ({ name }) => name).catch(() => []);
    const name = names.find((name) => name.endsWith(".part"));
    return name ? (await Deno.stat(`${downloads}/${name}`)).size : 0;
  };
  let ended = false;
  void child.status.then(() => ended = true);
  while (await part() < 6000) {
    assert(!ended, "it ended before the bytes came");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  child.kill("SIGINT");
  const { code, stderr } = await child.output();
  assert.equal(code, 130);
  const complaints = complaintsIn(new TextDecoder().decode(stderr));
  assert.deepEqual(complaints.slice(-2), [
    "error: Interrupted while fetching vgg19",
    "  what came is kept: the same command goes on from there",
  ]);
  assert.equal((await weights(folder.path, "path", "vgg19")).code, 1);
  const again = await impasto(args, { env });
  assert.equal(again.code, 0, again.err);
  assert.deepEqual(server.ranges, [undefined, 6000]);
  assert.deepEqual(await Array.fromAsync(Deno.readDir(downloads), ({ name }) => name), ["vgg19.lock"]);
  assert.match((await impasto(args, { env })).out, /^vgg19 is here already: /);
});

Deno.test("a proxy is honoured", async () => {
  await using folder = await temporaryFolder();
  await using proxy = hostileServer((exchange) => sendFile(exchange, bytes));
  const url = "http://weights.invalid/f.h5";
  const env = { IMPASTO_CACHE: folder.path, HTTP_PROXY: proxy.url("/").href };
  const { code, out, err } = await impasto(["weights", "fetch", "vgg19", "--from", url], { env });
  assert.equal(code, 0, err);
  assert.match(out, /^vgg19 is here, with the input of caffe \(as its arrays are named so: /);
  assert.deepEqual(proxy.requests.map(({ target }) => target), [url]);
});

Deno.test("a preset whose network is not here fetches it after one line, or says how to get it and how to go on", async () => {
  await using folder = await studio();
  // Every source goes by way of this proxy, which has none of them.
  await using proxy = hostileServer((exchange) => exchange.head("403 Forbidden"));
  const address = proxy.url("/").href;
  // Deno itself would ask for its newest version there.
  const proxies = { HTTP_PROXY: address, HTTPS_PROXY: address, DENO_NO_UPDATE_CHECK: "1" };
  const env = { IMPASTO_CACHE: folder.at("cache"), ...proxies };
  const args = [...quick, "--network", "vgg19"];
  const failed = await impasto(args, { cwd: folder.path, env });
  assert.equal(failed.code, 1);
  assert.match(failed.complaints[0], /^fetching vgg19 \(80\.1 MB; CC BY 4\.0, .*Oxford\) from https:/);
  assert.match(failed.complaints.at(-2)!, /^error: Cannot fetch vgg19 from any of its 4 sources; the last one: http/);
  assert.match(failed.complaints.at(-1)!, /weights import FILE --name vgg19; to go on now: --network vgg19-mini/);
  const watched = await impasto([...args, "--watch"], { cwd: folder.path, env });
  assert.deepEqual([watched.code, watched.complaints], [1, failed.complaints]);
  const asked = proxy.requests.length;
  assert(asked > 0);

  const offline = await impasto([...args, "--offline"], { cwd: folder.path, env });
  assert.equal(offline.code, 1);
  assert.equal(complaint(offline)[0], "error: The weights vgg19 are not here");
  assert.match(complaint(offline)[1], /weights fetch vgg19; to go on now: --network vgg19-mini, which ships/);
  assert.equal(proxy.requests.length, asked);

  // The published recipe looks at layers that the network that ships lacks.
  const gatys = ["--preset", "gatys", "--content", "photo.png", "--style", "painting.png", "--offline"];
  const published = await impasto(gatys, { cwd: folder.path, env });
  const [, preset] = /to go on now: --preset (\S+), which paints/.exec(complaint(published)[1]) ?? [];
  const small = ["--size", "32", "--iterations", "1", "--threads", "1"];
  const instead = await impasto([...gatys.with(1, preset), ...small], { cwd: folder.path, env });
  assert.equal(instead.code, 0, instead.err);
  // A painter needs its convention alone.
  const byPainter = ["--fast", "--set", "repaint.styles.ink=1", "--size", "32", "--offline"];
  const fast = await impasto(["--preset", "gatys", "--content", "photo.png", ...byPainter], { cwd: folder.path, env });
  assert.equal(fast.code, 0, fast.err);
});
