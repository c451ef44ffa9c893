import { basename, extname } from "node:path";
import { fileURLToPath } from "node:url";
import { isObject, type Json } from "../base/json.ts";
import { UserError } from "../base/errors.ts";
import { moduleRoot } from "../base/root.ts";
import { display, readAll } from "../base/read.ts";
import { subjectOf } from "../chain/link.ts";
import { mapLocations } from "../chain/walk.ts";
import { isModulePath } from "../presets/locations.ts";
import { recipeText } from "../presets/metadata.ts";
import type { ResolvedPreset } from "../presets/preset.ts";
import { presetJson } from "../presets/preset_json.ts";
import { openRegistry } from "../presets/registry.ts";
import { neededNetwork } from "../session/bring_weights.ts";
import { locateNetwork } from "../weights/locate.ts";
import { type Blob, type Blobs, isBlob } from "./blobs.ts";
import { type JobKind, kindOf } from "./kinds.ts";
import { type Machine, machineIn } from "./machine.ts";

/** Version of the layout of jobs. */
export const layout = 1;

/** A job as it stands in the queue: little, since Redis holds all of it in memory. */
export interface JobNote {
  readonly layout: number;
  readonly machine: Machine;
  /** The blob that holds the {@linkcode JobSpec}. Its hash is the name of the job, and so of its results. */
  readonly spec: Blob;
  /** What lists of jobs show: the name of the photograph, or of the painter. */
  readonly title: string;
}

/** A file that a job reads. */
export interface JobFile extends Blob {
  /** Its name without a folder: what follows from it is the same on every machine. */
  readonly name: string;
}

/** All that a job is: what it does follows from these bytes alone. */
export interface JobSpec {
  readonly layout: number;
  readonly machine: Machine;
  readonly kind: string;
  /** The preset, complete; locations are `blob:N` for the files that it reads, and `out:N` for those that it writes. */
  readonly preset: Json;
  readonly files: readonly JobFile[];
  /** The frames of the shot that it paints, in their order: the location `frames` is a folder of them. */
  readonly frames: readonly JobFile[];
  /** The endings of the files that it writes; empty for a folder of numbered pictures. */
  readonly outputs: readonly string[];
  /** The preset as the picture's metadata hold it. */
  readonly recipe: string;
}

/** A job that is ready to go, and what its coordinator alone knows. */
export interface PackedJob {
  readonly id: string;
  readonly kind: string;
  readonly note: JobNote;
  /** Where the files go that it writes, in their order. */
  readonly outputs: readonly string[];
  /** Puts the names that the user knows in the place of those of blobs. */
  told(text: string): string;
  /** Puts everything that it reads among the blobs, once more. */
  store(): Promise<void>;
}

/** A shot of a film, whose frames are stored by whoever sends it. */
export interface PackedShot {
  /** What stands for its frames in the preset. */
  readonly location: string;
  readonly frames: readonly JobFile[];
  readonly title: string;
  /** Stores its frames once more. */
  store(): Promise<void>;
}

/** The memory that a run takes if its preset does not say: the same on every machine, since tiles depend on it. */
const memory = "2GB";

/**
 * Makes a job of a preset whose weights are here: everything that it reads becomes a blob.
 *
 * @param cache Blobs of locations that were read before, for jobs that share pictures.
 * @param shot What is painted, if that is a shot of a film.
 * @throws {UserError} if the preset cannot travel, or something cannot be read or stored.
 */
export async function packJob(
  preset: ResolvedPreset,
  { machine, blobs, cache, shot }: {
    readonly machine: Machine;
    readonly blobs: Blobs;
    readonly cache: Map<string, Promise<JobFile>>;
    readonly shot?: PackedShot;
  },
): Promise<PackedJob> {
  const kind = kindOf(preset);
  // A film goes shot by shot.
  if (!kind || (kind.name === "shot") !== (shot !== undefined)) {
    throw new UserError(`Cannot send ${preset.name} to workers: it is no picture's and no painter's`, {
      hint: "let its pipeline end with encode, or leave `queue` out",
      exitCode: 2,
    });
  }
  const { network, weights } = await locateNetwork(neededNetwork(preset), preset.weights);
  const own = weights.href.startsWith(moduleRoot.href);
  const whole = { ...preset, ...machine, weights: own ? "" : weights.href, memory: preset.memory || memory };
  const locations: string[] = [];
  const subject = subjectOf(preset.chain, preset.name);
  const outputs = preset.chain.flatMap(({ stage, options }) => stage.output?.(options, subject) ?? []);
  let written = 0;
  const json = presetJson(whole, (location, path, use) => {
    if (use === "code") {
      throw new UserError(`Cannot send ${preset.name} to workers: ${path.join(".")} is code of your own`, {
        hint: "workers run nothing but what ships; leave `queue` out",
        exitCode: 2,
      });
    }
    if (use === "write") return `out:${written++}`;
    if (location === shot?.location) return framesLocation;
    const known = locations.indexOf(location);
    return `blob:${known < 0 ? locations.push(location) - 1 : known}`;
  });
  if (written !== outputs.length) {
    throw new UserError(`Cannot send ${preset.name} to workers: it writes ${written} files`, {
      hint: "leave `queue` out",
      exitCode: 2,
    });
  }
  const store = async (location: string): Promise<JobFile> => {
    const url = new URL(location);
    return { ...await blobs.put(await readAll(url)), name: nameOfFile(url) };
  };
  const stored = (location: string) => {
    const storing = cache.get(location) ?? store(location);
    cache.set(location, storing);
    storing.catch(() => cache.delete(location));
    return storing;
  };
  const files: JobFile[] = [];
  for (const location of locations) files.push(await stored(location));
  const spec: JobSpec = {
    layout,
    machine,
    kind: kind.name,
    preset: { ...json, network: network.name },
    files,
    frames: shot?.frames ?? [],
    outputs: outputs.map((path) => extname(path)),
    // The film names its preset, and its frames do not.
    recipe: shot ? "" : recipeText(preset, outputs.at(-1)!),
  };
  const bytes = new TextEncoder().encode(JSON.stringify(spec));
  const blob = await blobs.put(bytes);
  return {
    id: blob.sha256,
    kind: kind.name,
    note: { layout, machine, spec: blob, title: shot?.title ?? titleOf(kind, outputs[0], subject.name) },
    outputs,
    told: (text) =>
      files.reduce((text, { sha256 }, i) => text.replaceAll(`blob ${sha256}`, display(new URL(locations[i]))), text),
    async store() {
      for (const location of locations) {
        cache.delete(location);
        const { sha256 } = await stored(location);
        if (files.some((file) => file.sha256 === sha256)) continue;
        throw new UserError(`${display(new URL(location))} is another file than when the run began`, {
          hint: "paint it again",
        });
      }
      await shot?.store();
      await blobs.put(bytes);
    },
  };
}

/** Where a shot's preset finds its frames. */
const framesLocation = "frames";

function titleOf({ name }: JobKind, output: string, subject: string): string {
  return name === "training" ? basename(output) : subject;
}

/** The name of a file at a URL, such as any system takes. */
function nameOfFile(url: URL): string {
  const name = url.protocol === "file:" ? basename(fileURLToPath(url)) : basename(url.pathname);
  return name.replaceAll(/[<>:"/\\|?*\p{Cc}]/gu, "_").slice(-120) || "file";
}

/**
 * Reads a job from its blob.
 *
 * @throws {UserError} if it is none, or one of another version.
 */
export function specIn(bytes: Uint8Array): JobSpec {
  const spec: unknown = JSON.parse(new TextDecoder().decode(bytes));
  const refuse = (reason: string) =>
    new UserError(`Cannot do a job: ${reason}`, {
      hint: "workers and coordinators have to be of one version",
      exitCode: 2,
    });
  if (!isObject(spec) || spec.layout !== layout) throw refuse("another version made it");
  const { preset, files, frames, outputs, kind, recipe } = spec;
  const machine = machineIn(spec.machine);
  const sound = machine && isObject(preset) && Array.isArray(files) && files.every(isJobFile) &&
    Array.isArray(frames) && frames.every(isJobFile) && Array.isArray(outputs) &&
    outputs.every((ending) => /^(\.[a-z0-9]{1,12})?$/i.test(String(ending))) &&
    typeof kind === "string" && typeof recipe === "string";
  if (!sound) throw refuse("it is damaged");
  return { layout, machine, kind, preset, files, frames, outputs, recipe };
}

function isJobFile(value: unknown): value is JobFile {
  return isBlob(value) && isObject(value) && /^(?!\.{1,2}$)[^/\\\0]{1,120}$/.test(String(value.name));
}

/**
 * The preset of a job with paths of this machine. A job names what it reads by hash, and no path, address or code.
 *
 * @throws {UserError} if it does.
 */
export function placedPreset(
  { preset, files, frames, outputs }: Pick<JobSpec, "preset" | "files" | "frames" | "outputs">,
  placeOf: { file(index: number): string; frames(): string; output(index: number): string },
): Json {
  const refuse = (what: string) =>
    new UserError(`Cannot do a job: it names ${what}`, { hint: "jobs name files by hash alone", exitCode: 2 });
  if (preset.extends !== undefined) throw refuse("another preset");
  const placed = (location: string, kind: "blob" | "out", count: number) => {
    const [, name, index] = /^(blob|out):(\d{1,6})$/.exec(location) ?? [];
    if (name !== kind || Number(index) >= count) throw refuse(`the location ${location}`);
    return Number(index);
  };
  return mapLocations(preset, openRegistry().schema(), isModulePath, (location, _, kind) => {
    if (kind === "code") throw refuse(`the code ${location}`);
    if (kind === "read" && location === framesLocation && frames.length > 0) return placeOf.frames();
    return kind === "write"
      ? placeOf.output(placed(location, "out", outputs.length))
      : placeOf.file(placed(location, "blob", files.length));
  }) as Json;
}
