import { readdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { sizeOf } from "../../graph/mod.ts";
import { isUrl } from "../../presets/locations.ts";
import { hashesOf } from "../../weights/hash.ts";
import { didYouMean } from "../../base/nearest.ts";
import { UserError } from "../../base/errors.ts";
import { catalogue } from "../../weights/catalogue.ts";
import { type Convention, conventions } from "../../networks/conventions.ts";
import type { Json } from "../../base/json.ts";
import { importPainter } from "../../painters/bring.ts";
import { isAnyPainter, nameOf } from "../../weights/any_painter.ts";
import { isPainter } from "../../weights/painter_file.ts";
import { importWeights, type TakenInput } from "../../weights/import.ts";
import { networks } from "../../networks/network.ts";
import { openSafetensors } from "../../weights/safetensors.ts";
import {
  findStored,
  metadataKeys,
  removeStored,
  stored,
  storedNames,
  verifyStored,
  weightsFolder,
} from "../../weights/store.ts";
import { fetchWeights } from "../../weights/fetch.ts";
import { display } from "../../base/read.ts";
import type { Call } from "../call.ts";
import { own } from "../../chain/walk.ts";
import type { weightsActions } from "../weights_actions.ts";
import { megabytes } from "../fetch_lines.ts";
import { interruptible } from "../interrupt.ts";
import { print, printReport, tell } from "../output.ts";
import { placeFor } from "../place.ts";
import { reporterFor } from "../progress.ts";

/** What follows `weights`: what it does, whether a name or a file must follow, and the flags that it takes. */
interface Subcommand {
  readonly word?: { readonly name: string; readonly optional?: boolean };
  readonly flags: readonly string[];
  run(word: string, call: Call): Promise<number>;
}

const subcommands: Readonly<Record<typeof weightsActions[number], Subcommand>> = {
  list: { flags: [], run: list },
  fetch: { word: { name: "NAME" }, flags: ["from", "sha256"], run: fetchNamed },
  import: { word: { name: "FILE" }, flags: ["name", "convention", "range"], run: importFile },
  verify: { word: { name: "NAME", optional: true }, flags: [], run: verify },
  path: { word: { name: "NAME", optional: true }, flags: [], run: path },
  remove: { word: { name: "NAME" }, flags: [], run: remove },
};

/** The flags that some of them take, and no other command. */
const ownFlags = Object.values(subcommands).flatMap(({ flags }) => flags);

/** Lists, fetches, imports, checks and removes weights. */
export async function weights(call: Call): Promise<number> {
  const [action = "list", word = ""] = call.words;
  const subcommand = own<Subcommand>(subcommands, action);
  if (!subcommand) {
    throw new UserError(`Unknown command weights ${action}`, {
      hint: `${didYouMean(action, Object.keys(subcommands))}one of ${Object.keys(subcommands).join(", ")}`,
      exitCode: 2,
    });
  }
  const usage = ["weights", action, ...subcommand.word ? [subcommand.word.name] : []].join(" ");
  if (word && !subcommand.word) {
    throw new UserError(`Cannot use the word ${word}`, { hint: `write ${usage}`, exitCode: 2 });
  }
  if (!word && subcommand.word && !subcommand.word.optional) {
    throw new UserError(`weights ${action} needs a ${subcommand.word.name}`, {
      hint: `write ${usage}; weights list shows the names`,
      exitCode: 2,
    });
  }
  const stray = ownFlags.find((flag) => Object.hasOwn(call.values, flag) && !subcommand.flags.includes(flag));
  if (stray) {
    throw new UserError(`weights ${action} takes no --${stray}`, {
      hint: subcommand.flags.length > 0 ? `it takes --${subcommand.flags.join(", --")}` : "leave it out",
      exitCode: 2,
    });
  }
  return await subcommand.run(word, call);
}

interface Row {
  readonly name: string;
  readonly network: string;
  readonly layers: string;
  readonly size: string;
  readonly licence: string;
  readonly where: string;
}

async function list(_: string, { on }: Call): Promise<number> {
  const shipping = Object.values(networks).flatMap(({ name, file, licence }) => file ? [{ name, file, licence }] : []);
  const rows: Row[] = [];
  for (const { name, file, licence } of shipping) {
    const location = new URL(`../../weights/${file}`, import.meta.url);
    rows.push({ ...await rowOf(name, location), network: name, licence, where: "ships with the program" });
  }
  const here = await storedNames();
  for (const name of new Set([...Object.keys(catalogue), ...here])) {
    if (here.includes(name)) rows.push(await rowOf(name, await stored(name)));
    else {
      const { network, layers, licence, sources: [{ bytes }] } = catalogue[name];
      rows.push({ name, network, layers, size: bytes ? megabytes(bytes) : "", licence, where: "not fetched" });
    }
  }
  const columns = ["name", "network", "layers", "size", "licence", "where"] as const;
  const table = [Object.fromEntries(columns.map((column) => [column, column])) as unknown as Row, ...rows];
  const widths = columns.map((column) => Math.max(...table.map((row) => row[column].length)));
  if (on.has("json")) { for (const row of rows) print(JSON.stringify(row)); }
  else {for (const row of table) {
      print(columns.map((column, i) => row[column].padEnd(widths[i])).join("  ").trimEnd());
    }}
  return 0;
}

async function rowOf(name: string, location: URL): Promise<Row> {
  try {
    await using file = await openSafetensors(location);
    const layers = [...file.shapes.keys()].flatMap((key) => /^(conv\d_\d)\.weight$/.exec(key)?.[1] ?? []).sort();
    const painter = isPainter(file);
    const numbers = painter
      ? await sizeOfFile(location)
      : [...file.shapes.values()].reduce((sum, shape) => sum + 4 * sizeOf(shape), 0);
    return {
      name,
      network: file.metadata[metadataKeys.network] ?? "",
      layers: painter ? "painter" : `${layers[0]} … ${layers.at(-1)}`,
      size: megabytes(numbers),
      licence: file.metadata[metadataKeys.licence] ?? "",
      where: display(location),
    };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { name, network: "", layers: "", size: "", licence: "", where: `damaged: ${display(location)}` };
  }
}

async function sizeOfFile(location: URL): Promise<number> {
  return (await Deno.stat(location)).size;
}

async function fetchNamed(name: string, { on, values }: Call): Promise<number> {
  const from = values.from === undefined ? undefined : locationOf(values.from);
  if (on.has("offline") && from?.protocol !== "file:") {
    throw new UserError(`Cannot fetch ${name} with --offline`, {
      hint: "leave --offline out, or name a file with --from",
      exitCode: 2,
    });
  }
  const reporter = reporterFor(on);
  return await interruptible(reporter, async (signal) => {
    const options = { from, sha256: values.sha256, signal, onEvent: reporter.report };
    const { path, already, input } = await fetchWeights(name, options);
    reporter.close();
    const taken = from && input ? `, ${inputLine(input)}` : "";
    told(on, { name, path, already, input }, `${name} is here${already ? " already" : taken}: ${path}`);
  });
}

async function importFile(file: string, call: Call): Promise<number> {
  const { on, values: { name, convention, range } } = call;
  const location = locationOf(file);
  const painter = painterIn(call);
  if (painter !== undefined || await isAnyPainter(location)) {
    return await importPainterFile(location, painter, call);
  }
  if (range !== undefined) {
    throw new UserError("Cannot use --range: these are no networks in ONNX", { hint: "leave it out", exitCode: 2 });
  }
  if (!name) throw new UserError("The weights need a name", { hint: "add --name NAME", exitCode: 2 });
  if (convention !== undefined && !Object.hasOwn(conventions, convention)) {
    throw new UserError(`Unknown convention ${convention}`, {
      hint: `one of ${Object.keys(conventions).join(", ")}`,
      exitCode: 2,
    });
  }
  await keepStored(name, location, on);
  const imported = await importWeights(location, { name, convention: convention as Convention | undefined });
  const { network, layers, path, input } = imported;
  const use = Object.hasOwn(networks, name) ? `--network ${name}` : `--weights stored:${name}`;
  const held = `${layers[0]} … ${layers.at(-1)} of ${network}`;
  told(on, imported, `${name} is here: ${held}, ${inputLine(input)}, ${path}\npaint with it: ${use}`);
  return 0;
}

/** The painter that the flags name. */
function painterIn({ overrides }: Call): string | undefined {
  const section = overrides.map(({ json }) => json.repaint as Json | undefined).findLast((section) => section?.painter);
  return section && String(section.painter);
}

/** Imports a network that paints: among the stored ones, or as the file of a painter. */
async function importPainterFile(location: URL, asked: string | undefined, { on, values }: Call): Promise<number> {
  const { name = asked === undefined ? undefined : nameOf(locationOf(asked)), convention, range } = values;
  if (name === undefined) {
    throw new UserError("The painter needs a name", {
      hint: "add --name NAME, or --painter FILE to write it there",
      exitCode: 2,
    });
  }
  if (convention !== undefined || range !== undefined && range !== "1" && range !== "255") {
    throw new UserError(convention === undefined ? `Unknown range ${range}` : "A painter has no --convention", {
      hint: "--range 1 or --range 255 says what the levels of a network in ONNX go up to",
      exitCode: 2,
    });
  }
  const levels = range === undefined ? undefined : Number(range) as 1 | 255;
  const path = asked && await placeFor(asked, "painter", "name another place with --painter", on);
  if (!path) await keepStored(name, location, on);
  const imported = await importPainter(location, { name, path, levels });
  const why = levels === undefined ? "as its results are, and --range says another" : "as --range says";
  const levelsLine = imported.levels ? `, with levels of 0..${imported.levels} (${why})` : "";
  const use = path ?? `stored:${name}`;
  told(
    on,
    imported,
    `${name} is here: a painter (${imported.kind})${levelsLine}, ${imported.path}\n` +
      `paint with it: --painter ${use} --content PHOTO`,
  );
  return 0;
}

/** @throws {UserError} if others than those of a file are stored under a name, unless they are to be replaced. */
async function keepStored(name: string, location: URL, on: Call["on"]): Promise<void> {
  const there = on.has("overwrite") ? undefined : await findStored(name);
  if (!there) return;
  const known = await metadataOf(there);
  const isSame = known[metadataKeys.source] === display(location) ||
    known[metadataKeys.sha256] === (await hashesOf(location, ["sha256"])).sha256;
  if (isSame) return;
  throw new UserError(`Cannot store ${name}: ${known[metadataKeys.source] ?? "another file"} has that name`, {
    hint: "take another --name, or replace it with --overwrite",
    exitCode: 2,
  });
}

/** What a stored file says of itself; of a damaged one nothing. */
async function metadataOf(location: URL): Promise<Readonly<Record<string, string>>> {
  try {
    await using file = await openSafetensors(location);
    return file.metadata;
  } catch {
    return {};
  }
}

/** What input weights were taken to want, and why. */
function inputLine({ convention, toldBy, training }: TakenInput): string {
  if (toldBy === "metadata") return "with the input that the file names";
  const known = training && `its numbers are those of ${training.name}`;
  const why = toldBy === "numbers"
    ? known
    : toldBy === "names"
    ? "as its arrays are named so: no known training has its numbers, and --convention says another"
    : known && training.convention !== convention
    ? `as --convention says, though ${known}, stored as ${training.convention} does`
    : "as --convention says";
  return `with the input of ${convention} (${why})`;
}

async function verify(name: string, { on }: Call): Promise<number> {
  const names = name ? [name] : await storedNames();
  const faults: UserError[] = [];
  for (const each of names) {
    try {
      await verifyStored(each);
      told(on, { name: each, sound: true }, `${each} is sound`);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      faults.push(error);
    }
  }
  for (const { message, hint } of faults.slice(0, -1)) tell(`error: ${message}\n  ${hint}`);
  if (faults.length > 0) throw faults.at(-1);
  return 0;
}

async function path(name: string, { on }: Call): Promise<number> {
  const path = name ? fileURLToPath(await stored(name)) : weightsFolder();
  if (on.has("json")) print(JSON.stringify({ path }));
  else if (!on.has("quiet")) print(path);
  return 0;
}

async function remove(name: string, { on }: Call): Promise<number> {
  const folder = join(weightsFolder(), "downloads");
  const parts = (await readdir(folder).catch(() => [])).filter((file) => file.startsWith(`${name}-`));
  for (const part of parts) await rm(join(folder, part));
  const removed = await removeStored(name);
  if (!removed && parts.length === 0) {
    const names = await storedNames();
    throw new UserError(`The weights ${name} are not here`, {
      hint: names.length > 0 ? `${didYouMean(name, names)}there are ${names.join(", ")}` : "nothing is stored",
      code: "weights-missing",
    });
  }
  told(on, { name, removed: true }, `${name} is removed`);
  return 0;
}

/** Prints what was done: a record with `--json`, nothing with `--quiet`. */
function told(on: ReadonlySet<string>, record: object, text: string) {
  if (on.has("json")) printReport(JSON.stringify(record));
  else if (!on.has("quiet")) printReport(text);
}

function locationOf(text: string): URL {
  const location = isUrl(text) ? URL.parse(text) : pathToFileURL(resolve(text));
  if (location) return location;
  throw new UserError(`Cannot use ${text}: it is no address`, {
    hint: "write a path, or a whole https: address",
    exitCode: 2,
  });
}
