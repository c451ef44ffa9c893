import { onnxEngine } from "../../engines/onnx.ts";
import { engineSuite } from "./engine_suite.ts";

engineSuite("onnx-cpu", () => onnxEngine(), 2e-6);
