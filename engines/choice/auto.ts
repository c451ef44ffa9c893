import { type ChoiceMemory, choiceMemory } from "./memory.ts";
import { type EngineKind, type EngineOptions, inWords, type ReadyEngine } from "../engine.ts";
import { withFallback } from "./fallback.ts";
import { agree, type Trial, tryOut } from "./trial.ts";

/** A candidate that works, with its trial. */
interface Measured {
  readonly kind: EngineKind;
  readonly trial: Trial;
}

/** The memory and the measurement that the choice depends on; tests bring their own. */
export interface AutoOptions extends EngineOptions {
  readonly memory?: ChoiceMemory;
  readonly measure?: (engine: ReadyEngine) => Promise<Trial>;
}

/**
 * Opens the fastest of the candidates: each one that works here is measured once, and the order remembered. One notice
 * says what was chosen and why. A GPU emulated by software is never chosen, nor one that computes wrongly.
 *
 * @param candidates The last of them works everywhere; the others' results must agree with its own.
 */
export async function openFastest(candidates: readonly EngineKind[], options: AutoOptions): Promise<ReadyEngine> {
  const { memory = choiceMemory(), measure = tryOut, onNotice } = options;
  const { possible, passedOver } = await lookAround(candidates);
  const open = async (order: readonly EngineKind[], why: string) => {
    const engine = await order[0].open(options);
    onNotice?.({ kind: "note", message: `engine ${engine.name} (${engine.device.name}): ${why}` });
    return withFallback(engine, order.slice(1), options);
  };
  const labels = [...possible.keys()];
  const kinds = [...possible.values()];
  if (kinds.length === 1) return await open(kinds, passedOver.join("; ") || "no other works here");

  const recalled = await memory.recall(labels);
  if (recalled) {
    try {
      return await open(recalled.map((label) => possible.get(label)!), "found before to be the fastest here");
    } catch {
      // It no longer works: measure again.
    }
  }
  const measured = await measureAll(kinds, options, measure, passedOver);
  // If none works, the last candidate's error says why.
  if (measured.length === 0) return await open(kinds.slice(-1), passedOver.join("; "));
  const order = measured.map(({ kind }) => kind);
  await memory.remember(labels, order.map((kind) => labels[kinds.indexOf(kind)]));
  return await open(order, reasonFor(measured, passedOver));
}

/** The candidates that may work, under labels that tell one GPU from another, and why others do not. */
async function lookAround(candidates: readonly EngineKind[]) {
  const possible = new Map<string, EngineKind>();
  const passedOver: string[] = [];
  for (const kind of candidates) {
    if (kind.missing?.()) continue;
    try {
      // Asked first: drivers print complaints of their own if they are loaded in vain.
      const gpu = await kind.gpu?.();
      if (kind.gpu && !gpu) passedOver.push(`${kind.name} finds no GPU`);
      else if (gpu?.software) passedOver.push(`${kind.name} has only ${inWords(gpu)}`);
      else possible.set(gpu ? `${kind.name} on ${gpu.name}` : kind.name, kind);
    } catch {
      passedOver.push(`${kind.name} does not work here`);
    }
  }
  return { possible, passedOver };
}

async function measureAll(
  kinds: readonly EngineKind[],
  options: EngineOptions,
  measure: (engine: ReadyEngine) => Promise<Trial>,
  passedOver: string[],
): Promise<Measured[]> {
  const measured: Measured[] = [];
  // The last one first: the others' results are compared with its own.
  for (const kind of kinds.toReversed()) {
    try {
      await using engine = await kind.open({ threads: options.threads });
      if (engine.device.software) {
        passedOver.unshift(`${kind.name} has only ${inWords(engine.device)}`);
        continue;
      }
      const trial = await measure(engine);
      if (agree(trial, measured[0]?.trial ?? trial)) measured.push({ kind, trial });
      else passedOver.unshift(`${kind.name} gives other results on ${inWords(engine.device)}`);
    } catch {
      passedOver.unshift(`${kind.name} does not work here`);
    }
  }
  return measured.toSorted((a, b) => a.trial.seconds - b.trial.seconds);
}

function reasonFor([best, second]: readonly Measured[], passedOver: readonly string[]): string {
  if (!second) return passedOver.join("; ");
  const [took, other] = [best, second].map(({ trial }) => `${trial.seconds.toPrecision(2)} s`);
  return `${took} for a test evaluation, against ${other} on ${second.kind.name}`;
}
