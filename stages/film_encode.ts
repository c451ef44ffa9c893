import { pathToFileURL } from "node:url";
import { UserError } from "../base/errors.ts";
import type { Stage } from "../chain/stage.ts";
import type { FilmFrame } from "../pictures/picture.ts";

/** Makes the film of its painted frames, with the times and the sound of the one that was painted. */
export const filmEncode = {
  name: "film-encode",
  description: "makes the film of its painted frames, with the times and the sound of the one that was painted",
  takes: "frame",
  gives: "file",
  takesLast: "frame",
  options: {},
  create: () =>
    async function filmEncode(frame, { snapshot }) {
      const path = snapshot ? undefined : await frame.finish();
      if (path !== undefined || snapshot) return pathToFileURL(path ?? ".");
      throw new UserError("Interrupted before the first frame was painted: nothing is written", {
        hint: "a frame later there is a film to keep",
        exitCode: 130,
      });
    },
} satisfies Stage<FilmFrame, URL, Record<never, never>>;
