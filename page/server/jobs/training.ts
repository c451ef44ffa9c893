import { basename, join } from "node:path";
import { UserError } from "../../../base/errors.ts";
import { freePath } from "../../../session/numbered.ts";
import { samplePath } from "../../../stages/train.ts";
import { stepsPerMinute } from "../../../stages/train/phases.ts";
import { progressIn } from "../progress.ts";
import type { JobKind } from "./kind.ts";
import { sound } from "./resolved.ts";

/** The most minutes of a training. */
const most = 600;

/** Trains a painter of the preset's paintings; its sample grows as it learns. */
export const training: JobKind = {
  label: () => "Train a painter",
  pictures: ({ photographs }) => Array.isArray(photographs) ? photographs.map(String) : [],
  async run(asked, { document, resolving, uploads, session, versions, painters, folder, signal, progress, show }) {
    const { minutes, photographs = [] } = asked;
    if (!(typeof minutes === "number" && minutes > 0 && minutes <= most)) {
      throw new UserError(`A training takes up to ${most} minutes`, { hint: "ten are enough" });
    }
    const steps = Math.max(1, Math.round(minutes * stepsPerMinute));
    const urls = (photographs as readonly unknown[]).map((id) => uploads.urlOf(String(id)));
    if (urls.length === 0 || urls.includes(undefined)) {
      throw new UserError("A painter learns with photographs", { hint: "choose ten or more of them" });
    }
    const { name } = sound(await resolving.resolve(document));
    const painter = await freePath(join(folder, `${name}.painter`));
    const output = await freePath(samplePath(painter));
    const preset = sound(
      await resolving.resolve(document, {
        method: "train",
        train: { painter, photographs: urls as string[], steps, checkpoint: 10 },
        encode: { output },
      }),
    );
    const options = { signal, write: true, keep: true, offline: true };
    for await (const event of session.paint(preset, options)) {
      const now = progressIn(event);
      if (now) progress(now);
      if (event.kind === "snapshot" || event.kind === "done") show(event.picture);
      if (event.kind !== "done") continue;
      await painters.enter(basename(painter));
      const { width, height } = event.picture;
      const file = basename(output);
      const unfinished = signal.aborted;
      return versions.add({ file, kind: "sample", width, height, preset: name, unfinished, document }).id;
    }
  },
};
