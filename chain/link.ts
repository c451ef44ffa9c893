import type { Subject } from "./recipe.ts";
import type { Stage } from "./stage.ts";

/** A stage with its complete options. */
export interface Link {
  /** The stage. */
  readonly stage: Stage;
  /** Its complete options. */
  readonly options: object;
}

/** What a run of a chain is about: as the first stage says that has `subject`; else the subject is named "picture". */
export function subjectOf(chain: readonly Link[], preset: string): Subject {
  for (const { stage, options } of chain) {
    const subject = stage.subject?.(options);
    if (subject) return { ...subject, preset };
  }
  return { name: "picture", preset };
}
