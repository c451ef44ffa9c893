/// <reference lib="dom" />
import { html } from "npm:htm@3.1.1/preact";
import type { Json } from "../protocol.ts";
import { FileButton, Icon, IconButton } from "./parts.ts";
import { presets } from "./schema.ts";
import { change, setDocument, state, uploadAll, within } from "./store.ts";
import { maskStyle, mode } from "./view.ts";

/** A painting of the preset. */
export interface Style {
  readonly picture: string;
  readonly weight?: number;
  readonly mask?: string;
}

/** The address of the small picture of a location; undefined if it has none. */
export function smallOf(location: unknown, side = 320): string | undefined {
  const [, id] = /^upload:(\w+)$/.exec(String(location)) ?? [];
  if (id !== undefined) return `/picture/${id}?side=${side}`;
  const [, name] = /^impasto:examples\/(.+)$/.exec(String(location)) ?? [];
  return name === undefined ? undefined : `/shipped/${name}`;
}

/** The paintings at hand, those of the preset below included. */
export function stylesNow(): readonly Style[] {
  const own = within(state.value?.document, ["decode", "styles"]);
  return (own ?? within(state.value?.effective, ["decode", "styles"]) ?? []) as readonly Style[];
}

/** The name of a picture at a location. */
export function nameOf(location: string): string {
  const [, id] = /^upload:(\w+)$/.exec(location) ?? [];
  const known = state.value?.pictures.find((picture) => picture.id === id);
  return known?.name ?? location.replace(/^.*\//, "").replace(/\.\w+$/, "");
}

function Photograph() {
  const location = String(within(state.value?.effective, ["decode", "content"]) ?? "");
  const small = smallOf(location);
  const own = within(state.value?.document, ["decode", "content"]) !== undefined;
  return html`
    <section aria-labelledby="photograph" class="photograph">
      <h2 id="photograph">Photograph</h2>
      <${FileButton} kind=${small ? "tile filled" : "tile"} label="Choose a photograph"
        onFiles=${(files: File[]) => uploadAll(files, "photograph")}>
          ${small
            ? html`<img src=${small} alt=${`The photograph ${nameOf(location)}`} />`
            : html`<span class="hint"><${Icon} name="plus" /> Drop, paste or choose</span>`}
        <//>
        ${own && html`
          <div class="corner">
            <${IconButton} icon="swap" label="Swap photograph and painting" onClick=${swap}
              disabled=${stylesNow().length !== 1} />
            <${IconButton} icon="close" label="Remove the photograph"
              onClick=${() => change(["decode", "content"], undefined)} />
          </div>
        `}
      </section>
  `;
}

function swap(): void {
  const { document } = state.value!;
  const decode = document.decode as Json;
  const [style] = stylesNow();
  const swapped = { ...decode, content: style.picture, styles: [{ ...style, picture: decode.content }] };
  void setDocument(JSON.stringify({ ...document, decode: swapped }));
}

function Painting({ style, index, count }: { readonly style: Style; readonly index: number; readonly count: number }) {
  const name = nameOf(style.picture);
  const set = (news: Partial<Style> | undefined) => {
    const all = stylesNow().map((other, i) => i === index ? { ...other, ...news } : other);
    const left = news ? all : all.filter((_, i) => i !== index);
    // One value for all of them: weights that are dragged, masks and removals are steps of one list.
    void change(["decode", "styles"], left.length > 0 ? left : undefined);
  };
  const active = mode.value === "mask" && maskStyle.value === index;
  return html`
    <li class="style">
      <img src=${smallOf(style.picture)} alt=${`The painting ${name}`} />
      <div class="style-body">
          <span class="name">${name}</span>
          ${count > 1 && html`
            <input type="range" min="-2" max="2" step="0.05" aria-label=${`Weight of ${name}`}
              aria-valuetext=${(style.weight ?? 1).toPrecision(2)} value=${Math.log10(style.weight ?? 1)}
              onInput=${(event: Event) =>
                set({ weight: Number((10 ** Number((event.target as HTMLInputElement).value)).toPrecision(3)) })} />
          `}
        </div>
      <${IconButton} icon="mask" label=${`${style.mask ? "Change" : "Paint"} the mask of ${name}`} pressed=${active}
        onClick=${() => {
          maskStyle.value = index;
          mode.value = active ? "picture" : "mask";
        }} />
      <${IconButton} icon="close" label=${`Remove ${name}`} onClick=${() => set(undefined)} />
    </li>
  `;
}

function Paintings() {
  const styles = stylesNow();
  return html`
    <section aria-labelledby="paintings">
      <h2 id="paintings">${styles.length > 1 ? "Paintings" : "Painting"}</h2>
      <ul class="plain">${styles.map((style, index) =>
        html`<${Painting} key=${index} style=${style} index=${index} count=${styles.length} />`
      )}</ul>
      <${FileButton} kind="slim" label="Choose paintings" multiple onFiles=${(files: File[]) =>
        uploadAll(files, "painting")}>
        <span class="hint"><${Icon} name="plus" /> ${styles.length > 0 ? "Another" : "Drop, paste or choose"}</span>
        <//>
        </section>
  `;
}

/** Takes a preset: its recipe and its paintings, for the photograph at hand. */
function choose(name: string): void {
  const { document } = state.value!;
  const { content } = (document.decode ?? {}) as Json;
  void setDocument(JSON.stringify({ extends: name, ...content === undefined ? {} : { decode: { content } } }));
}

/** The presets that ship, as pictures. */
export function Gallery() {
  const now = String(state.value?.document.extends ?? "painting");
  const own = within(state.value?.document, ["decode", "styles"]) !== undefined;
  return html`<ul class="gallery">${
    presets.value.filter(({ picture }) => picture).map(({ name, description }) =>
      html`<li key=${name}><button type="button" title=${description} aria-pressed=${now === name && !own}
        onClick=${() => choose(name)}>
        <img src=${`/preset/${name}`} alt="" loading="lazy" /><span>${name}</span></button></li>`
    )
  }</ul>`;
}

/** Photograph, paintings and presets. */
export function Sources() {
  return html`
    <div class="sources">
      <${Photograph} />
      <${Paintings} />
      ${state.value?.photograph && html`
        <section aria-labelledby="presets">
          <h2 id="presets">Presets</h2>
          <${Gallery} />
        </section>
      `}
    </div>
  `;
}
