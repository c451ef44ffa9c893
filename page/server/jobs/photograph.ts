import { basename, join } from "node:path";
import { subjectOf } from "../../../chain/link.ts";
import { freePath } from "../../../session/numbered.ts";
import { withValue } from "../document.ts";
import { forKeeping } from "../live.ts";
import { progressIn } from "../progress.ts";
import type { JobKind } from "./kind.ts";
import { sound } from "./resolved.ts";

/** Paints one photograph of many with the preset. */
export const photograph: JobKind = {
  label: ({ name }) => `Paint ${typeof name === "string" ? name : "a photograph"}`,
  pictures: ({ picture }) => [String(picture)],
  async run({ picture }, { document: whole, resolving, session, versions, folder, signal, progress, show }) {
    const document = withValue(whole, ["decode", "content"], `upload:${picture}`);
    const preset = sound(await resolving.resolve(document));
    const { name } = subjectOf(preset.chain, preset.name);
    const path = await freePath(join(folder, `${name}-${preset.name}.png`));
    const options = { signal, write: true, offline: true, preview: { every: 4, size: 512 } };
    for await (const event of session.paint(forKeeping(preset, path), options)) {
      const now = progressIn(event);
      if (now) progress(now);
      if (event.kind === "preview" || event.kind === "done") show(event.picture);
      if (event.kind !== "done") continue;
      const { width, height } = event.picture;
      const file = basename(path);
      return versions.add({ file, kind: "painting", width, height, preset: preset.name, unfinished: false, document })
        .id;
    }
  },
};
