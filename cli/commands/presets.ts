import { shipped, shippedPreset } from "../../presets/shipped.ts";
import type { Command } from "../command.ts";

/** Lists the presets that ship, a line each. */
export const presets: Command = {
  name: "presets",
  words: [],
  description: "lists the presets that ship",
  hint: "presets takes no words",
  async run() {
    const width = Math.max(...shipped.map((name) => name.length));
    for (const name of shipped) {
      const { description } = await (await fetch(shippedPreset(name))).json();
      console.log(`${name.padEnd(width)}  ${description}`);
    }
    return 0;
  },
};
