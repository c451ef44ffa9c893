import type { Progress } from "../chain/progress.ts";

/** Progress of a job as a worker tells it: without pictures. */
export type Told =
  | Exclude<Progress, { readonly picture: unknown }>
  | Omit<Extract<Progress, { kind: "frame" }>, "picture">;

/** What a worker tells of a record of progress; undefined if that is a picture and no more. */
export function toldOf(event: Progress): Told | undefined {
  if (event.kind === "snapshot" || event.kind === "preview") return undefined;
  if (event.kind !== "frame") return event;
  const { picture: _, ...told } = event;
  return told;
}
