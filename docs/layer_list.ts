import { layerNames, networks } from "../networks/network.ts";
import { losses } from "../objective/losses/mod.ts";
import type { LossSort } from "../objective/losses/loss.ts";

/** What a term of each sort of loss is about, and whether it names layers. */
const sorts: Readonly<Record<LossSort, string>> = {
  content: "the photograph, at `layers`",
  style: "the paintings, at `layers`",
  image: "the picture itself: no `layers`",
};

/** The layers of each network, and which losses take layers. */
export function layerList(): string {
  const rows = Object.values(networks).map((network) =>
    `| \`${network.name}\` | ${network.file ? "ships" : "is fetched"} | ${layerNames(network).join(", ")} |`
  );
  const terms = Object.values(losses).map(({ name, sort, description }) =>
    `| \`${name}\` | ${sorts[sort as LossSort]} | ${description} |`
  );
  return [
    "The layers of each network, the first of which see the finest detail; `loss-build.terms.*.layers` names them.",
    ["| network | weights | layers |", "| --- | --- | --- |", ...rows].join("\n"),
    "The losses, and whether their terms take layers:",
    ["| loss | compares with | what it does |", "| --- | --- | --- |", ...terms].join("\n"),
  ].join("\n\n");
}
