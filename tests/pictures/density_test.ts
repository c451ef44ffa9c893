import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { openPicture } from "../../pictures/read_picture.ts";
import { landscape, written } from "../helpers/pictures.ts";

const somewhere = new URL("file:///pictures/mine.png");

/** Pixels per inch as the formats themselves say: pHYs of PNG, EXIF in a JPEG, the tags of TIFF. */
const densities: Readonly<Record<string, (bytes: Buffer) => number>> = {
  ".png": (bytes) => {
    const at = bytes.indexOf("pHYs") + 4;
    assert.equal(bytes[at + 8], 1, "per metre");
    return bytes.readUInt32BE(at) * 0.0254;
  },
  ".jpg": (bytes) => inTiff(bytes.subarray(bytes.indexOf("Exif\0\0") + 6)),
  ".tif": (bytes) => inTiff(bytes),
};

/** What the tags of a TIFF, or of EXIF, say. */
function inTiff(bytes: Buffer): number {
  assert.equal(bytes.toString("latin1", 0, 2), "II");
  const directory = bytes.readUInt32LE(4);
  const entry = (tag: number) => {
    const count = bytes.readUInt16LE(directory);
    const place = Array.from({ length: count }, (_, i) => directory + 2 + 12 * i)
      .find((at) => bytes.readUInt16LE(at) === tag);
    assert(place !== undefined);
    return place + 8;
  };
  assert.equal(bytes.readUInt16LE(entry(296)), 2, "per inch");
  const x = bytes.readUInt32LE(entry(282));
  return bytes.readUInt32LE(x) / bytes.readUInt32LE(x + 4);
}

for (const [ending, densityOf] of Object.entries(densities)) {
  Deno.test(`a ${ending} has the pixels per inch of its photograph, or else 72`, async () => {
    for (const density of [undefined, 300]) {
      const photograph = landscape(40, 30).jpeg();
      const file = await openPicture(
        await (density ? photograph.withDensity(density) : photograph).toBuffer(),
        somewhere,
      );
      const picture = { ...await file.pixels(file.size), density: file.density, name: "x" };
      const found = densityOf(Buffer.from(await written(picture, ending)));
      assert(Math.abs(found - (density ?? 72)) < 0.1, `${found}`);
    }
    const made = { width: 2, height: 2, data: new Float32Array(12), name: "x" };
    assert(Math.abs(densityOf(Buffer.from(await written(made, ending))) - 72) < 0.1);
  });
}
