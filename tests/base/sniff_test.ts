import assert from "node:assert/strict";
import { gzipSync } from "node:zlib";
import { type FileKind, named, sniff } from "../../base/sniff.ts";
import { landscape } from "../helpers/pictures.ts";
import { tiff } from "../helpers/tiff.ts";

const latin = (text: string) => Uint8Array.from(text, (sign) => sign.charCodeAt(0));
const drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>';

const files: readonly (readonly [string, FileKind | undefined, Uint8Array])[] = [
  ["a JPEG", "jpeg", await landscape(16, 12).jpeg().toBuffer()],
  ["a PNG", "png", await landscape(16, 12).png().toBuffer()],
  ["a WebP", "webp", await landscape(16, 12).webp().toBuffer()],
  ["an AVIF", "avif", await landscape(16, 12).avif().toBuffer()],
  ["a GIF", "gif", await landscape(16, 12).gif().toBuffer()],
  ["a TIFF", "tiff", await landscape(16, 12).tiff().toBuffer()],
  ["a BigTIFF", "tiff", await landscape(16, 12).tiff({ bigtiff: true }).toBuffer()],
  ["a small TIFF", "tiff", tiff({ width: 1, height: 1, samples: new Uint8Array(1), photometric: 1 })],
  ["a drawing", "svg", latin(drawing)],
  ["a drawing with a prologue", "svg", latin(`<?xml version="1.0"?>\n<!-- by hand -->\n${drawing}`)],
  ["a telephone's picture", "heic", latin("\0\0\0\x1cftypheic\0\0\0\0mif1heicmiaf")],
  ["a picture of a general brand with HEVC inside", "heic", latin("\0\0\0\x18ftypmif1\0\0\0\0mif1heic")],
  ["a picture of a general brand with AV1 inside", "avif", latin("\0\0\0\x18ftypmif1\0\0\0\0mif1avif")],
  ["a film", "video", latin("\0\0\0\x18ftypisom\0\0\x02\0isommp42")],
  ["a Canon raw", "raw", latin("II*\0\x10\0\0\0CR\x02\0")],
  ["a Fujifilm raw", "raw", latin("FUJIFILMCCD-RAW 0201")],
  ["a newer Canon raw", "raw", latin("\0\0\0\x18ftypcrx \0\0\0\x01crx isom")],
  ["a Photoshop document", "psd", latin("8BPS\0\x01\0\0\0\0\0\0")],
  ["a PDF", "pdf", latin("%PDF-1.7\n")],
  ["a web page", "page", latin("<!DOCTYPE html><html></html>")],
  ["a web page behind blanks and a byte order mark", "page", latin("\xef\xbb\xbf\r\n <!-- x -->\n<HTML lang=en>")],
  [
    "a page of XHTML",
    "page",
    latin('<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN">'),
  ],
  ["a Git LFS pointer", "lfs", latin("version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12\n")],
  ["a ZIP", "archive", latin("PK\x03\x04\x14\0\0\0")],
  ["a gzip", "archive", gzipSync("x")],
  ["safetensors", "safetensors", latin('\x40\0\0\0\0\0\0\0{"a":{')],
  ["safetensors whose length looks like gzip", "safetensors", latin('\x1f\x8b\0\0\0\0\0\0{"a":{')],
  ["safetensors whose length looks like an icon", "safetensors", latin('\0\0\x01\0\0\0\0\0{"a":{')],
  ["a MATLAB file", "mat", latin("MATLAB 5.0 MAT-file")],
  ["an array", "npy", latin("\x93NUMPY\x01\0")],
  ["a network for ONNX", "onnx", latin("\x08\x07\x12\x07pytorch")],
  ["a network of Caffe", "caffe", latin("\n\x14VGG_ILSVRC_19_layers\x12\x04data")],
  ["a pickle", "pickle", latin("\x80\x04\x95\x10")],
  ["a bucket's answer", "answer", latin('<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>')],
  ["text that begins with an empty line", "text", latin("\n\nDear diary")],
  ["JSON", "json", latin(' {"extends": "monet"}')],
  ["text", "text", latin("Dear diary,\nBMW was here.")],
  ["nothing", "empty", new Uint8Array()],
  ["noise", undefined, Uint8Array.of(1, 200, 3, 0, 7)],
];

for (const [what, kind, bytes] of files) {
  Deno.test(`by its first bytes ${what} is ${kind ? named(kind) : "nothing known"}`, () => {
    assert.equal(sniff(bytes), kind);
  });
}
