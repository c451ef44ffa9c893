/**
 * The one door to mediabunny, which reads and writes containers of films: whoever never paints one never fetches it.
 *
 * @module
 */
import { lateImport } from "../base/late_import.ts";

/** All of mediabunny. */
export type Mediabunny = typeof import("npm:mediabunny@1.61.0");

/** A packet of a track as it is stored. */
export type EncodedPacket = import("npm:mediabunny@1.61.0").EncodedPacket;

/** A track of sound. */
export type InputAudioTrack = import("npm:mediabunny@1.61.0").InputAudioTrack;

/** A track of pictures. */
export type InputVideoTrack = import("npm:mediabunny@1.61.0").InputVideoTrack;

/** How a container is written. */
export type OutputFormat = import("npm:mediabunny@1.61.0").OutputFormat;

/** Loads it. */
export async function mediabunny(): Promise<Mediabunny> {
  return await lateImport("npm:mediabunny@1.61.0");
}
