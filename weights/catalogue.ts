import entries from "./catalogue.json" with { type: "json" };

/** A file that holds the weights, and what tells that it is that very file. */
export interface Source {
  readonly url: string;
  /** Its size, where it is known. */
  readonly bytes?: number;
  /** In hexadecimal; each source has one of the two, whichever its publishers give. */
  readonly sha256?: string;
  readonly md5?: string;
}

/** Weights that can be fetched by name. */
export interface CatalogueEntry {
  readonly name: string;
  /** The network that they belong to. */
  readonly network: string;
  /** The layers that they hold. */
  readonly layers: string;
  readonly licence: string;
  /** Where they are, the best place first. */
  readonly sources: readonly Source[];
}

/** Weights that are known by name. Sizes and hashes are those that the publishers and many users of the files give. */
export const catalogue: Readonly<Record<string, CatalogueEntry>> = Object.fromEntries(
  entries.map((entry) => [entry.name, entry]),
);

/** The known file with this hash. */
export function knownFile(
  hashes: Pick<Source, "sha256" | "md5">,
): { entry: CatalogueEntry; source: Source } | undefined {
  for (const entry of Object.values(catalogue)) {
    const source = entry.sources.find(({ sha256, md5 }) => sha256 ? sha256 === hashes.sha256 : md5 === hashes.md5);
    if (source) return { entry, source };
  }
}
