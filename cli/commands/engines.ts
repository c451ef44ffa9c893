import { inWords } from "../../engines/engine.ts";
import { engineKinds } from "../../engines/mod.ts";
import { messageOf } from "../../base/errors.ts";
import { print } from "../output.ts";

/** Lists every engine, a line each: the device that it works on, or why it does not work here. */
export async function engines(): Promise<number> {
  const width = Math.max(...engineKinds.map(({ name }) => name.length));
  for (const kind of engineKinds) print(`${kind.name.padEnd(width)}  ${await stateOf(kind)}`);
  return 0;
}

async function stateOf(kind: typeof engineKinds[number]): Promise<string> {
  try {
    await using engine = await kind.open({});
    return `available: ${inWords(engine.device)}`;
  } catch (error) {
    return `not available: ${messageOf(error).replace(`Cannot use ${kind.name}: `, "")}`;
  }
}
