import { turns } from "../../base/turns.ts";
import type { ByteSource } from "../source.ts";

const pieceBytes = 1 << 14;

/** The most by which a stream may grow: trained weights hardly shrink, and more is meant to fill the memory. */
const mostGrowth = 32;
const alwaysAllowed = 64e6;

/** The inflated bytes of a zlib stream. */
interface Inflated extends ByteSource {
  /** Reads the rest of the stream, at whose end its checksum is. Throws if that is wrong. */
  finish(): Promise<void>;
}

/**
 * Inflates a zlib stream inside a source. It only goes forward, and starts over for a read behind its position, so
 * reads in order cost a single pass. No more than one piece and the bytes asked for are in memory.
 */
export function inflated(source: ByteSource, offset: number, length: number): Inflated {
  const limit = Math.max(alwaysAllowed, mostGrowth * length);
  let stream = pieces(source, offset, length);
  let rest: Uint8Array = new Uint8Array();
  let position = 0;

  const close = async () => void await stream.return(undefined);
  /** Whether the stream has more bytes. */
  const more = async () => {
    while (rest.length === 0) {
      const { value, done } = await stream.next();
      if (done) return false;
      rest = value;
    }
    return true;
  };
  /** Returns the next bytes, up to `count`. */
  const next = async (count: number) => {
    if (!await more()) throw new RangeError("unexpected end of its compressed part");
    const part = rest.subarray(0, count);
    rest = rest.subarray(part.length);
    position += part.length;
    if (position > limit) {
      throw new RangeError(`its compressed part grows beyond ${mostGrowth} times its size, which no weights do`);
    }
    return part;
  };
  const read = async (from: number, count: number) => {
    if (from + count > limit) throw new RangeError("its compressed part promises more than it can hold");
    if (from < position) {
      await close();
      [stream, rest, position] = [pieces(source, offset, length), new Uint8Array(), 0];
    }
    while (position < from) await next(from - position);
    const bytes = new Uint8Array(count);
    for (let done = 0; done < count;) {
      const part = await next(count - done);
      bytes.set(part, done);
      done += part.length;
    }
    return bytes;
  };
  const finish = async () => {
    while (await more()) await next(Infinity);
  };
  const inTurn = turns();
  return {
    size: limit,
    read: (from, count) => inTurn(() => read(from, count)),
    finish: () => inTurn(finish),
    [Symbol.asyncDispose]: () => inTurn(close),
  };
}

async function* pieces(source: ByteSource, offset: number, length: number): AsyncGenerator<Uint8Array, void> {
  let done = 0;
  const compressed = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      if (done >= length) return controller.close();
      const count = Math.min(pieceBytes, length - done);
      controller.enqueue(await source.read(offset + done, count));
      done += count;
    },
  }, { highWaterMark: 0 });
  for await (const piece of compressed.pipeThrough(new DecompressionStream("deflate"))) yield piece;
}
