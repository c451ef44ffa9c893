/**
 * Seconds and peak memory of decoding and encoding a TIFF of 16 bits, 200 megapixels unless told otherwise, beside the
 * bytes of its levels as float32: `deno run -A bench/large_pictures.ts [--width 16000] [--height 12500]`. Each direction
 * is a process of its own; peak memory comes from Linux's /proc.
 *
 * @module
 */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { openPicture } from "../pictures/read_picture.ts";
import { writePicture } from "../pictures/write_picture.ts";
import { temporaryFolder } from "../tests/helpers/folders.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    width: { type: "string", default: "16000" },
    height: { type: "string", default: "12500" },
    direction: { type: "string" },
    folder: { type: "string", default: "" },
  },
});
const [width, height] = [Number(values.width), Number(values.height)];
const file = join(values.folder, "large.tif");

const directions: Readonly<Record<string, () => Promise<void>>> = {
  async out() {
    const data = new Float32Array(3 * width * height);
    for (let i = 0; i < data.length; i++) data[i] = levelAt(i);
    await timed(() =>
      writePicture(file, { width, height, data, name: "large" }, {
        ending: ".tif",
        depth: 16,
        tiff: "auto",
        xmp: "<x/>",
      })
    );
  },
  async in() {
    const picture = await timed(async () =>
      await (await openPicture(file, pathToFileURL(file))).pixels({ width, height })
    );
    for (let i = 0; i < picture.data.length; i += 9973) {
      if (Math.abs(picture.data[i] - levelAt(i)) > 1 / 257) throw new Error(`level ${i} is ${picture.data[i]}`);
    }
  },
};

if (values.direction) {
  await directions[values.direction]();
} else {
  console.log(`${width}×${height}: ${megabytes(12 * width * height)} as float32`);
  await using folder = await temporaryFolder();
  for (const direction of ["out", "in"]) {
    const args = ["run", "-A", import.meta.filename!, ...Deno.args, "--direction", direction, "--folder", folder.path];
    const { success } = await new Deno.Command(Deno.execPath(), { args, stdout: "inherit", stderr: "inherit" })
      .output();
    if (!success) Deno.exit(1);
  }
}

/** Soft in every direction, so that it packs like a picture. */
function levelAt(i: number): number {
  return 127 + 100 * Math.sin(i / 700) + 20 * Math.sin(i / (37 * width));
}

async function timed<T>(work: () => Promise<T>): Promise<T> {
  const began = performance.now();
  const result = await work();
  const seconds = (performance.now() - began) / 1000;
  const status = await Deno.readTextFile("/proc/self/status");
  const [, peak] = /VmHWM:\s+(\d+)/.exec(status) ?? [];
  console.log(`${values.direction}: ${seconds.toFixed(1)} s, peak ${megabytes(1024 * Number(peak))}`);
  return result;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}
