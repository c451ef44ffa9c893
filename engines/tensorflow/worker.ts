/**
 * The worker of engines/tensorflow/engine.ts: the only module that loads TensorFlow.js.
 *
 * @module
 */
import type { Device } from "../engine.ts";
import { type FlatGraph, unflatten } from "../../graph/flat.ts";
import { serveBackend } from "../worker/server.ts";
import { loadTensorFlow } from "./module.ts";
import { tensorflowProgram } from "./program.ts";
import type { TensorFlow } from "./values.ts";

/** The settings of the library. */
export interface TensorFlowSettings {
  /** Environment variables for the native library, set before it is loaded. */
  readonly environment: Readonly<Record<string, string>>;
}

let tf: TensorFlow;

serveBackend<TensorFlowSettings, FlatGraph>({
  async open({ environment }): Promise<Device> {
    for (const [name, value] of Object.entries(environment)) {
      if ((await Deno.permissions.query({ name: "env", variable: name })).state === "granted") {
        Deno.env.set(name, value);
      }
    }
    const found = await loadTensorFlow();
    tf = found.tf;
    return found.device;
  },
  compile: async (graph) => tensorflowProgram(tf, unflatten(graph)),
});
