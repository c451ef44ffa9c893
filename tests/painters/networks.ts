/**
 * The small networks that tests/painters/files/make.py wrote, and the photograph that it painted with them.
 *
 * @module
 */
import { pathToFileURL } from "node:url";
import type { Picture } from "../../pictures/picture.ts";
import { inRoot } from "../helpers/shared.ts";

/** A file of make.py. */
export function networkFile(name: string): URL {
  return pathToFileURL(inRoot(`tests/painters/files/${name}`));
}

/** The photograph of make.py in a size. */
export function waves(width: number, height: number): Picture {
  const level = (i: number) => Math.floor(127.5 * (1 + Math.sin(i * 0.37) * Math.cos(i * 0.011)));
  return { width, height, data: Float32Array.from({ length: 3 * width * height }, (_, i) => level(i)) };
}

/** Numbers that were stored as float32. */
export async function numbersIn(location: URL): Promise<Float32Array> {
  return new Float32Array((await Deno.readFile(location)).buffer);
}

/** The mean and the greatest of the differences between two lists of numbers. */
export function differences(a: Float32Array, b: Float32Array): { readonly mean: number; readonly most: number } {
  const apart = a.map((value, i) => Math.abs(value - b[i]));
  return {
    mean: apart.reduce((sum, value) => sum + value, 0) / apart.length,
    most: apart.reduce((most, value) => Math.max(most, value), 0),
  };
}
