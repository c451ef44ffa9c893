import { tensorflowKind } from "../../engines/tensorflow.ts";
import { engineSuite } from "./engine_suite.ts";

engineSuite({ name: "tensorflow", open: () => tensorflowKind.open({}), tolerance: 2e-6 });
