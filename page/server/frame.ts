import type { PaintedPicture } from "../../session/painted.ts";
import type { Version } from "../protocol.ts";
import { shownFile, shownPicture } from "./pictures.ts";

/** What the newest picture is. */
export type FrameKind = "none" | "instant" | "step" | "done";

/** The newest picture of a run: those before it are forgotten, whether or not a page has seen them. */
export interface Frame {
  readonly revision: number;
  readonly kind: FrameKind;
  /** In memory; a picture of the folder is not. */
  readonly picture?: PaintedPicture;
  readonly width: number;
  readonly height: number;
  /** The version that it is, if it was kept. */
  readonly version?: string;
  /** Puts a newer picture in its place. */
  show(kind: FrameKind, picture: PaintedPicture, version?: string): void;
  /** Puts a version in its place, the file at a path. */
  showFile(path: string, version: Version): void;
  /** It as a JPEG, encoded when a page asks for it, and once for all pages. */
  bytes(): Promise<Uint8Array<ArrayBuffer> | undefined>;
}

/** The longer side to which a picture on the way is made smaller. */
const side = 1600;

/**
 * Opens a place for a picture.
 *
 * @param changed Told of every new one.
 */
export function openFrame(changed: () => void): Frame {
  let revision = 0;
  let now: Pick<Frame, "kind" | "picture" | "width" | "height" | "version"> = { kind: "none", width: 0, height: 0 };
  let encode: () => Promise<Uint8Array<ArrayBuffer>> | undefined = () => undefined;
  let encoded: Promise<Uint8Array<ArrayBuffer>> | undefined;
  const put = (next: typeof now, how: typeof encode) => {
    [now, encode, encoded] = [next, how, undefined];
    revision++;
    changed();
  };
  return {
    get revision() {
      return revision;
    },
    get kind() {
      return now.kind;
    },
    get picture() {
      return now.picture;
    },
    get width() {
      return now.width;
    },
    get height() {
      return now.height;
    },
    get version() {
      return now.version;
    },
    show(kind, picture, version) {
      const { width, height } = picture;
      put({ kind, picture, width, height, version }, () => shownPicture(picture, side));
    },
    showFile(path, { id, width, height }) {
      put({ kind: "done", width, height, version: id }, () => shownFile(path, side));
    },
    bytes: async () => await (encoded ??= encode()),
  };
}
