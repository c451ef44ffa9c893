/**
 * A program that reads every weights file of a folder through and through, and tells what it takes from the machine
 * afterwards, when it has nothing to do: `deno run -A read_all.ts FOLDER`.
 *
 * @module
 */
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { UserError } from "../../../base/errors.ts";
import { openAny } from "../../../weights/open_any.ts";

/** What the program says. */
export interface Told {
  /** The error of each file, or that there was none. */
  readonly outcomes: Readonly<Record<string, string>>;
  /** The processor time of all threads in the second after the last file, in milliseconds. */
  readonly milliseconds: number;
  /** Memory before the first file, at most, and at the end. */
  readonly bytes: { readonly before: number; readonly most: number; readonly after: number };
}

/** Processor time of all threads in milliseconds, and memory, as the system counts them. */
async function taken(): Promise<{ milliseconds: number; bytes: number; most: number }> {
  const stat = (await Deno.readTextFile("/proc/self/stat")).replace(/^.*\) /s, "").split(" ");
  const status = await Deno.readTextFile("/proc/self/status");
  const kilobytes = (key: string) => Number(new RegExp(`^${key}:\\s*(\\d+)`, "m").exec(status)![1]) * 1024;
  return {
    milliseconds: (Number(stat[11]) + Number(stat[12])) * 10,
    bytes: kilobytes("VmRSS"),
    most: kilobytes("VmHWM"),
  };
}

async function outcomeOf(location: URL): Promise<string> {
  try {
    await using file = await openAny(location);
    for (const name of file.shapes.keys()) await file.tensor(name);
    return "read";
  } catch (error) {
    return error instanceof UserError ? error.message : `not clear: ${error}`;
  }
}

if (import.meta.main) {
  const [folder] = Deno.args;
  const outcomes: Record<string, string> = {};
  const before = await taken();
  for await (const { name } of Deno.readDir(folder)) {
    outcomes[name] = await outcomeOf(pathToFileURL(`${folder}/${name}`));
  }
  const { milliseconds } = await taken();
  await setTimeout(1000);
  const after = await taken();
  const told: Told = {
    outcomes,
    milliseconds: after.milliseconds - milliseconds,
    bytes: { before: before.bytes, most: after.most, after: after.bytes },
  };
  console.log(JSON.stringify(told));
}
