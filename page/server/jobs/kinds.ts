import { film } from "./film.ts";
import type { JobKind } from "./kind.ts";
import { photograph } from "./photograph.ts";
import { sheet } from "./sheet.ts";
import { training } from "./training.ts";

/** Every kind of job by its name. */
export const jobKinds: Readonly<Record<string, JobKind>> = { photograph, sheet, training, film };
