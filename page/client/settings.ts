/// <reference lib="dom" />
import { html } from "npm:htm@3.1.1/preact";
import { Control } from "./control.ts";
import { innerSchema, type Schema, schema, schemaAt } from "./schema.ts";
import { state, within } from "./store.ts";
import { words } from "./parts.ts";

/** What most people move, in order; each is made from the schema as all others are. */
const groups: readonly (readonly [title: string, paths: readonly string[]])[] = [
  ["Picture", ["decode.size", "deprocess.strength", "deprocess.colours", "decode.styleColours"]],
  ["Style", ["loss-build.styleWeight", "loss-build.contentWeight", "decode.styleScale"]],
  ["What the network sees", [
    "feature-extract.pooling",
    "feature-extract.padding",
    "loss-build.pyramid",
    "decode.scales",
  ]],
  ["Start", ["optimise.seed", "optimise.start", "optimise.iterations"]],
];

const shownAbove = new Set(groups.flatMap(([, paths]) => paths));

/** The paths of the layers of each term. */
function layerPaths(): string[][] {
  const terms = within(state.value?.effective, ["loss-build", "terms"]);
  return Object.entries((terms ?? {}) as Record<string, { layers?: unknown; weight?: unknown }>).flatMap((
    [name, term],
  ) => [
    ...term.layers ? [["loss-build", "terms", name, "layers"]] : [],
  ]);
}

/** Sections and keys that the page has other places for, or that nobody may set here. */
const elsewhere = new Set(["$schema", "extends", "pipeline", "name", "train", "encode", "weights", "method", "film"]);

function isPlain({ location, items, module }: Schema): boolean {
  return location === undefined && !items && module === undefined;
}

/** Every further option of a section. */
function Section({ name, inner }: { readonly name: string; readonly inner: Schema }) {
  const keys = Object.entries(inner.properties ?? {}).filter(([key, schema]) =>
    isPlain(schema) && !shownAbove.has(`${name}.${key}`) && key !== "terms" && key !== "styles"
  );
  if (keys.length === 0) return null;
  return html`
    <details>
      <summary>${words(name)}</summary>
      <div class="fields">${keys.map(([key]) => html`<${Control} key=${key} path=${[name, key]} />`)}</div>
    </details>
  `;
}

/** The controls, made from the schema of presets. */
export function Settings() {
  const { properties = {} } = schema.value;
  if (Object.keys(properties).length === 0) return html`<p class="muted">Loading the controls …</p>`;
  const sections = Object.entries(properties).filter(([key]) => !elsewhere.has(key));
  const plain = sections.filter(([, inner]) => !inner.properties && isPlain(inner));
  return html`<div class="settings">
    ${
    groups.map(([title, paths]) =>
      html`
        <fieldset key=${title}>
          <legend>${title}</legend>
          <div class="fields">${paths.filter((path) => Object.keys(schemaAt(path.split("."))).length > 0)
            .map((path) => html`<${Control} key=${path} path=${path.split(".")} />`)}</div>
        </fieldset>
      `
    )
  }
    <fieldset><legend>Layers</legend><div class="fields">${
    layerPaths().map((path) => html`<${Control} key=${path.join(".")} path=${path} label=${`${path[2]} layers`} />`)
  }</div></fieldset>
    <h3>Everything else</h3>
    <details><summary>run</summary><div class="fields">${
    plain.map(([key]) => html`<${Control} key=${key} path=${[key]} />`)
  }</div></details>
    <details><summary>terms</summary><div class="fields">${
    Object.keys((within(state.value?.effective, ["loss-build", "terms"]) ?? {}) as object).map((name) =>
      html`<${Control} key=${name} path=${[
        "loss-build",
        "terms",
        name,
        "weight",
      ]} label=${`weight of the term ${name}`} />`
    )
  }</div></details>
    ${
    sections.filter(([, inner]) => inner.properties).map(([name, inner]) =>
      html`<${Section} key=${name} name=${name} inner=${innerSchema({ properties: { [name]: inner } }, name)} />`
    )
  }
  </div>`;
}
