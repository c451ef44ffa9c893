/**
 * The one place that names the version of mediabunny, which reads and writes containers of films. What needs it loads
 * it late, by `import()`.
 *
 * @module
 */
export {
  ALL_FORMATS,
  EncodedAudioPacketSource,
  type EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  FilePathSource,
  FilePathTarget,
  Input,
  type InputAudioTrack,
  type InputVideoTrack,
  MkvOutputFormat,
  MovOutputFormat,
  Mp4OutputFormat,
  Output,
  type OutputFormat,
  WebMOutputFormat,
} from "npm:mediabunny@1.61.0";
