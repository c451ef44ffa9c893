import { UserError } from "../base/errors.ts";
import type { Stage } from "../chain/stage.ts";
import { withContrastOf } from "../video/contrast.ts";
import type { FilmFrame, FinishedPicture } from "../pictures/picture.ts";

/** Keeps each painted frame of a film, so that it is not painted twice. */
export const filmFrame = {
  name: "film-frame",
  description: "keeps each painted frame of a film, so that no work is lost",
  takes: "picture",
  gives: "frame",
  options: {},
  create: () =>
    async function filmFrame(picture, { snapshot }) {
      const { frame } = picture;
      if (!frame) {
        throw new UserError("The picture that comes to film-frame is no frame of a film", {
          hint: "a stage between film and film-frame should pass `frame` on with its picture",
          code: "stage-failed",
        });
      }
      if (!snapshot) await frame.keep(await blended(picture, frame));
      return frame;
    },
} satisfies Stage<FinishedPicture, FilmFrame, Record<never, never>>;

/** How much stronger the contrast of mixed strokes may become, at the most. */
const mostContrast = 1.5;

/** What of it may pass on from frame to frame, so that no grain grows. */
const mostGain = 0.75;

/** A frame with a share of the one before over it, where that is seen in both, and with its own contrast. */
async function blended(picture: FinishedPicture, { blend, continues, follow }: FilmFrame): Promise<FinishedPicture> {
  const before = blend > 0 && continues ? await follow("rough") : undefined;
  if (!before) return picture;
  const { data: moved } = before.picture;
  const { confidence } = before;
  const data = picture.data.map((level, i) => level + blend * confidence[i % confidence.length] * (moved[i] - level));
  const most = Math.max(1, Math.min(mostContrast, mostGain / blend));
  return { ...picture, data: withContrastOf(picture, { ...picture, data }, most).data };
}
