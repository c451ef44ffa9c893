import type { Subject } from "./recipe.ts";
import type { Stage } from "./stage.ts";

/** A stage with its complete options. */
export interface Link {
  /** The stage. */
  readonly stage: Stage;
  /** Its complete options. */
  readonly options: object;
}

/** A link whose work is replaced by what `change` makes of it. */
export function around(
  { stage, options }: Link,
  change: (run: ReturnType<Stage["create"]>) => ReturnType<Stage["create"]>,
): Link {
  const create: Stage["create"] = (given) => change(stage.create(given));
  return { stage: Object.create(stage, { create: { value: create } }), options };
}

/** What a run of a chain is about: as the first stage says that has `subject`; else the subject is named "picture". */
export function subjectOf(chain: readonly Link[], preset: string): Subject {
  for (const { stage, options } of chain) {
    const subject = stage.subject?.(options);
    if (subject) return { ...subject, preset };
  }
  return { name: "picture", preset };
}
