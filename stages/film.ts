import { fileURLToPath } from "node:url";
import { momentPattern, secondsOf } from "../base/moment.ts";
import { UserError } from "../base/errors.ts";
import type { Sequence } from "../chain/sequence.ts";
import type { Context, Fault, Stage } from "../chain/stage.ts";
import type { FinishedPicture } from "../pictures/picture.ts";
import { filmEndings, kindOf } from "../video/writing/kind.ts";
import { outputPath } from "./encode.ts";
import { type GivenFrame, nameOf } from "./decode.ts";
import { type Elsewhere, filmRunElsewhere } from "./film/elsewhere.ts";
import type { FilmOptions } from "./film/options.ts";
import { filmRun } from "./film/run.ts";

/** The pattern of a rate: a number, or a fraction. */
const ratePattern = "^[1-9]\\d*(\\.\\d+)?(/[1-9]\\d*)?$";

/** Gives the frames of a film, in the place of a photograph. */
export const film = {
  name: "film",
  description: "gives the frames of a film one after the other, each in the place of the photograph",
  takes: "nothing",
  gives: "nothing",
  options: {
    content: {
      type: "string",
      default: "",
      location: "read",
      description: "the film: a file, a folder of numbered pictures, or their pattern such as frames/%05d.png",
    },
    output: {
      type: "string",
      minLength: 1,
      default: "{name}-{preset}.mp4",
      location: "write",
      description: `the painted film (${
        filmEndings.join(", ")
      }), a folder, or a pattern such as frames/%05d.png; {name} and {preset} are the film's and the preset's`,
    },
    from: {
      type: "string",
      pattern: momentPattern,
      default: "",
      description: "where the part that is painted begins: seconds, or 1:02:03.5; the start unless given",
    },
    to: {
      type: "string",
      pattern: momentPattern,
      default: "",
      description: "where the part that is painted ends; the end unless given",
    },
    size: {
      type: "integer",
      minimum: 0,
      maximum: 32768,
      default: 0,
      description: "the longer side of the painted film in pixels, at most that of the film; 0 for that",
    },
    rate: {
      type: "string",
      pattern: ratePattern,
      default: "25",
      flag: "rate",
      description: "frames in a second of a folder of numbered pictures, such as 25 or 30000/1001",
    },
    steps: {
      type: "integer",
      minimum: 1,
      maximum: 1_000_000,
      default: 10,
      flag: "film-steps",
      description: "steps of the optimiser for a frame that goes on from the one before",
    },
    temporalWeight: {
      type: "number",
      minimum: 0,
      default: 5,
      flag: "temporal-weight",
      description: "how much a frame is held to those before it: 0 lets it flicker",
    },
    longTerm: {
      type: "array",
      items: { type: "integer", minimum: 1, maximum: 4 },
      minItems: 1,
      default: [1, 2, 4],
      description: "how many frames back the frames lie that a frame is compared with, the nearest first",
    },
    passes: {
      type: "integer",
      minimum: 1,
      maximum: 20,
      default: 1,
      flag: "passes",
      description: "how often the film is gone through, forwards and backwards by turns: more, and it is calmer",
    },
    blend: {
      type: "number",
      minimum: 0,
      maximum: 1,
      default: 0,
      flag: "blend",
      description: "how much of the frame before is laid over each one where it is seen in both: for painters",
    },
    cuts: {
      type: "boolean",
      default: true,
      flag: "no-cuts",
      description: "if false, cuts are not looked for: the whole film is one shot",
    },
    quality: {
      type: "integer",
      minimum: 0,
      maximum: 100,
      default: 0,
      description: "from 1 to 100: lower is smaller; 0 hides all loss",
    },
    depth: {
      type: "string",
      enum: ["auto", "8", "10"],
      default: "auto",
      description: "bits of a sample; auto has those of the film, 10 at the most",
    },
    sound: {
      type: "boolean",
      default: true,
      flag: "no-sound",
      description: "if false, the film is silent",
    },
  },
  faults: ({ content, output, from, to, longTerm }) => {
    const faults: Fault[] = [];
    if (content === "") {
      faults.push({ path: "content", message: "is missing", hint: "name a film with `film.content`", missing: true });
    } else if (!content.startsWith("file:")) {
      faults.push({ path: "content", message: "is no file of this machine", hint: "fetch the film first" });
    }
    if (kindOf(output) === undefined) {
      faults.push({
        path: "output",
        message: `"${output}" does not end in a format that can be written`,
        hint: `one of ${filmEndings.join(", ")}, or a folder for numbered pictures`,
      });
    }
    const [begin = 0, end = Infinity] = [secondsOf(from), secondsOf(to)];
    if (!(end > begin)) {
      faults.push({ path: "to", message: `must lie behind ${from || "the start"}`, hint: "such as 0:10 and 0:15" });
    }
    if (longTerm.some((distance, i) => distance <= (longTerm[i - 1] ?? 0))) {
      faults.push({ path: "longTerm", message: "must grow", hint: "such as [1, 2, 4]" });
    }
    return faults;
  },
  subject: ({ content, size }) => ({
    name: content === "" ? "film" : nameOf(content),
    ...size > 0 && { size },
  }),
  output: ({ output }, { name, preset }) => outputPath(output, name, preset),
  create: (options) =>
    async function film(_, context): Promise<Sequence<GivenFrame | undefined>> {
      return await filmRun(located(options, context), context);
    },
} satisfies Stage<undefined, GivenFrame | undefined, FilmOptions>;

/** A stage in the place of `film` and all that paints its frames: they come painted from elsewhere. */
export function filmPaintedBy(elsewhere: Elsewhere): Stage<undefined, FinishedPicture, FilmOptions> {
  return {
    ...film,
    gives: "picture",
    create: (options) =>
      async function film(_, context): Promise<Sequence<FinishedPicture>> {
        return await filmRunElsewhere(located(options, context), context, elsewhere);
      },
  };
}

/** The options with paths. */
function located(options: FilmOptions, { writing: { subject } }: Context): FilmOptions {
  if (!options.content.startsWith("file:")) {
    throw new UserError("There is no film to paint", { hint: "name one with `film.content`", exitCode: 2 });
  }
  return {
    ...options,
    content: fileURLToPath(options.content),
    output: outputPath(options.output, subject.name, subject.preset),
  };
}
