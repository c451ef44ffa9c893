import { Buffer } from "node:buffer";

/** sRGB's primaries and white, adapted to D50 (ICC's sRGB profile). */
const primaries = { rXYZ: [0.4361, 0.2225, 0.0139], gXYZ: [0.3851, 0.7169, 0.0971], bXYZ: [0.1431, 0.0606, 0.7141] };
const white = [0.9642, 1, 0.8249];

/** A colour profile of linear light (ICC.1, version 2): grey, or with the primaries of sRGB. */
export function linearProfile(kind: "grey" | "rgb"): Uint8Array {
  const xyz = (values: readonly number[]) =>
    Buffer.concat([Buffer.from("XYZ \0\0\0\0", "latin1"), ...values.map(fixed)]);
  const curve = Buffer.concat([Buffer.from("curv\0\0\0\0\0\0\0\0", "latin1")]);
  const name = Buffer.from("linear\0", "latin1");
  const description = Buffer.concat([
    Buffer.from("desc\0\0\0\0", "latin1"),
    uint32(name.length),
    name,
    Buffer.alloc(4 + 4 + 2 + 1 + 67 + 2),
  ]);
  const tags: [string, Uint8Array][] = [
    ["desc", description],
    ["cprt", Buffer.from("text\0\0\0\0none\0\0\0\0", "latin1")],
    ["wtpt", xyz(white)],
    ...kind === "grey" ? [["kTRC", curve] as [string, Uint8Array]] : [
      ...Object.entries(primaries).map(([tag, values]): [string, Uint8Array] => [tag, xyz(values)]),
      ...["rTRC", "gTRC", "bTRC"].map((tag): [string, Uint8Array] => [tag, curve]),
    ],
  ];
  let at = 128 + 4 + 12 * tags.length;
  const table = tags.map(([tag, content]) => {
    const row = Buffer.concat([Buffer.from(tag, "latin1"), uint32(at), uint32(content.length)]);
    at += content.length;
    return row;
  });
  const head = Buffer.concat([
    uint32(at),
    Buffer.from("lcms", "latin1"),
    uint32(0x02400000),
    Buffer.from(`mntr${kind === "grey" ? "GRAY" : "RGB "}XYZ `, "latin1"),
    Buffer.from([7, 0xe8, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0]),
    Buffer.from("acsp", "latin1"),
    Buffer.alloc(28),
    ...white.map(fixed),
    Buffer.alloc(48),
  ]);
  return Buffer.concat([head, uint32(tags.length), ...table, ...tags.map(([, content]) => content)]);
}

function uint32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function fixed(value: number): Uint8Array {
  return uint32(Math.round(65536 * value));
}
