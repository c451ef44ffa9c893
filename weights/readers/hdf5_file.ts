import type { ByteSource } from "../source.ts";
import { buffered } from "./buffered.ts";

/** The most bytes of structure; a network has a few hundred kilobytes of it beside its numbers. */
const mostStructure = 16e6;

/** Bytes of an HDF5 file with a place in them; all numbers have the lowest byte first. */
export class Fields {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly #view: DataView;
  position = 0;

  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  get left(): number {
    return this.bytes.length - this.position;
  }

  skip(count: number): this {
    if (!(count <= this.left)) throw new RangeError("a part of its structure is cut short");
    this.position += count;
    return this;
  }

  uint8(): number {
    return this.skip(1).#view.getUint8(this.position - 1);
  }

  uint16(): number {
    return this.skip(2).#view.getUint16(this.position - 2, true);
  }

  uint32(): number {
    return this.skip(4).#view.getUint32(this.position - 4, true);
  }

  /** A place or a length. One that is not defined is far outside of every file. */
  uint64(): number {
    return Number(this.skip(8).#view.getBigUint64(this.position - 8, true));
  }

  /** A number of so many bytes, up to eight. */
  uint(bytes: number): number {
    const start = this.skip(bytes).position - bytes;
    return this.bytes.subarray(start, this.position).reduceRight((sum, byte) => sum * 256 + byte, 0);
  }

  part(length: number): Fields {
    this.skip(length);
    return new Fields(this.bytes.subarray(this.position - length, this.position));
  }

  text(length: number): string {
    return new TextDecoder().decode(this.part(length).bytes);
  }
}

/** The structure of an HDF5 file, of which no more may be read than there can be: else it leads in circles. */
export interface Structure {
  readonly source: ByteSource;
  /** Reads the structure at a place, which begins with a signature if one is due. */
  read(address: number, length: number, signature?: string): Promise<Fields>;
}

/** Looks at the structure of a file; each look has its own allowance. */
export function structureOf(source: ByteSource): Structure {
  const file = buffered(source);
  let allowed = Math.min(source.size, mostStructure);
  return {
    source,
    async read(address, length, signature = "") {
      if (!(address + length <= source.size)) throw new RangeError("its structure leads beyond its end");
      allowed -= length;
      if (allowed < 0) throw new RangeError("its structure leads in circles, or is larger than that of any network");
      const fields = new Fields(await file.read(address, length));
      if (signature !== fields.text(signature.length)) throw new RangeError(`its structure lacks a ${signature}`);
      return fields;
    },
  };
}
