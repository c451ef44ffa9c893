import { xmpOfPreset } from "../../pictures/xmp.ts";
import type { Checkpoints } from "../../chain/checkpoints.ts";
import type { Progress } from "../../chain/progress.ts";
import type { Position } from "../../chain/sequence.ts";
import type { Compute, Context, Keeping, Writing } from "../../chain/stage.ts";
import { networks } from "../../networks/network.ts";

/** What a test may change of a context. */
export interface ContextChanges
  extends
    Partial<Pick<Context, "signal" | "snapshot" | "share" | "report" | "disposeLater">>,
    Partial<Compute>,
    Partial<Keeping> {
  /** The scale at hand. */
  readonly scale?: { readonly index: number; readonly count: number };
  readonly checkpoints?: Checkpoints;
  readonly inputs?: ReadonlySet<string>;
  /** Name of the preset. */
  readonly preset?: string;
}

/** A context for a stage that is run by itself; it collects what the stage reports. */
export function contextFor(changes: ContextChanges = {}): Context & { readonly reported: Progress[] } {
  const reported: Progress[] = [];
  const { signal, snapshot, scale, checkpoints, share, report, disposeLater } = changes;
  return {
    signal,
    snapshot,
    position: positionOf(scale),
    compute: {
      network: changes.network ?? networks["vgg19-mini"],
      weights: changes.weights ?? new URL("file:///weights/none.safetensors"),
      engine: changes.engine ?? (() => Promise.reject(new Error("this test has no engine"))),
      memory: changes.memory,
      scratch: changes.scratch,
      cluster: changes.cluster,
    },
    keeping: {
      checkpoints,
      sendAhead: changes.sendAhead ?? (() => Promise.resolve()),
      finishWith: changes.finishWith ?? ((error) => {
        throw error;
      }),
    },
    writing: writingFor(changes),
    share: share ?? ((_, make) => make()),
    report: report ?? ((event) => void reported.push(event)),
    disposeLater: disposeLater ?? (() => {}),
    reported,
  };
}

/** What a stage that writes is told. */
export function writingFor({ inputs, preset = "test" }: Pick<ContextChanges, "inputs" | "preset"> = {}): Writing {
  return {
    inputs: inputs ?? new Set(),
    subject: { name: "picture", preset },
    packet: () => xmpOfPreset("{}", false),
  };
}

/** The position at a scale. */
function positionOf(scale = { index: 0, count: 1 }): Position {
  return [{ of: "scale", ...scale }];
}
