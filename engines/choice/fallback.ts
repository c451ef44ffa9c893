import { messageOf } from "../../base/errors.ts";
import type { Engine, EngineKind, EngineOptions, Program, ReadyEngine } from "../engine.ts";

/** Makes a program on an engine. */
type Compile = (engine: Engine) => Promise<Program>;

/** A program, and the generation of its engine: 0 for the first, then one more for each that took over. */
interface Compiled {
  readonly generation: number;
  readonly program: Program;
}

/**
 * An engine that survives the loss of its device: if a run or a compilation fails, the next engine takes over for all
 * programs, each of which is compiled anew at its next run. Callers need not know: the failed run is repeated there.
 *
 * @param next The engines that take over: the first that opens.
 */
export function withFallback(first: ReadyEngine, next: readonly EngineKind[], options: EngineOptions): ReadyEngine {
  const rest = [...next];
  let generation = 0;
  let current: Promise<ReadyEngine> = Promise.resolve(first);

  /** Replaces the engine of a generation, only once however many of its programs fail. */
  async function moveOn(from: number, error: unknown): Promise<void> {
    // A feed or a graph that does not fit fails on any engine.
    if (error instanceof RangeError) throw error;
    if (from === generation) {
      if (rest.length === 0) throw error;
      generation++;
      current = takeOver(current, error);
    }
    await current;
  }

  async function takeOver(from: Promise<ReadyEngine>, error: unknown): Promise<ReadyEngine> {
    const lost = await from;
    // Its device is gone, so errors of closing it do not matter.
    await Promise.resolve(lost[Symbol.asyncDispose]()).catch(() => {});
    const taken = await openFirst(rest, options, error);
    options.onNotice?.({
      kind: "warning",
      message: `${lost.name} failed (${messageOf(error)}); going on with ${taken.name} from the picture so far`,
    });
    return taken;
  }

  async function compileNow(compile: Compile): Promise<Compiled> {
    for (;;) {
      const tried = generation;
      const engine = await current;
      try {
        return { generation: tried, program: await compile(engine) };
      } catch (error) {
        await moveOn(tried, error);
      }
    }
  }

  async function programOf(compile: Compile): Promise<Program> {
    let compiled = await compileNow(compile);
    return {
      async run(feeds) {
        for (;;) {
          if (compiled.generation !== generation) compiled = await compileNow(compile);
          const { generation: tried, program } = compiled;
          try {
            return await program.run(feeds);
          } catch (error) {
            await moveOn(tried, error);
          }
        }
      },
      async [Symbol.asyncDispose]() {
        // The programs of a lost engine were closed with it.
        if (compiled.generation === generation) await compiled.program[Symbol.asyncDispose]();
      },
    };
  }

  return {
    name: first.name,
    device: first.device,
    compile: (graph) => programOf((engine) => engine.compile(graph)),
    ...first.compileModel && {
      compileModel: (model, size) => programOf((engine) => engine.compileModel!(model, size)),
    },
    async [Symbol.asyncDispose]() {
      // If none took over, there is no engine to close, and the failed run has thrown the reason.
      const last = await current.catch(() => undefined);
      await last?.[Symbol.asyncDispose]();
    },
  };
}

/** Opens the first kind that works; removes it and those before it from the list. */
async function openFirst(kinds: EngineKind[], options: EngineOptions, reason: unknown): Promise<ReadyEngine> {
  for (let kind = kinds.shift(); kind; kind = kinds.shift()) {
    try {
      return await kind.open(options);
    } catch {
      // The next one, then.
    }
  }
  throw reason;
}
