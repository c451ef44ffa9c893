import { extname } from "node:path";
import type { Link } from "../chain/link.ts";
import { objectSchema } from "../chain/schema.ts";
import type { Stage } from "../chain/stage.ts";
import { withDefaults } from "../chain/walk.ts";
import { endings } from "../pictures/write_picture.ts";
import { deprocess } from "../stages/deprocess.ts";
import { encode } from "../stages/encode.ts";

/**
 * The shipped stages that bring a picture home if one of the user's own in their place fails.
 *
 * @param chain The stages of the run.
 * @param output Path of the file that it was to write; undefined if it writes none.
 */
export function standInsFor(chain: readonly Link[], output: string | undefined): Link[] {
  const named = output !== undefined && endings.includes(extname(output).toLowerCase()) ? { output } : {};
  return [linkOf(deprocess, {}), ...output === undefined ? [] : [linkOf(encode, named)]]
    .filter((own) => !chain.some(({ stage }) => stage === own.stage));
}

function linkOf(stage: Stage, options: object): Link {
  return { stage, options: withDefaults(options, objectSchema(stage.options)) as object };
}
