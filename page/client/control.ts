/// <reference lib="dom" />
import { html } from "npm:htm@3.1.1/preact";
import { useState } from "npm:preact@11.2.0/hooks";
import { IconButton, Segments, sentence, words } from "./parts.ts";
import { layers, type Schema, schemaAt, typedValue } from "./schema.ts";
import { change, chosen, state, valueAt, within } from "./store.ts";

interface Field {
  readonly path: readonly string[];
  readonly schema: Schema;
  readonly value: unknown;
  readonly id: string;
  readonly label: string;
  readonly set: (value: unknown) => void;
  readonly invalid: boolean;
  readonly describedBy: string;
}

/** The types of a schema: those of its alternatives, if it has any. */
function typesOf({ type, anyOf = [] }: Schema): string[] {
  return type === undefined ? anyOf.flatMap(typesOf) : [type].flat();
}

/** Where a slider ends: at what the schema allows, or a hundred times the value that is usual either way. */
function rangeOf({ minimum, exclusiveMinimum, maximum, default: usual }: Schema, base: unknown) {
  const about = Math.abs(Number(base ?? usual)) || 1;
  const least = minimum ?? exclusiveMinimum ?? -about;
  const whole = maximum !== undefined && maximum - least <= 100;
  if (whole && (maximum <= 1 || least < 0)) return { least, most: maximum, logarithmic: false };
  const [low, high] = [Math.max(least > 0 ? least : about / 100), Math.min(maximum ?? Infinity, about * 100)];
  return { least: low, most: high, logarithmic: high / low > 20 };
}

/** A value with three figures, as people set weights. */
function rounded(value: number, integer: boolean): number {
  return integer ? Math.round(value) : Number(value.toPrecision(3));
}

function NumberField({ path, schema, value, id, label, set, invalid, describedBy }: Field) {
  const integer = typesOf(schema).includes("integer");
  const { least, most, logarithmic } = rangeOf(schema, within(state.value?.base, path));
  const number = Number(value);
  const [to, from] = logarithmic
    ? [(value: number) => Math.log(Math.max(least, value)), Math.exp]
    : [(value: number) => value, (value: number) => value];
  // A seed is a name more than an amount.
  const slides = path.at(-1) !== "seed" && Number.isFinite(most);
  const size = path.join(".") === "decode.size";
  return html`<div class="number">
    ${
    slides && html`
      <input type="range" id=${id} aria-describedby=${describedBy} aria-valuetext=${String(value)}
        min=${to(size ? 64 : least)} max=${to(size ? 2048 : most)} step=${integer && !logarithmic
          ? 1
          : "any"} value=${to(number)}
        onInput=${(event: Event) => {
          const next = from(Number((event.target as HTMLInputElement).value));
          set(size ? Math.round(next / 16) * 16 : rounded(next, integer));
        }} />
    `
  }
    <input type="number" id=${slides ? undefined : id} aria-label=${slides ? `${label}, as a number` : undefined}
      step="any" value=${Number.isFinite(number) ? number : ""} aria-invalid=${invalid} aria-describedby=${describedBy}
      onChange=${(event: Event) => {
    const text = (event.target as HTMLInputElement).value;
    set(text === "" ? undefined : Number(text));
  }} />
  </div>`;
}

function ChoiceField({ schema, value, id, label, set, describedBy }: Field) {
  const options = (schema.enum ?? []).map((option) => [String(option), words(String(option))] as const);
  const choose = (text: string) => set(schema.enum!.find((option) => String(option) === text));
  const letters = options.reduce((sum, [, text]) => sum + text.length, 0);
  if (options.length <= 3 && letters < 30) {
    return html`<${Segments} label=${label} options=${options} value=${String(value)} onChange=${choose} />`;
  }
  return html`
    <select id=${id} aria-describedby=${describedBy} value=${String(value)}
      onChange=${(event: Event) => choose((event.target as HTMLSelectElement).value)}>${options.map(([option, text]) =>
        html`<option key=${option} value=${option}>${text}</option>`
      )}</select>
  `;
}

/** Text, or a value of several types as JSON; what is no JSON is text where that is allowed. */
function TextField({ schema, value, id, set, invalid, describedBy }: Field) {
  const [broken, setBroken] = useState(false);
  const text = typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
  const types = typesOf(schema);
  const plain = types.every((type) => type === "string");
  return html`
    <input type="text" id=${id} class="mono" value=${text} spellcheck=${false} autocomplete="off"
      aria-invalid=${invalid || broken} aria-describedby=${describedBy} onChange=${(event: Event) => {
        const { value: typed } = event.target as HTMLInputElement;
        const given = plain ? typed : typedValue(typed);
        const fits = given !== typed || typed === "" || types.includes("string");
        setBroken(!fits);
        if (fits) set(typed === "" ? undefined : given);
      }} />
  `;
}

/** The weight of each layer: a slider for those in use, a list of the others. */
function LayersField({ value, label, set }: Field) {
  const network = String(within(state.value?.effective, ["network"]) ?? "");
  const weights = (value ?? {}) as Record<string, number>;
  const others = (layers.value[network] ?? []).filter((layer) => !Object.hasOwn(weights, layer));
  const put = (layer: string, weight: number | undefined) => {
    const { [layer]: _, ...rest } = weights;
    set(weight === undefined ? rest : { ...weights, [layer]: weight });
  };
  return html`<div class="layers">${
    Object.entries(weights).map(([layer, weight]) =>
      html`
        <div class="layer" key=${layer}>
          <span class="mono">${layer}</span>
          <input type="range" min="-3" max="3" step="0.05" value=${Math.log10(weight || 1e-3)}
            aria-label=${`Weight of ${layer} in ${label}`} aria-valuetext=${String(weight)}
            onInput=${(event: Event) =>
              put(layer, rounded(10 ** Number((event.target as HTMLInputElement).value), false))} />
          <output>${weight}</output>
          <${IconButton} icon="close" label=${`Take ${layer} out`} onClick=${() => put(layer, undefined)}
            disabled=${Object.keys(weights).length === 1} />
        </div>
      `
    )
  }
    <select aria-label=${`Add a layer to ${label}`} value="" onChange=${(event: Event) => {
    const select = event.target as HTMLSelectElement;
    if (select.value) put(select.value, 1);
    select.value = "";
  }}><option value="">Add a layer …</option>${
    others.map((layer) => html`<option key=${layer} value=${layer}>${layer}</option>`)
  }</select></div>`;
}

function inputFor(field: Field) {
  const { schema } = field;
  const types = typesOf(schema);
  if (field.path.at(-1) === "layers") return html`<${LayersField} ...${field} />`;
  if (schema.enum) return html`<${ChoiceField} ...${field} />`;
  if (types.length === 1 && types[0] === "boolean") {
    return html`
      <input type="checkbox" class="switch" id=${field.id} checked=${field.value === true}
        aria-describedby=${field.describedBy}
        onChange=${(event: Event) => field.set((event.target as HTMLInputElement).checked)} />
    `;
  }
  if (types.every((type) => type === "number" || type === "integer") && types.length > 0 && !schema.anyOf) {
    return html`<${NumberField} ...${field} />`;
  }
  return html`<${TextField} ...${field} />`;
}

/** What the schema says is usual, in words. */
function usualOf(path: readonly string[]): string {
  const usual = within(state.value?.base, path);
  return usual === undefined || usual === "" ? "" : typeof usual === "string" ? words(usual) : JSON.stringify(usual);
}

/** The control of an option: its name, its value, the schema's words, its faults. */
export function Control(
  { path, label = words(path.at(-1)!) }: { readonly path: readonly string[]; readonly label?: string },
) {
  const schema = schemaAt(path);
  if (schema.properties && !schema.oneOf && path.at(-1) !== "layers") {
    return html`<div class="group" role="group" aria-label=${label}><span class="label">${label}</span>${
      Object.entries(schema.properties).filter(([, inner]) => inner.location === undefined).map(([key]) =>
        html`<${Control} key=${key} path=${[...path, key]} />`
      )
    }</div>`;
  }
  const key = path.join(".");
  const id = `field-${key}`;
  const faults = (state.value?.faults ?? []).filter((fault) => fault.path === key || fault.path.startsWith(`${key}.`));
  const own = within(state.value?.document, path) !== undefined || Object.hasOwn(chosen.value, key);
  const usual = usualOf(path);
  const isLayers = path.at(-1) === "layers";
  const brief = usual !== "" && !isLayers && usual.length <= 20;
  const field: Field = {
    ...{ path, schema, id, label },
    value: valueAt(path),
    set: (value) => void change(path, value),
    invalid: faults.length > 0,
    describedBy: `${id}-words`,
  };
  const heading = schema.enum && schema.enum.length <= 3 || isLayers
    ? html`<span class="label">${label}</span>`
    : html`<label class="label" for=${id}>${label}</label>`;
  return html`<div class=${`field ${faults.length > 0 ? "faulty" : ""}`}>
    <div class="field-head">${heading}${brief && html`<span class="usual">usual ${usual}</span>`}
      ${
    own && html`
      <${IconButton} icon="reset" label=${`${label} back to ${isLayers ? "the usual" : usual || "nothing"}`}
        onClick=${() => change(path, undefined)} />
    `
  }</div>
    ${inputFor(field)}
    ${
    faults.map(({ message, hint }) => html`<p class="fault" role="alert">${message}${hint && html`<br />${hint}`}</p>`)
  }
    <p class="words" id=${`${id}-words`}>${sentence(schema.description)}${
    usual !== "" && !isLayers && !brief && html`
      <span class="long-usual">usual <code>${usual}</code></span>
    `
  }</p>
  </div>`;
}
