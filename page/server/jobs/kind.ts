import type { Json } from "../../../base/json.ts";
import type { PaintedPicture } from "../../../session/painted.ts";
import type { RunProgress } from "../../protocol.ts";
import type { Workshop } from "../live.ts";
import type { Uploads } from "../uploads.ts";

/** What a job is lent. */
export interface JobContext extends Omit<Workshop, "lane" | "changed"> {
  /** The preset as it was when the job was asked for. */
  readonly document: Json;
  readonly uploads: Uploads;
  readonly signal: AbortSignal;
  progress(progress: RunProgress): void;
  /** Shows the picture so far. */
  show(picture: PaintedPicture): void;
  /** Says a line that stays beside the job when it is done. */
  remark(message: string): void;
  /** Notes the name of a file of the folder that it made and that is no version. */
  made(file: string): void;
}

/** A kind of work that goes on beside the live painting: one file, and a line in `kinds.ts`. */
export interface JobKind {
  /** What the list of jobs calls it. */
  label(asked: Json): string;
  /** The ids of the handed over pictures that it needs, which stay until it is done. */
  pictures?(asked: Json): readonly string[];
  /**
   * Does it.
   *
   * @returns The id of the version that it made, if it made one.
   * @throws {UserError | Refusal} if what is asked for cannot be done.
   */
  run(asked: Json, context: JobContext): Promise<string | undefined>;
}
