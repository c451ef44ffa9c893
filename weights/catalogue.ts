import entries from "./catalogue.json" with { type: "json" };

/** An address of a weights file, with the size and hash by which it is recognised. */
export interface Source {
  readonly url: string;
  /** Its size, if it is known. */
  readonly bytes?: number;
  /** In hexadecimal; each source has one of the two hashes, whichever its publishers state. */
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
  /** Their sources, the best first. */
  readonly sources: readonly Source[];
}

/** The known weights by name. Sizes and hashes are those that the publishers and many users of the files state. */
export const catalogue: Readonly<Record<string, CatalogueEntry>> = Object.fromEntries(
  entries.map((entry) => [entry.name, entry]),
);

/** The catalogue's file with one of these hashes; undefined if there is none. */
export function knownFile(
  hashes: Pick<Source, "sha256" | "md5">,
): { entry: CatalogueEntry; source: Source } | undefined {
  for (const entry of Object.values(catalogue)) {
    const source = entry.sources.find(({ sha256, md5 }) => sha256 ? sha256 === hashes.sha256 : md5 === hashes.md5);
    if (source) return { entry, source };
  }
}
