/// <reference lib="dom" />
/**
 * What the server knows, as signals, and the ways to change it. The state lives on the server: a page shows it, and says
 * what a person wants.
 *
 * @module
 */
import { computed, signal } from "npm:@preact/signals@2.11.4";
import type { CurvePoint, Json, State, Status, Version } from "../protocol.ts";

/** All that is known; undefined until the first answer. */
export const state = signal<State | undefined>(undefined);
/** What changes while it paints. */
export const status = signal<Status | undefined>(undefined);
/** The curve of the run. */
export const points = signal<readonly CurvePoint[]>([]);
/** Whether the server answers. */
export const connected = signal(true);
/** What went wrong last, in one line. */
export const complaint = signal("");
/** The picture so far, as an address of this page; empty if there is none. */
export const frameUrl = signal("");
/** Values that were chosen and that the server has not confirmed, by their paths. */
export const chosen = signal<Readonly<Record<string, unknown>>>({});

/** Pictures that were finished or kept, the newest first. */
export const versions = computed<readonly Version[]>(() => state.value?.versions ?? []);

/** Whether a run is at work. */
export function isWorking(): boolean {
  return ["waiting", "instant", "painting"].includes(status.value?.phase ?? "");
}

/** Takes an answer, unless a newer one is there. */
function accept(news: State): void {
  if (news.revision >= (state.value?.revision ?? 0)) state.value = news;
}

async function lineOf(answer: Response): Promise<string> {
  return answer.status === 401
    ? "This page has lost its key: open the printed address once more."
    : await answer.text();
}

/** Sends JSON; undefined, with a complaint, if it is refused. */
export async function post(path: string, body: Json = {}): Promise<Json | undefined> {
  try {
    const answer = await fetch(`/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    if (answer.ok) {
      complaint.value = "";
      return await answer.json();
    }
    complaint.value = await lineOf(answer);
  } catch {
    complaint.value = "The server does not answer: it was not changed.";
  }
}

async function postForState(path: string, body: Json = {}): Promise<void> {
  const news = await post(path, body);
  if (news) accept(news as unknown as State);
}

let gestures = 0;
let last = { path: "", at: 0 };
const sending = new Map<string, Promise<void>>();

/** Changes the value at a path; quick changes of one path are one step back. Undefined takes it out. */
export function change(path: readonly string[], value: unknown): Promise<void> {
  const key = path.join(".");
  const now = performance.now();
  if (last.path !== key || now - last.at > 1500) gestures++;
  last = { path: key, at: now };
  const gesture = `${session} ${gestures}`;
  chosen.value = { ...chosen.value, [key]: value };
  // Only the newest value of a path is sent when the one before has arrived.
  const sent = sending.get(key) ?? send();
  sending.set(key, sent);
  return sent;

  async function send(): Promise<void> {
    let newest: unknown;
    do {
      newest = chosen.value[key];
      await postForState("change", { path, value: newest ?? null, gesture });
    } while (Object.hasOwn(chosen.value, key) && chosen.value[key] !== newest);
    sending.delete(key);
    const { [key]: _, ...others } = chosen.value;
    chosen.value = others;
  }
}

const session = Math.random().toString(36).slice(2);

/** Puts the preset of a text in place; the complaint of the server if it is none. */
export async function setDocument(text: string): Promise<void> {
  await postForState("document", { text });
}

/** One step back. */
export const undo = () => postForState("undo");
/** One step forth. */
export const redo = () => postForState("redo");
/** Whether every change is painted at once. */
export const setAuto = (on: boolean) => postForState("auto", { on });
/** Brings a picture back with its preset. */
export const back = (id: string) => postForState("back", { id });
/** Stops, goes on, paints anew, or keeps the best picture so far. */
export const act = (what: "paint" | "stop" | "go" | "best") => post("live", { act: what });

/** Hands a file over; its id, or undefined with a complaint. */
export async function upload(file: Blob & { name?: string }, as: string, style = 0): Promise<string | undefined> {
  try {
    const query = new URLSearchParams({ as, name: file.name ?? "pasted", style: String(style) });
    const answer = await fetch(`/upload?${query}`, {
      method: "POST",
      headers: { "content-type": "application/octet-stream" },
      body: file,
    });
    if (answer.ok) return (await answer.json()).id;
    complaint.value = `${file.name ?? "The picture"}: ${await lineOf(answer)}`;
  } catch {
    complaint.value = `${
      file.name ?? "The picture"
    } was not handed over: the server does not answer, or it is too large.`;
  }
}

/** Hands files over, one after the other, so that the first of them is the photograph. */
export async function uploadAll(files: Iterable<File>, as: string): Promise<void> {
  const list = [...files];
  const complaints: string[] = [];
  complaint.value = "";
  for (const [i, file] of list.entries()) {
    if (as === "photograph" && i > 0) break;
    if (i >= 16) {
      complaints.push(`${list.length - 16} of the files were left out: 16 are taken at a time.`);
      break;
    }
    if (/\.jsonc?$/i.test(file.name)) await setDocument(await file.text());
    else await upload(file, as);
    // What goes well afterwards does not take away what did not.
    if (complaint.value !== "") complaints.push(complaint.value);
    complaint.value = "";
  }
  complaint.value = complaints.join(" · ");
}

async function refresh(): Promise<void> {
  const answer = await fetch("/state");
  if (answer.ok) accept(await answer.json());
  else complaint.value = await lineOf(answer);
}

let [fetching, wanted, got] = [false, 0, 0];

/** Fetches the newest picture; those between are skipped. */
async function follow(): Promise<void> {
  if (fetching) return;
  fetching = true;
  try {
    while (got !== wanted) {
      const next = wanted;
      const answer = await fetch(`/frame?${next}`);
      got = next;
      if (!answer.ok) continue;
      const url = URL.createObjectURL(await answer.blob());
      const image = new Image();
      image.src = url;
      // Shown when it is ready, so that nothing flickers.
      await image.decode().catch(() => {});
      URL.revokeObjectURL(frameUrl.value);
      frameUrl.value = url;
    }
  } catch {
    // The next event tries again.
  }
  fetching = false;
}

let run = -1;

/** Listens to the server, for as long as the page is open. */
export function listen(): void {
  void refresh();
  const events = new EventSource("/events");
  events.onopen = () => {
    // Another server counts from the start.
    connected.value = true;
    run = -1;
    got = 0;
    if (state.value) state.value = { ...state.value, revision: 0 };
  };
  events.onmessage = ({ data }: MessageEvent<string>) => {
    const news: Status = JSON.parse(data);
    points.value = news.run === run ? [...points.value, ...news.points] : news.points;
    run = news.run;
    status.value = news;
    wanted = news.frame.revision;
    if (wanted > 0) void follow();
    if (news.revision !== state.value?.revision) void refresh().catch(() => {});
  };
  events.onerror = () => connected.value = false;
}

/** The value at a path: as chosen here, as in the preset, or complete with defaults. */
export function valueAt(path: readonly string[]): unknown {
  const key = path.join(".");
  if (Object.hasOwn(chosen.value, key) && chosen.value[key] !== undefined) return chosen.value[key];
  return within(state.value?.document, path) ?? within(state.value?.effective, path);
}

/** The value inside another; undefined if there is none. */
export function within(value: unknown, path: readonly string[]): unknown {
  return path.reduce(
    (inner, key) =>
      typeof inner === "object" && inner !== null && Object.hasOwn(inner, key)
        ? (inner as Record<string, unknown>)[key]
        : undefined,
    value,
  );
}
