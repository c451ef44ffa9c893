import { harbour } from "./harbour.ts";
import type { Picture } from "./picture.ts";
import { valley } from "./valley.ts";

/** The pictures by name. */
export const pictures: Readonly<Record<string, Picture>> = { harbour, valley };
