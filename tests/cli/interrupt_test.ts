import assert from "node:assert/strict";
import { command, commandArguments, complaintsIn, impasto } from "../helpers/command.ts";
import type { TemporaryFolder } from "../helpers/folders.ts";
import { quick, studio, tools } from "../helpers/painting.ts";
import { stored } from "../helpers/pictures.ts";

/** Starts a run that would take hours, and sends signals once it has made some steps. */
async function interrupted(more: readonly string[], signals: readonly Deno.Signal[], cwd: string, steps = 3) {
  const child = command([...quick, "--iterations", "1000000", "--json", ...more], { cwd }).spawn();
  const err = new Response(child.stderr).text();
  let rest = "";
  let sent = false;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    rest += text;
    if (!sent && rest.includes(`"step":${steps},`)) {
      sent = true;
      for (const signal of signals) child.kill(signal);
    }
  }
  const { code } = await child.status;
  return {
    code,
    records: rest.trimEnd().split("\n").map((line) => JSON.parse(line)),
    complaints: complaintsIn(await err),
  };
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test({
    name: `${signal} in the middle of a run leaves the best picture so far, whole, a checkpoint, and exit code 130`,
    ignore: Deno.build.os === "windows",
    async fn() {
      await using folder = await studio();
      const { code, records, complaints } = await interrupted([], [signal], folder.path);
      assert.equal(code, 130);
      assert.deepEqual(complaints, []);
      assert.deepEqual(await folder.list(), ["out.png", "out.png.checkpoint", ...tools]);
      const { width, height } = await stored(folder.at("out.png"));
      assert.deepEqual([width, height], [48, 32]);
      assert.deepEqual(records.at(-1), {
        kind: "picture",
        file: folder.at("out.png"),
        unfinished: { resumable: true },
      });
      assert(records.some(({ kind, message }) => kind === "warning" && /stopping/.test(message)));
    },
  });
}

/** Writes a preset with a stage whose objective does something at its sixth evaluation. */
async function plugIn(folder: TemporaryFolder, code: string): Promise<void> {
  await folder.write(
    "plug-in.ts",
    `let count = 0;
export default {
  name: "plug-in", description: "acts", takes: "objective", gives: "objective", options: {},
  create: () => async (objective) => Object.create(objective, { evaluate: { value: (image) => {
    if (++count === 6) ${code};
    return objective.evaluate(image);
  } } }),
};`,
  );
  const pipeline = ["decode", "mean-subtract", "feature-extract", "loss-build", "./plug-in.ts", "optimise"];
  await folder.write(
    "plugged.json",
    JSON.stringify({ extends: "recipe.json", pipeline: [...pipeline, "deprocess", "encode"] }),
  );
}

const strays = {
  "a timer": "setTimeout(() => { throw new RangeError('out of order'); }, 0)",
  "a promise that nobody awaits": "void Promise.reject(new RangeError('out of order'))",
};

for (const [what, code] of Object.entries(strays)) {
  Deno.test(`an error of ${what} in a plug-in ends the run with its picture and its checkpoint`, async () => {
    await using folder = await studio();
    await plugIn(folder, code);
    const args = [...quick, "--preset", "plugged.json", "--iterations", "1000000", "--set", "optimise.tolerance=0"];
    const { code: exit, complaints } = await impasto(args, { cwd: folder.path });
    assert.equal(exit, 1);
    const message = "Code beside the run failed: out of order";
    assert(complaints.includes(`warning: ${message}; stopping after this step`), complaints.join("\n"));
    assert.equal(complaints.at(-2), `error: ${message}`);
    assert(complaints.some((line) => /^unfinished, stopped at step \d+ of .*--resume goes on$/.test(line)));
    assert((await folder.list()).includes("out.png") && (await folder.list()).includes("out.png.checkpoint"));
    assert.equal((await stored(folder.at("out.png"))).width, 48);
  });
}

Deno.test({
  name: "a signal that the launcher ignores stays ignored: under nohup a hang-up does not end the run",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await studio();
    for (const signal of ["SIGHUP", "SIGTERM"] as const) {
      const args = [...quick, "--iterations", "60", "--set", "optimise.tolerance=0", "--size", "128", "--json"];
      const child = new Deno.Command("sh", {
        args: ["-c", `trap "" ${signal.slice(3)}; exec "$@"`, "sh", Deno.execPath(), ...commandArguments(args)],
        cwd: folder.path,
        stdin: "null",
        stdout: "piped",
        stderr: "null",
      }).spawn();
      let out = "";
      let sent = false;
      for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
        out += text;
        if (sent || !out.includes('"step":3')) continue;
        sent = true;
        child.kill(signal);
      }
      assert.equal((await child.status).code, 0);
      const last = JSON.parse(out.trimEnd().split("\n").at(-1)!);
      assert.deepEqual(last, { kind: "picture", file: folder.at("out.png") });
    }
  },
});

Deno.test({
  name: "a second signal stops at once, and nothing half-written stays",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await studio();
    // The second step does not end.
    await plugIn(folder, "return new Promise(() => {})");
    const preset = ["--preset", "plugged.json"];
    const { code, records, complaints } = await interrupted(preset, ["SIGINT", "SIGTERM"], folder.path, 1);
    assert.equal(code, 130);
    assert.deepEqual(complaints, []);
    assert(!records.some(({ kind }) => kind === "picture"));
    assert.deepEqual(await folder.list(), [...tools, "plug-in.ts", "plugged.json"].sort());
  },
});

Deno.test({
  name: "Ctrl-C at a coarse scale leaves a picture of the size that was asked for",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await studio();
    const { code, records } = await interrupted(["--set", "decode.scales=[24,32]"], ["SIGINT"], folder.path);
    assert.equal(code, 130);
    const scales = records.filter(({ kind }) => kind === "step").map(({ scale }) => scale);
    assert(scales.length > 0 && scales.every((scale) => scale === 0));
    const { width, height } = await stored(folder.at("out.png"));
    assert.deepEqual([width, height], [48, 32]);
  },
});

Deno.test({
  name: "after Ctrl-C the last line says where the run stopped, and names --resume where a checkpoint lies there",
  ignore: Deno.build.os === "windows",
  async fn() {
    await using folder = await studio();
    for (const [checkpoint, end] of [["60", "; the same command with --resume goes on"], ["0", ""]]) {
      const args = [...quick, "--iterations", "10", "--set", "optimise.tolerance=0", "--set", "decode.scales=[24]"];
      const slow = ["--size", "512", "--checkpoint", checkpoint, "--overwrite"];
      const child = command([...args, ...slow], { cwd: folder.path }).spawn();
      const out = new Response(child.stdout).text();
      let err = "";
      let sent = false;
      for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
        err += text;
        if (sent || !/scale 2\/2.*step 1\/10/.test(err)) continue;
        sent = true;
        child.kill("SIGINT");
      }
      await out;
      assert.equal((await child.status).code, 130);
      const line = complaintsIn(err).at(-1)!;
      const [, step] = /^unfinished, stopped at step (\d+) of 10 of scale 2\/2: /.exec(line) ?? [];
      assert(Number(step) >= 1 && Number(step) < 10, line);
      assert(line.endsWith(`: ${folder.at("out.png")}${end}`), line);
    }
  },
});
