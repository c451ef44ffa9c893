import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";

/** Bytes of a PNG before the first place of a profile: the signature and the chunk IHDR (PNG specification, 5.6). */
const start = 33;

/** A PNG with an ICC profile, the samples as they are: its chunk iCCP (PNG specification, 11.3.2.3). */
export function withPngProfile(png: Uint8Array, profile: Uint8Array): Uint8Array {
  const content = Buffer.concat([Buffer.from("iCCPprofile\0\0", "latin1"), deflateSync(profile)]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length - 4);
  check.writeUInt32BE(crc32(content));
  return Buffer.concat([png.subarray(0, start), length, content, check, png.subarray(start)]);
}
