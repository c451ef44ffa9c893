import { createHash } from "node:crypto";
import { dirname } from "node:path";
import { inFolder, replaceAtomically, writeAtomically } from "../base/files.ts";
import { display } from "../base/read.ts";
import { UserError } from "../base/errors.ts";
import { openEngine } from "../engines/mod.ts";
import { networks } from "../networks/network.ts";
import { type AnyPainter, openAnyPainter } from "../weights/any_painter.ts";
import { catalogue } from "../weights/catalogue.ts";
import { hashesOf } from "../weights/hash.ts";
import { keepOtherKinds } from "../weights/keep_other_kinds.ts";
import { writeForeignPainter, writePainter } from "../weights/painter_file.ts";
import { makeFolder, metadataKeys, noRoom, storedPath, weightsFolder } from "../weights/store.ts";
import { levelsOf } from "./foreign.ts";

const elsewhere = "name another place with --painter";

/** Options of {@linkcode importPainter}. */
export interface PainterImport {
  /** The name of its style, and that under which it is stored. */
  readonly name: string;
  /** Where to write it instead of among the stored ones. */
  readonly path?: string;
  /** What the levels of a network in ONNX go up to; its results tell unless given. */
  readonly levels?: 1 | 255;
}

/** The result of an import. */
export interface ImportedPainter {
  readonly name: string;
  readonly path: string;
  /** What it is, in words. */
  readonly kind: string;
  /** What the levels of a network in ONNX go up to. */
  readonly levels?: 1 | 255;
}

/**
 * Makes someone else's network a painter's file: one of fast_neural_style becomes a painter like our own, one in ONNX is
 * tried and kept as it is.
 *
 * @throws {UserError} if it is no such network, or damaged; nothing is written then.
 */
export async function importPainter(location: URL, options: PainterImport): Promise<ImportedPainter> {
  const { name, path = storedPath(name) } = options;
  if (options.path === undefined && (Object.hasOwn(networks, name) || Object.hasOwn(catalogue, name))) {
    throw new UserError(`Cannot store a painter as ${name}: weights have that name`, {
      hint: "take another name",
      exitCode: 2,
    });
  }
  if (options.path !== undefined) {
    await keepOtherKinds(path, "painter", elsewhere);
  }
  const painter = await openAnyPainter(location, name);
  if ("architecture" in painter && painter.rows.some(({ learnt }) => learnt.length > 0)) {
    throw new UserError(`${display(location)} is a painter of Impasto already`, {
      hint: `paint with it: --painter ${display(location)}`,
    });
  }
  const tried = await tryOut(painter, options.levels);
  const { sha256 } = await hashesOf(location, ["sha256"]);
  const metadata = {
    [metadataKeys.network]: kindOf(tried),
    [metadataKeys.source]: display(location),
    [metadataKeys.sha256]: sha256,
    [metadataKeys.licence]: "that of its source",
    [metadataKeys.known]: "no",
    [metadataKeys.numbers]: numbersOf(tried),
  };
  const write = (temporary: string) =>
    "architecture" in tried
      ? writePainter(temporary, tried, metadata, { exact: true })
      : writeForeignPainter(temporary, tried, metadata);
  if (options.path === undefined) {
    await makeFolder(weightsFolder());
    await writeAtomically(path, write, noRoom);
  } else await inFolder(dirname(path), () => replaceAtomically(path, write, elsewhere));
  return { name, path, kind: kindOf(tried), ..."model" in tried && { levels: tried.levels } };
}

/** Paints a small picture with a network in ONNX, to see that it does, and what its levels are. */
async function tryOut(painter: AnyPainter, levels: 1 | 255 | undefined): Promise<AnyPainter> {
  if ("architecture" in painter) {
    if (levels === undefined) return painter;
    throw new UserError("The levels of this network are known", { hint: "leave --range out", exitCode: 2 });
  }
  await using engine = await openEngine("onnx-cpu");
  const told = await levelsOf(painter, engine);
  return { ...painter, levels: levels ?? told };
}

function kindOf(painter: AnyPainter): string {
  return "architecture" in painter ? painter.architecture.name : "network in ONNX";
}

/** SHA-256 of the numbers as they will be stored. */
function numbersOf(painter: AnyPainter): string {
  const hash = createHash("sha256");
  if ("model" in painter) return hash.update(painter.model.bytes).digest("hex");
  for (const { data } of [...painter.kernels.values(), { data: painter.rows[0].values }]) {
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest("hex");
}
