import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { UserError } from "../../../base/errors.ts";
import { filmPreset, paintFilm } from "../../../session/film.ts";
import { freePath } from "../../../session/numbered.ts";
import { painted } from "../../../session/painted.ts";
import type { Preset } from "../../../presets/source.ts";
import { workingFolder } from "../../../video/writing/store.ts";
import type { JobKind } from "./kind.ts";
import { sound } from "./resolved.ts";

/** Paints a film with the preset. */
export const film: JobKind = {
  label: ({ name }) => `Paint ${typeof name === "string" ? name : "a film"}`,
  pictures: (asked) => [String(asked.film)],
  async run(asked, { document, resolving, uploads, folder, signal, progress, show, made }) {
    const content = uploads.urlOf(String(asked.film));
    if (content === undefined) throw new UserError("There is no film to paint", { hint: "choose one" });
    const over: Preset = asked.fast === true ? { method: "painter" } : {};
    const { name: preset } = sound(await resolving.resolve(document, over, { incomplete: true }));
    const { name } = uploads.get(String(asked.film))!;
    const output = await freePath(join(folder, `${name}-${preset}.mp4`));
    const filming = await filmPreset(resolving.named(document), [over], { content: fileURLToPath(content), output });
    const { interrupted } = await paintFilm(filming, {
      signal,
      keep: true,
      offline: true,
      onProgress(event) {
        if (event.kind !== "frame") return;
        const { index, count, secondsLeft, picture } = event;
        const { width, height } = picture;
        progress({ scale: 0, scales: 1, step: index + 1, steps: count, width, height, secondsLeft, value: 0 });
        show(painted(filming, { ...picture, name }, true));
      },
    });
    made(basename(output));
    if (!interrupted) return undefined;
    // The film so far stays; what a run would go on from does not.
    await Deno.remove(workingFolder(output), { recursive: true }).catch(() => {});
    await Deno.remove(`${output}.checkpoint`).catch(() => {});
  },
};
