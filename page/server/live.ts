import { basename, join } from "node:path";
import type { Json } from "../../base/json.ts";
import { messageOf, UserError } from "../../base/errors.ts";
import { writeAtomically } from "../../base/files.ts";
import type { Slots } from "../../base/slots.ts";
import { optionsOf, type ResolvedPreset, withOptions } from "../../presets/preset.ts";
import { freePath } from "../../session/numbered.ts";
import { subjectOf } from "../../chain/link.ts";
import type { Session } from "../../session/session.ts";
import { decode } from "../../stages/decode.ts";
import { encode } from "../../stages/encode.ts";
import { optimise } from "../../stages/optimise.ts";
import type { Phase, RunProgress, Version } from "../protocol.ts";
import { type Curve, openCurve } from "./curve.ts";
import { type Frame, openFrame } from "./frame.ts";
import { openInstant } from "./instant.ts";
import type { Painters } from "./painters.ts";
import { progressIn } from "./progress.ts";
import { Refusal } from "./refusal.ts";
import type { Resolving } from "./resolving.ts";
import type { KeptVersion, Versions } from "./versions.ts";

/** A run that can go on: its preset, and the picture beside which its checkpoint lies. */
export interface SavedRun {
  readonly document: Json;
  /** Name of the file. */
  readonly output: string;
}

/** The painting that follows the preset: at once by a painter, then step by step by the optimiser. */
export interface Live {
  readonly phase: Phase;
  readonly note: string;
  readonly progress?: RunProgress;
  readonly frame: Frame;
  readonly curve: Curve;
  /** The run at hand, or the one that can go on. */
  readonly run?: SavedRun;
  /** Paints a preset in the place of the one at hand; the optimiser as well if `whole` is set. */
  paint(document: Json, whole: boolean): void;
  /** Ends the run so that it can go on. */
  stop(): Promise<void>;
  /** Goes on with the run that was stopped, or whose server ended. */
  goOn(): void;
  /** Shows a finished picture in the place of the run at hand. */
  show(version: KeptVersion): Promise<void>;
  /** Keeps the best picture so far as a version. */
  keep(): Promise<Version>;
}

/** What the live painting works with. */
export interface Workshop {
  readonly folder: string;
  readonly session: Session;
  readonly resolving: Resolving;
  readonly painters: Painters;
  readonly versions: Versions;
  /** One run at a time: the others wait. */
  readonly lane: Slots;
  /** Told of whatever changes. */
  changed(): void;
}

/** Why a run ends: another takes its place, or it waits to go on. */
const [replaced, stopped] = ["replaced", "stopped"];

/** Opens the live painting. */
export function openLive(workshop: Workshop, saved: SavedRun | undefined): Live {
  const { folder, session, resolving, versions, lane, changed } = workshop;
  const frame = openFrame(changed);
  const curve = openCurve();
  const instantly = openInstant(workshop);
  let [phase, note]: [Phase, string] = [saved ? "stopped" : "idle", ""];
  let progress: RunProgress | undefined;
  let run = saved;
  let document: Json = saved?.document ?? {};
  let current: AbortController | undefined;
  let last: Promise<void> = Promise.resolve();

  const be = (next: Phase, said = note) => {
    [phase, note] = [next, said];
    changed();
  };
  const checkpointOf = ({ output }: SavedRun) => join(folder, `${output}.checkpoint`);
  const forgetRun = async () => {
    if (run) await Deno.remove(checkpointOf(run)).catch(() => {});
    run = undefined;
  };

  /** The preset of a run, with the place of its picture. */
  const readied = async (json: Json, output?: string) => {
    const { preset } = await resolving.resolve(json);
    if (!preset) return undefined;
    const { name } = subjectOf(preset.chain, preset.name);
    const path = output === undefined
      ? await freePath(join(folder, `${name}-${preset.name}.png`))
      : join(folder, output);
    return { preset: forKeeping(preset, path), output: basename(path) };
  };

  const optimiseIt = async (signal: AbortSignal, resume: boolean) => {
    const ready = await readied(document, resume ? run?.output : undefined);
    if (!ready) return be("idle");
    be("waiting");
    using _ = await lane.enter(signal);
    be("painting");
    run = { document, output: ready.output };
    curve.begin();
    progress = undefined;
    const every = previewEvery(ready.preset);
    const options = { signal, write: true, resume, offline: true, preview: { every, size: 32768 } };
    for await (const event of session.paint(ready.preset, options)) {
      progress = progressIn(event) ?? progress;
      if (event.kind === "step") {
        const { scale, step, value, terms } = event;
        curve.add({ scale, step, value, terms });
        changed();
      }
      if (event.kind === "preview") frame.show("step", event.picture);
      if (event.kind === "done") {
        const { width, height } = event.picture;
        const version = versions.add({
          ...{ file: ready.output, kind: "painting", width, height, unfinished: false },
          ...{ preset: ready.preset.name, document },
        });
        run = undefined;
        frame.show("done", event.picture, version.id);
        be("done", note);
      }
    }
  };

  const work = async (signal: AbortSignal, { resume, whole }: { resume: boolean; whole: boolean }) => {
    try {
      if (!resume) {
        await forgetRun();
        [progress, note] = [undefined, ""];
        const { preset } = await resolving.resolve(document);
        if (!preset) return be("idle", "");
        be("instant", "");
        const instant = await instantly(preset, signal);
        note = instant.note;
        if (instant.picture) frame.show("instant", instant.picture);
        if (!whole) return be("done");
      }
      await optimiseIt(signal, resume);
    } catch (error) {
      if (!signal.aborted) {
        await forgetRun();
        const hint = error instanceof UserError && error.hint ? `; ${error.hint}` : "";
        return be("failed", `${messageOf(error)}${hint}`);
      }
      if (signal.reason !== stopped) return;
      be("stopped");
    }
  };

  const begin = (how: { resume: boolean; whole: boolean }) => {
    current?.abort(replaced);
    const own = current = new AbortController();
    const before = last;
    last = before.then(() => own.signal.aborted ? undefined : work(own.signal, how));
  };

  return {
    get phase() {
      return phase;
    },
    get note() {
      return note;
    },
    get progress() {
      return progress;
    },
    get run() {
      return run;
    },
    frame,
    curve,
    paint(json, whole) {
      document = json;
      begin({ resume: false, whole });
    },
    async stop() {
      if (["waiting", "instant", "painting"].includes(phase)) current?.abort(stopped);
      await last;
    },
    goOn() {
      if (phase !== "stopped") return;
      if (run) document = run.document;
      begin({ resume: run !== undefined, whole: true });
    },
    async show(version) {
      current?.abort(replaced);
      await last;
      await forgetRun();
      document = version.document;
      progress = undefined;
      frame.showFile(versions.pathOf(version), version);
      be("done", "");
    },
    async keep() {
      const { picture, version } = frame;
      const known = version === undefined ? undefined : versions.get(version);
      if (known) return known;
      if (!picture) throw new Refusal(409, "there is no picture yet");
      const own = document;
      const { preset } = await resolving.resolve(own);
      const name = preset?.name ?? "painting";
      const path = await freePath(join(folder, `${picture.name}-${name}-best.png`));
      await writeAtomically(path, await picture.bytes("png"));
      const { width, height } = picture;
      const file = basename(path);
      const made = versions.add({
        file,
        kind: "painting",
        width,
        height,
        preset: name,
        unfinished: true,
        document: own,
      });
      if (frame.picture === picture) frame.show(frame.kind, picture, made.id);
      return made;
    },
  };
}

/** A preset whose picture loses nothing of what was painted, so that any format can be made of it. */
export function forKeeping(preset: ResolvedPreset, path: string): ResolvedPreset {
  const way = { output: path, depth: 16, tiff: "auto", quality: 0, metadata: true } as const;
  return withOptions(withOptions(preset, encode, way), optimise, { snapshots: 0, checkpoint: 10 });
}

/** After how many steps each a picture is shown: a large one takes as long as a step. */
function previewEvery(preset: ResolvedPreset): number {
  const size = optionsOf(preset, decode)?.size ?? 512;
  return size <= 800 ? 1 : size <= 1600 ? 3 : 10;
}
