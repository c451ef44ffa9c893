import assert from "node:assert/strict";
import sharp from "../../pictures/sharp_package.ts";
import {
  openSession,
  type PaintEvent,
  type Preset,
  type Progress,
  stylise,
  styliseFolder,
  type UserError,
} from "../../mod.ts";
import { clearError, userError } from "../helpers/errors.ts";
import { recipe, small as smallOver, studio, tools } from "../helpers/painting.ts";

/** A preset of two scales that takes a moment. */
function small(folder: { at: (name: string) => string }, more: Preset = {}): Preset {
  return smallOver(folder, { ...recipe, optimise: { iterations: 6, tolerance: 0 } }, more);
}

const reason = new Error("the caller went home");

/** Aborts at an event, and counts the steps that come after. */
function stopAt(is: (event: Progress) => boolean) {
  const stop = new AbortController();
  const after: Progress[] = [];
  const onProgress = (event: Progress) => {
    if (stop.signal.aborted) after.push(event);
    else if (is(event)) stop.abort(reason);
  };
  return { signal: stop.signal, onProgress, after };
}

const isStep = (event: Progress, scale: number, step: number) =>
  event.kind === "step" && event.scale === scale && event.step === step;

const moments: Readonly<Record<string, (event: Progress) => boolean>> = {
  "in the first scale": (event) => isStep(event, 0, 2),
  "at the last step of the first scale": (event) => isStep(event, 0, 6),
  "in the last scale": (event) => isStep(event, 1, 3),
  "before any step": (event) => event.kind === "stage" && event.stage === "loss-build",
  "when all but the picture is done": (event) => event.kind === "stage" && event.stage === "deprocess",
};

for (const [when, is] of Object.entries(moments)) {
  Deno.test(`a run that is aborted ${when} is rejected with the signal's reason, and takes no further step`, async () => {
    await using folder = await studio();
    const { signal, onProgress, after } = stopAt(is);
    await assert.rejects(stylise(small(folder), { signal, onProgress }), (error) => error === reason);
    assert(signal.aborted);
    assert.equal(after.filter(({ kind }) => kind === "step").length, 0);
    assert.deepEqual(await folder.list(), [...tools]);
  });
}

Deno.test("an aborted run that may write leaves a checkpoint and no picture, and goes on to the same bytes", async () => {
  await using folder = await studio();
  await stylise(small(folder), { write: true });
  const whole = await Deno.readFile(folder.at("out.png"));
  await Deno.remove(folder.at("out.png"));
  const run = stylise(small(folder), { write: true, ...stopAt((event) => isStep(event, 1, 3)) });
  await assert.rejects(run, (error) => error === reason);
  assert.deepEqual(await folder.list(), ["out.png.checkpoint", ...tools]);
  await stylise(small(folder), { write: true, resume: true });
  assert.deepEqual(await Deno.readFile(folder.at("out.png")), whole);
});

Deno.test("with keep an aborted run resolves with the picture so far", async () => {
  await using folder = await studio();
  const whole = await stylise(small(folder));
  const { picture, report } = await stylise(small(folder), { keep: true, ...stopAt((event) => isStep(event, 0, 2)) });
  assert.deepEqual([report.interrupted, report.scales.length, report.scales[0].steps], [true, 1, 2]);
  assert.deepEqual([picture.width, picture.height], [48, 32]);
  assert.notDeepEqual(picture.data, whole.picture.data);
  assert.equal((await sharp(await picture.bytes("jpg")).metadata()).width, 48);
  const early = stopAt((event) => event.kind === "stage" && event.stage === "loss-build");
  const { code, exitCode } = await clearError(() => stylise(small(folder), { keep: true, ...early }));
  assert.deepEqual([code, exitCode], ["interrupted", 130]);
});

Deno.test("a signal that is aborted already starts nothing, with the reason that AbortSignal itself gives", async () => {
  await using folder = await studio();
  const seen: Progress[] = [];
  const options = { signal: AbortSignal.abort(), onProgress: (event: Progress) => void seen.push(event) };
  await assert.rejects(stylise(small(folder), options), { name: "AbortError" });
  assert.deepEqual(seen, []);
  const preset = small(folder, { name: "a" });
  const folderRun = styliseFolder({ ...preset, encode: { output: folder.at("{name}-a.png") } }, [
    folder.at("photo.png"),
  ], {
    signal: AbortSignal.abort(reason),
  });
  await assert.rejects(Array.fromAsync(folderRun), (error) => error === reason);
});

async function eventsIn(events: AsyncIterable<PaintEvent>): Promise<PaintEvent[]> {
  return await Array.fromAsync(events);
}

Deno.test("a session's paint gives steps, small pictures on the way, and the picture that stylise gives", async () => {
  await using folder = await studio();
  await using session = openSession();
  const { picture } = await session.stylise(small(folder));
  const events = await eventsIn(session.paint(small(folder), { preview: { every: 2, size: 24 } }));
  const last = events.at(-1)!;
  assert(last.kind === "done");
  assert.deepEqual(last.picture.data, picture.data);
  assert.equal(last.report.interrupted, false);
  assert.equal(events.filter(({ kind }) => kind === "step").length, 12);
  const previews = events.filter((event) => event.kind === "preview");
  assert.deepEqual(previews.map(({ scale, step }) => [scale, step]), [[0, 2], [0, 4], [0, 6], [1, 2], [1, 4], [1, 6]]);
  for (const { picture } of previews) {
    assert.deepEqual([picture.width, picture.height, picture.raw().channels], [24, 16, 3]);
    const { format, width } = await sharp(await picture.bytes("jpg")).metadata();
    assert.deepEqual([format, width], ["jpeg", 24]);
  }
  const distance = ({ picture: { data } }: { readonly picture: { readonly data: Float32Array } }, to: Float32Array) =>
    data.reduce((sum, level, i) => sum + Math.abs(level - to[i]), 0) / data.length;
  const small24 = await sharp(await picture.bytes()).resize(24, 16, { fit: "fill" }).removeAlpha().raw().toBuffer();
  const planes = Float32Array.from(
    { length: 24 * 16 * 3 },
    (_, i) => small24[(i % (24 * 16)) * 3 + Math.floor(i / (24 * 16))],
  );
  assert(distance(previews.at(-1)!, planes) < 3, `${distance(previews.at(-1)!, planes)}`);
  assert(distance(previews[0], planes) > distance(previews.at(-1)!, planes));
  assert.deepEqual(await folder.list(), [...tools]);
});

Deno.test("previews write no file, and change none", async () => {
  await using folder = await studio();
  await stylise(small(folder), { write: true });
  const plain = await Deno.readFile(folder.at("out.png"));
  await Deno.remove(folder.at("out.png"));
  const seen: Progress[] = [];
  const options = { write: true, preview: { every: 1 }, onProgress: (event: Progress) => void seen.push(event) };
  await stylise(small(folder), options);
  assert.deepEqual(await folder.list(), ["out.png", ...tools]);
  assert.deepEqual(await Deno.readFile(folder.at("out.png")), plain);
  assert.equal(seen.filter(({ kind }) => kind === "preview").length, 12);
  assert.equal(seen.filter(({ kind }) => kind === "picture").length, 1);
  for (const every of [0, -1, 1.5, NaN]) {
    assert.match(
      (await clearError(() => stylise(small(folder), { preview: { every } }))).message,
      /preview\.every must/,
    );
  }
});

Deno.test("whoever leaves the loop ends the run, and a signal's reason comes out of it", async () => {
  await using folder = await studio();
  await using session = openSession();
  const after: Progress[] = [];
  let left = false;
  const onProgress = (event: Progress) => void (left && event.kind === "step" && after.push(event));
  for await (const event of session.paint(small(folder, { optimise: { iterations: 5000 } }), { onProgress })) {
    if (event.kind === "step" && event.step === 2) {
      left = true;
      break;
    }
  }
  // The step that was on its way may still be told.
  assert(after.length <= 1, `${after.length}`);
  const { signal, onProgress: stopping } = stopAt((event) => isStep(event, 0, 2));
  const events = session.paint(small(folder), { signal, onProgress: stopping });
  await assert.rejects(eventsIn(events), (error) => error === reason);
  const kept = stopAt((event) => isStep(event, 0, 2));
  const keeping = session.paint(small(folder), { signal: kept.signal, onProgress: kept.onProgress, keep: true });
  const last = (await eventsIn(keeping)).at(-1)!;
  assert(last.kind === "done" && last.report.interrupted);
});

Deno.test("a session runs no more at a time than its concurrency says, and lets those go that give up waiting", async () => {
  await using folder = await studio();
  await using session = openSession({ concurrency: 2 });
  const running = new Set<number>();
  let most = 0;
  const queued: number[] = [];
  const stop = new AbortController();
  const run = (number: number) =>
    session.stylise(small(folder), {
      signal: number === 3 ? stop.signal : undefined,
      onProgress(event) {
        if (event.kind === "queued") queued.push(event.ahead);
        else most = Math.max(most, running.add(number).size);
      },
    }).finally(() => running.delete(number));
  const runs = [0, 1, 2, 3, 4].map(run);
  runs[0].then(() => {}, () => {});
  stop.abort(reason);
  const results = await Promise.allSettled(runs);
  assert.deepEqual(results.map(({ status }) => status), [
    "fulfilled",
    "fulfilled",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  assert.equal((results[3] as PromiseRejectedResult).reason, reason);
  assert.equal(most, 2);
  assert.deepEqual(queued.slice(0, 1), [0]);
  for (const concurrency of [0, -1, 1.5, NaN]) {
    assert.match((await clearError(() => openSession({ concurrency }))).message, /concurrency must be a whole number/);
  }
});

Deno.test("errors say what kind they are, and speak of keys", async () => {
  await using folder = await studio();
  const plain = small(folder);
  await folder.write("text.png", "no picture");
  const codeOf = async (work: () => unknown): Promise<UserError["code"]> => {
    const error = await userError(work);
    assert.doesNotMatch(`${error.message} ${error.hint}`, /(^|[\s(])--[a-z]/);
    return error.code;
  };
  const painting = (decode: Preset["decode"], more: Preset = {}) => () => stylise(small(folder, { ...more, decode }));
  const session = openSession();
  await session[Symbol.asyncDispose]();
  await folder.write("full.png", await Deno.readFile(folder.at("photo.png")));
  assert.deepEqual({
    invalid: await codeOf(() => stylise({ content: "a.png", sise: 3 } as object)),
    "preset-invalid": await codeOf(painting({ size: 3 })),
    "preset-not-found": await codeOf(() => stylise("nobody")),
    "picture-unreadable": await codeOf(painting({ content: folder.at("text.png") })),
    unreadable: await codeOf(painting({ content: folder.at("nobody.png") })),
    unwritable: await codeOf(() => stylise({ ...plain, encode: { output: folder.at("full.png") } }, { write: true })),
    "weights-missing": await codeOf(async () => {
      const before = Deno.env.get("IMPASTO_CACHE");
      Deno.env.set("IMPASTO_CACHE", folder.path);
      try {
        await stylise({ ...plain, network: "vgg19" }, { offline: true });
      } finally {
        if (before === undefined) Deno.env.delete("IMPASTO_CACHE");
        else Deno.env.set("IMPASTO_CACHE", before);
      }
    }),
    "out-of-memory": await codeOf(painting({ size: 48 }, { memory: "1MB" })),
    "session-closed": await codeOf(() => session.stylise(plain)),
  }, {
    invalid: "invalid",
    "preset-invalid": "preset-invalid",
    "preset-not-found": "preset-not-found",
    "picture-unreadable": "picture-unreadable",
    unreadable: "unreadable",
    unwritable: "unwritable",
    "weights-missing": "weights-missing",
    "out-of-memory": "out-of-memory",
    "session-closed": "session-closed",
  });
});
