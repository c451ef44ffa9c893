/**
 * The programs of docs/programs.md do what the page says: the server under many clients, and those for Node and Bun.
 *
 * @module
 */
import assert from "node:assert/strict";
import sharp from "../../pictures/sharp_package.ts";
import { errorCodes } from "../../mod.ts";
import { type TemporaryFolder, temporaryFolder } from "../helpers/folders.ts";
import { landscape } from "../helpers/pictures.ts";
import { inRoot, root } from "../helpers/shared.ts";

const page = await Deno.readTextFile(inRoot("docs/programs.md"));

/** The code of the page that holds some words. */
function codeWith(words: string): string {
  return [...page.matchAll(/```[jt]s(?: ignore)?\n(.*?)```/gs)].map(([, code]) => code).find((code) =>
    code.includes(words)
  )!;
}

Deno.test("the page lists every code of an error", () => {
  for (const [code, words] of Object.entries(errorCodes)) {
    assert.match(page, new RegExp(`^\\| \`${code}\` +\\| ${words} +\\|$`, "m"));
  }
});

/**
 * The module, but for what it paints: small pictures, in very many steps for photographs of who hangs up. It prints each
 * step, and that somebody left, with the size of the photograph's file.
 */
const watched = `
import { openSession as open } from "${new URL("mod.ts", root)}";
const tell = (record) => console.log(JSON.stringify(record));
export function openSession(options) {
  const session = open(options);
  return {
    paint(asked, { onProgress, ...options }) {
      const iterations = asked.content.length % 2 ? 1000 : 3;
      const size = asked.content.length;
      tell({ size, kind: "asked" });
      const preset = { extends: asked.preset, decode: { scales: [] }, engine: "onnx-cpu", threads: 1,
        optimise: { iterations, tolerance: 0 } };
      const watch = ({ kind }) => (kind === "step" || kind === "queued") && tell({ size, kind });
      options.signal.addEventListener("abort", () => tell({ size, kind: "left" }));
      return session.paint({ content: asked.content, preset, size: 48 }, { ...options, onProgress: watch });
    },
  };
}
`;

/** A server of the page as a process of its own, and what it has told so far. */
async function startServer(folder: TemporaryFolder) {
  const type = `import type { PaintEvent } from "${new URL("mod.ts", root)}";\n`;
  const code = codeWith("Deno.serve");
  await folder.write("watched.js", watched);
  await folder.write("server.ts", type + code.replace(", type PaintEvent", "").replace("../mod.ts", "./watched.js"));
  const run = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-lock", "--no-check", folder.at("server.ts"), "0"],
    env: { NO_COLOR: "1" },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const records: { readonly size: number; readonly kind: string }[] = [];
  const waiting = new Set<() => void>();
  const port = Promise.withResolvers<number>();
  const listen = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        const [, number] = /^Listening on http:\/\/\S+:(\d+)/.exec(line) ?? [];
        if (number) port.resolve(Number(number));
        else if (line.startsWith("{")) records.push(JSON.parse(line));
      }
      waiting.forEach((check) => check());
    }
  };
  const ended = Promise.all([listen(run.stdout), listen(run.stderr)]);
  return {
    records,
    url: `http://127.0.0.1:${await port.promise}/`,
    /** Waits until something is so. */
    until: async (isSo: () => boolean) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      const check = () => isSo() && resolve();
      waiting.add(check);
      check();
      await promise;
      waiting.delete(check);
    },
    [Symbol.asyncDispose]: async () => {
      run.kill("SIGKILL");
      await ended;
      await run.status;
    },
  };
}

interface ServerEvent {
  readonly kind: string;
  readonly data: { readonly jpg?: string; readonly step?: number; readonly code?: string };
}

/** A client that reads until it has what it wants, or to the end; leaving hangs up. */
async function client(url: string, content: Uint8Array<ArrayBuffer>, enough: (event: ServerEvent) => boolean) {
  const body = new FormData();
  body.set("content", new File([content], "photo.png"));
  const stop = new AbortController();
  const response = await fetch(url, { method: "POST", body, signal: stop.signal });
  assert.equal(response.headers.get("content-type"), "text/event-stream");
  const events: ServerEvent[] = [];
  let rest = "";
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const parts = (rest + read.value).split("\n\n");
    rest = parts.pop()!;
    for (const part of parts) {
      const [, kind, data] = /^event: (\w+)\ndata: (.*)$/.exec(part)!;
      events.push({ kind, data: JSON.parse(data) });
      if (!enough(events.at(-1)!)) continue;
      stop.abort();
      await reader.cancel().catch(() => {});
      return events;
    }
  }
  return events;
}

/** A photograph whose bytes tell by their number who sent it: odd for who hangs up. */
async function photographs(): Promise<Uint8Array<ArrayBuffer>[]> {
  const png = await landscape(48, 32).png().toBuffer();
  // What follows the end of a PNG is no part of it.
  return Array.from({ length: 20 }, (_, i) => {
    const length = 2 * Math.ceil(png.length / 2) + 2 * i + (i % 4 === 0 ? 1 : 0);
    const bytes = new Uint8Array(length);
    bytes.set(png);
    return bytes;
  });
}

Deno.test("of twenty clients at a time fifteen get their pictures, and no run goes on for the five who hang up", async () => {
  await using folder = await temporaryFolder();
  await using server = await startServer(folder);
  const contents = await photographs();
  const leaves = (content: Uint8Array) => content.length % 2 === 1;
  // They leave in the queue or in their runs: whatever they hear of first.
  const results = await Promise.all(contents.map((content) => client(server.url, content, () => leaves(content))));
  for (const [i, events] of results.entries()) {
    if (leaves(contents[i])) continue;
    const last = events.at(-1)!;
    assert.equal(last.kind, "done", JSON.stringify(last.data));
    const { format, width, height } = await sharp(Uint8Array.fromBase64(last.data.jpg!)).metadata();
    assert.deepEqual([format, width, height], ["jpeg", 48, 32]);
  }
  const gone = contents.filter(leaves);
  const of = (content: Uint8Array, kind: string) =>
    server.records.filter((record) => record.size === content.length && record.kind === kind);
  await server.until(() => gone.every((content) => of(content, "left").length === 1));

  // Who hangs up while the run goes.
  const heard = await client(server.url, gone[0], ({ kind }) => kind === "step");
  assert(heard.some(({ kind }) => kind === "step"));
  await server.until(() => of(gone[0], "left").length === 2);

  // All that was on its way is over with the next run, and nothing comes after it.
  const steps = () => gone.map((content) => of(content, "step").length);
  await client(server.url, contents[1], () => false);
  const told = steps();
  assert(told.every((count) => count < 500), `${told}`);
  for (const content of contents.slice(1, 4)) await client(server.url, content, () => false);
  assert.deepEqual(steps(), told);

  const [refused] = await client(server.url, new Uint8Array(10), () => false);
  assert.deepEqual([refused.kind, refused.data.code], ["error", "picture-unreadable"]);
  assert.equal((await fetch(server.url)).status, 400);
});

Deno.test("the server of the page type-checks", async () => {
  await using folder = await temporaryFolder();
  await folder.write("server.ts", codeWith("Deno.serve").replace("../mod.ts", new URL("mod.ts", root).href));
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--no-lock", folder.at("server.ts")],
  }).output();
  assert.equal(code, 0, new TextDecoder().decode(stderr));
});

/** A folder with a photograph, and `deno` on the path as programs of others find it. */
async function elsewhere() {
  const folder = await temporaryFolder();
  await landscape(48, 32).png().toFile(folder.at("photo.png"));
  await Deno.mkdir(folder.at("bin"));
  await Deno.symlink(Deno.execPath(), folder.at("bin", "deno"));
  return folder;
}

/** Runs a program of the page in another runtime. */
async function runIn(runtime: readonly string[], code: string, folder: TemporaryFolder, content = "photo.png") {
  // Small and quick; the program is the page's.
  const quick = code.replace(`"--json"`, `"--json", "--size", "48", "--iterations", "3", "--threads", "1"`);
  const program = await folder.write("program.mjs", quick);
  const [command, ...args] = runtime;
  const { stdout, stderr } = await new Deno.Command(command, {
    args: [...args, program, inRoot(""), folder.at(content), folder.at("out.png")],
    cwd: folder.path,
    env: { PATH: `${folder.at("bin")}:${Deno.env.get("PATH")}`, NO_COLOR: "1" },
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { out, err };
}

const bun = ["npx", "-y", "bun@1.4.5"];
const hasBun = await new Deno.Command(bun[0], { args: [...bun.slice(1), "--version"], stdout: "null", stderr: "null" })
  .output().then(({ success }) => success, () => false);

const runtimes = {
  Node: { runtime: ["node"], words: "node:child_process" },
  Bun: { runtime: bun, words: "Bun.spawn" },
};

for (const [name, { runtime, words }] of Object.entries(runtimes)) {
  const lacking = name === "Bun" && !hasBun;
  Deno.test({
    name: `the program of the page for ${name} paints${lacking ? " (skipped: npm gives no bun here)" : ""}`,
    ignore: lacking,
    async fn() {
      await using folder = await elsewhere();
      const code = codeWith(words);
      assert(code.trimEnd().split("\n").length <= 13);
      const { out, err } = await runIn(runtime, code, folder);
      const lines = out.trimEnd().split("\n");
      assert.deepEqual(lines.slice(0, 1), ["step 1 of 3"], err);
      assert.equal(lines.at(-1), `painted ${folder.at("out.png")}`);
      assert.equal((await sharp(await Deno.readFile(folder.at("out.png"))).metadata()).width, 48);
      const failed = await runIn(runtime, code, folder, "nobody.png");
      assert.match(failed.err, /error: .*nobody\.png/);
    },
  });
}
