import type { ByteSource } from "../source.ts";

const blockBytes = 1 << 16;

/** A source that serves small reads from a block of 64 KiB. Large reads pass through. */
export function buffered(source: ByteSource): ByteSource {
  let start = 0;
  let block = new Uint8Array();
  return {
    size: source.size,
    async read(offset, length) {
      if (length >= blockBytes) return await source.read(offset, length);
      if (offset < start || offset + length > start + block.length) {
        const available = Math.max(length, Math.min(blockBytes, source.size - offset));
        block = await source.read(offset, available);
        start = offset;
      }
      return block.slice(offset - start, offset - start + length);
    },
    [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
  };
}
