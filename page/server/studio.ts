import { join } from "node:path";
import type { Json } from "../../base/json.ts";
import { slots } from "../../base/slots.ts";
import { presetInXmp } from "../../pictures/xmp.ts";
import { openSession } from "../../session/session.ts";
import type { State, Status } from "../protocol.ts";
import { brought, fromFile } from "./bringing.ts";
import { type Described, describing } from "./description.ts";
import { openDocument, type PresetDocument, withValue } from "./document.ts";
import { openHub } from "./hub.ts";
import { type Jobs, openJobs } from "./jobs/queue.ts";
import { openKeeper } from "./keeper.ts";
import { type Live, openLive } from "./live.ts";
import { openPainters, type Painters } from "./painters.ts";
import { type Role, roleIn, stylesIn, withPicture } from "./placing.ts";
import { Refusal } from "./refusal.ts";
import { resolvingWith } from "./resolving.ts";
import { openUploads, type Uploads } from "./uploads.ts";
import { openVersions, type Versions } from "./versions.ts";

/** All that the pages of a server share. */
export interface Studio extends AsyncDisposable {
  readonly live: Live;
  /** The folder that keeps the work. */
  readonly folder: string;
  readonly jobs: Jobs;
  readonly uploads: Uploads;
  readonly versions: Versions;
  readonly painters: Painters;
  readonly hub: ReturnType<typeof openHub>;
  state(): Promise<State>;
  status(): Omit<Status, "run" | "points">;
  /** Changes the value at a path of the preset; those of one gesture are undone together. */
  change(path: readonly string[], value: unknown, gesture?: string): Promise<State>;
  /** Puts another preset in the place of the one at hand. */
  replace(document: Json): Promise<State>;
  undo(): Promise<State>;
  redo(): Promise<State>;
  setAuto(on: boolean): Promise<State>;
  /** Paints the preset once more, with the optimiser. */
  paint(): Promise<void>;
  /** Takes a picture, and gives it its place in the preset. */
  take(
    request: Request,
    name: string,
    role: Role,
    style: number,
  ): Promise<{ readonly id: string; readonly role: Role }>;
  /** Brings a version back: its preset and its picture. */
  back(id: string): Promise<State>;
}

/**
 * Opens the studio of a folder, with all that an earlier one left there.
 *
 * @param warm Whether engine and network are brought before the first picture asks for them.
 */
export async function openStudio(folder: string, { warm = true }: { readonly warm?: boolean } = {}): Promise<Studio> {
  const hidden = join(folder, ".studio");
  await Deno.mkdir(hidden, { recursive: true });
  const hub = openHub();
  const keeper = await openKeeper(hidden, () => ({
    document: document.save(),
    pictures: uploads.list() as ReturnType<Uploads["list"]> & [],
    versions: versions.list(),
    run: live.run,
    auto,
  }));
  const { saved } = keeper;
  let auto = saved.auto;
  let revision = 1;
  const changed = () => {
    hub.changed();
    keeper.changed();
  };
  const document: PresetDocument = openDocument(saved.document, () => {});
  const uploads = openUploads(
    join(hidden, "pictures"),
    saved.pictures,
    (id) => JSON.stringify(document.json).includes(id) || jobs.needs(id),
  );
  const painters = await openPainters(folder);
  const versions = await openVersions(folder, saved.versions, () => renew());
  const resolving = resolvingWith(uploads, painters);
  const session = openSession();
  const workshop = { folder, session, resolving, painters, versions, lane: slots(1), changed };
  const live = openLive(workshop, await resumable(folder, saved.run));
  const jobs = openJobs(workshop, uploads);

  const describe = describing(resolving);
  /** What is known of the preset at hand; asked for anew after each change. */
  let known: Promise<Described> | undefined;
  const renew = () => {
    revision++;
    changed();
  };
  const state = async (): Promise<State> => {
    const own = revision;
    const about = await (known ??= describe(document.json));
    const { json, canUndo, canRedo } = document;
    return {
      ...about,
      ...{ revision: own, document: json, undo: canUndo, redo: canRedo, auto },
      pictures: uploads.list().filter(({ purpose }) => purpose !== "film").map(({ id, name, width, height }) => ({
        id,
        name,
        width,
        height,
      })),
      versions: versions.list().map(({ document: _, ...version }) => version),
      painters: painters.list(),
    };
  };

  /** Paints what the preset has become; a picture that was finished with the same one is shown again. */
  const follow = async () => {
    known = undefined;
    renew();
    const text = JSON.stringify(document.json);
    const version = versions.list().find(({ kind, unfinished, document }) =>
      kind === "painting" && !unfinished && JSON.stringify(document) === text
    );
    if (version) await live.show(version);
    else live.paint(document.json, auto);
    return await state();
  };
  const setTo = (json: Json, gesture?: string) => {
    document.set(json, gesture);
    return follow();
  };

  if (!live.run) {
    const text = JSON.stringify(document.json);
    const last = versions.list().find(({ document }) => JSON.stringify(document) === text);
    if (last) await live.show(last);
    else if (document.canUndo) live.paint(document.json, auto);
  }
  const warmUp = async () => {
    const tiny = { extends: "monet", decode: { size: 64, scales: [] }, optimise: { iterations: 1 } };
    for (const method of ["painter", "optimise"] as const) {
      await session.stylise({ ...tiny, method }, { offline: true });
    }
  };
  const warming = warm ? warmUp().catch(() => {}) : undefined;

  return {
    live,
    folder,
    jobs,
    uploads,
    versions,
    painters,
    hub,
    state,
    status: () => {
      const { phase, note, progress, frame } = live;
      const { revision: newest, kind, width, height, version } = frame;
      return {
        ...{ revision, phase, note, progress, jobs: jobs.list() },
        frame: { revision: newest, kind, width, height, version },
      };
    },
    change: (path, value, gesture) => setTo(withValue(document.json, path, value), gesture),
    replace: (json) => setTo(fromFile(json, uploads)),
    undo: () => {
      document.undo();
      return follow();
    },
    redo: () => {
      document.redo();
      return follow();
    },
    async setAuto(on) {
      auto = on;
      renew();
      return await state();
    },
    async paint() {
      live.paint(document.json, true);
    },
    async take(request, name, role, style) {
      const { picture, header } = await uploads.take(
        request,
        name,
        role === "mask" || role === "film" ? role : "picture",
      );
      // From here on nothing waits: pictures that come at the same time do not undo each other.
      const { json } = document;
      const preset = role === "auto" && header.xmp !== undefined ? presetInXmp(header.xmp) : undefined;
      if (preset !== undefined) {
        await setTo(await brought(preset, json, uploads, resolving));
        return { id: picture.id, role };
      }
      const becomes = roleIn(json, role);
      // One that is dropped replaces the paintings of the preset below; another one beside them was meant otherwise.
      const beside = role === "painting" || role === "mask";
      const inherited = beside ? stylesIn((await state()).effective) : [];
      const placed = withPicture(document.json, `upload:${picture.id}`, becomes, { style, inherited });
      if (placed === document.json) renew();
      else await setTo(placed);
      return { id: picture.id, role: becomes };
    },
    async back(id) {
      const version = versions.get(id);
      if (!version) throw new Refusal(404, "there is no such picture");
      document.set(version.document);
      known = undefined;
      await live.show(version);
      renew();
      return await state();
    },
    async [Symbol.asyncDispose]() {
      await live.stop();
      await jobs.end();
      await warming;
      await keeper.flush();
      await session[Symbol.asyncDispose]();
    },
  };
}

/** A run that an earlier server left, if its checkpoint is there. */
async function resumable<T extends { readonly output: string }>(folder: string, run: T | undefined) {
  if (!run) return undefined;
  const there = await Deno.stat(join(folder, `${run.output}.checkpoint`)).then(() => true, () => false);
  return there ? run : undefined;
}
