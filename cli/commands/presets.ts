import { shipped, shippedPreset } from "../../presets/shipped.ts";
import { print } from "../output.ts";

/** Lists the presets that ship, a line each. */
export async function presets(): Promise<number> {
  const width = Math.max(...shipped.map((name) => name.length));
  for (const name of shipped) {
    const { description } = await (await fetch(shippedPreset(name))).json();
    print(`${name.padEnd(width)}  ${description}`);
  }
  return 0;
}
