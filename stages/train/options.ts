/** Options of train. */
export interface TrainOptions {
  /** Path of the painter that it makes. */
  readonly painter: string;
  /** URL of the painter that it starts from; empty for the one that ships. */
  readonly from: string;
  /** URLs of the photographs that it learns with. */
  readonly photographs: readonly string[];
  /** Steps, each with a batch of crops. */
  readonly steps: number;
  /** The greatest step of Adam; kernels, which Muon moves, take larger ones. */
  readonly learningRate: number;
  /** How much more the content terms count than the preset says; `even` brings the sample as near as the optimiser does. */
  readonly content: number | "even";
  /** Seed of the crops, and of the places of their grain. */
  readonly seed: number;
  /** Seconds between checkpoints, at each of which painter and sample are written; 0 for none. */
  readonly checkpoint: number;
}
