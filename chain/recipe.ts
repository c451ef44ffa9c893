/** What a preset says about the run as a whole. */
export interface RunSettings {
  /** How a picture is painted: by optimising it, or by a painter. */
  readonly method: string;
  /** Name of the network that looks at the pictures. */
  readonly network: string;
  /** URL of its weights; empty for those that ship, or are stored under the network's name. */
  readonly weights: string;
  /** Name of the engine that computes. */
  readonly engine: string;
  /** Number of threads that compute; 0 means one per physical core. */
  readonly threads: number;
  /** The memory that the run may take, such as `4GB`; empty for half of what the machine has free. */
  readonly memory: string;
  /** The side in pixels of the tiles in which a picture that is larger is painted; 0 for none. */
  readonly tiles: number;
}

/** What a run is about, as far as that is known before anything is read: files get their names from it. */
export interface Subject {
  /** Name of the photograph, without folder and ending. */
  readonly name: string;
  /** The longer side of the result in pixels, if it is known. */
  readonly size?: number;
  /** Name of the preset. */
  readonly preset: string;
}
