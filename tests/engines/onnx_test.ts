import { onnxEngine } from "../../engines/onnx.ts";
import { engineSuite } from "./engine_suite.ts";

engineSuite({ name: "onnx-cpu", open: () => onnxEngine(), tolerance: 2e-6 });
