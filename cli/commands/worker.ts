import { UserError } from "../../base/errors.ts";
import { openEngine } from "../../engines/mod.ts";
import { inWords as deviceInWords } from "../../engines/engine.ts";
import { loadPreset } from "../../presets/load.ts";
import { tilesOf } from "../../queue/tiles.ts";
import { coresHere, inWords, machineOf } from "../../queue/machine.ts";
import { work, type WorkEvent } from "../../queue/work.ts";
import type { Call } from "../call.ts";
import { interruptible } from "../interrupt.ts";
import { printReport, tell } from "../output.ts";
import { queueOf } from "../queue_flags.ts";
import { silent } from "../progress.ts";

/** Does what others send to a queue, until Ctrl-C. Returns the exit code: 0 if Ctrl-C ended it in order. */
export async function worker(call: Call): Promise<number> {
  const { on, overrides } = call;
  const addresses = queueOf(call);
  if (!addresses) {
    throw new UserError("There is no queue to work for", {
      hint: "such as worker --queue redis://HOST --blobs file:///shared/impasto",
      exitCode: 2,
    });
  }
  const say = (line: string) => on.has("quiet") || on.has("json") || tell(line);
  const { engine: asked, threads: limit } = await loadPreset("painting", overrides, { incomplete: true });
  const threads = limit || coresHere();
  const engine = await openEngine(asked, { threads, onNotice: ({ message }) => say(message) });
  const device = deviceInWords(engine.device);
  await engine[Symbol.asyncDispose]();
  const machine = machineOf(engine.name, threads);
  const onEvent = (event: WorkEvent) => {
    if (on.has("json")) printReport(JSON.stringify(event));
    else if (event.kind === "ready") say(`worker ${event.id}: ${inWords(machine)} (${device})`);
    else say(lineOf(event));
  };
  const code = await interruptible(
    { ...silent(), report: (event) => event.kind === "warning" && say(stoppingLine(event.message)) },
    (signal) => work({ ...addresses, machine, signal, onEvent, tiles: () => tilesOf(machine, addresses.blobs) }),
  );
  return code === 130 ? 0 : code;
}

function lineOf(event: Exclude<WorkEvent, { kind: "ready" }>): string {
  if (event.kind === "tiles") return `tiles of a picture ${event.state}`;
  if (!("title" in event)) return `${event.kind === "warning" ? "warning: " : ""}${event.message}`;
  return `${event.title} ${event.kind}${event.kind === "failed" ? `: ${event.message}` : ""}`;
}

/** What Ctrl-C means to a worker. */
function stoppingLine(message: string): string {
  return message.replace("stopping after this step", "stopping after this step; another worker goes on from there");
}
