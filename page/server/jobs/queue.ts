import type { Json } from "../../../base/json.ts";
import { messageOf, UserError } from "../../../base/errors.ts";
import { own } from "../../../chain/walk.ts";
import type { Job } from "../../protocol.ts";
import { type Frame, openFrame } from "../frame.ts";
import { waitingJobs } from "../limits.ts";
import type { Workshop } from "../live.ts";
import { Refusal } from "../refusal.ts";
import type { Uploads } from "../uploads.ts";
import type { JobKind } from "./kind.ts";
import { jobKinds } from "./kinds.ts";

/** The jobs that wait, run, and are over. */
export interface Jobs {
  list(): readonly Job[];
  /**
   * Puts a job at the end.
   *
   * @throws {Refusal} 400 if there is no such kind, 429 if too many wait.
   */
  start(asked: Json, document: Json): string;
  stop(id: string): void;
  /** Takes those that are over from the list. */
  clear(): void;
  frameOf(id: string): Frame | undefined;
  /** Whether a job needs a picture. */
  needs(picture: string): boolean;
  /** Stops all, and waits for them. */
  end(): Promise<void>;
}

/** A job at work. */
interface Entry {
  job: Job;
  readonly frame: Frame;
  readonly stop: AbortController;
  readonly pictures: readonly string[];
}

const isOver = ({ job: { state } }: Entry) => state !== "waiting" && state !== "running";

/** Opens the queue of a workshop. */
export function openJobs(workshop: Workshop, uploads: Uploads): Jobs {
  const { lane, changed } = workshop;
  const entries = new Map<string, Entry>();
  const running = new Set<Promise<void>>();

  const work = async (entry: Entry, kind: JobKind, asked: Json, document: Json) => {
    const update = (news: Partial<Job>) => {
      entry.job = { ...entry.job, ...news, frame: entry.frame.revision };
      changed();
    };
    const { signal } = entry.stop;
    try {
      using _ = await lane.enter(signal);
      update({ state: "running" });
      const version = await kind.run(asked, {
        ...workshop,
        ...{ document, uploads, signal },
        progress: (progress) => update({ progress }),
        show: (picture) => {
          entry.frame.show("step", picture);
          update({});
        },
        remark: (message) => update({ message }),
        made: (file) => update({ file }),
      });
      update({ state: signal.aborted ? "stopped" : "done", version });
    } catch (error) {
      const hint = error instanceof UserError && error.hint ? `; ${error.hint}` : "";
      if (signal.aborted) update({ state: "stopped" });
      else update({ state: "failed", message: `${messageOf(error)}${hint}` });
    }
  };

  return {
    list: () => [...entries.values()].map(({ job }) => job),
    start(asked, document) {
      const kind = own(jobKinds, String(asked.kind));
      if (!kind) throw new Refusal(400, `there is no such job: ${Object.keys(jobKinds).join(", ")}`);
      const open = [...entries.values()].filter((entry) => !isOver(entry));
      if (open.length >= waitingJobs) throw new Refusal(429, "many jobs wait already");
      const id = crypto.randomUUID();
      const entry: Entry = {
        job: { id, kind: String(asked.kind), label: labelOf(kind, asked), state: "waiting", frame: 0 },
        frame: openFrame(changed),
        stop: new AbortController(),
        pictures: kind.pictures?.(asked) ?? [],
      };
      entries.set(id, entry);
      const task = work(entry, kind, asked, document).finally(() => running.delete(task));
      running.add(task);
      changed();
      return id;
    },
    stop: (id) => entries.get(id)?.stop.abort(new DOMException("Stopped", "AbortError")),
    clear() {
      for (const [id, entry] of entries) if (isOver(entry)) entries.delete(id);
      changed();
    },
    frameOf: (id) => entries.get(id)?.frame,
    needs: (picture) => [...entries.values()].some((entry) => !isOver(entry) && entry.pictures.includes(picture)),
    async end() {
      for (const { stop } of entries.values()) stop.abort(new DOMException("The studio closes", "AbortError"));
      await Promise.all(running);
    },
  };
}

/** @throws {Refusal} 400 if what is asked for is none. */
function labelOf(kind: JobKind, asked: Json): string {
  try {
    return kind.label(asked);
  } catch (error) {
    throw new Refusal(400, messageOf(error));
  }
}
