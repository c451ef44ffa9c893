/**
 * The one place that names the version of sharp. What paints loads it late, by `loadSharp`.
 *
 * @module
 */
export { default, type Metadata, type Sharp } from "npm:sharp@0.35.5";
