/// <reference lib="dom" />
import { html } from "npm:htm@3.1.1/preact";
import { useState } from "npm:preact@11.2.0/hooks";
import type { Job } from "../protocol.ts";
import { duration, FileButton, words } from "./parts.ts";
import { type Schema, schema, typedValue } from "./schema.ts";
import { back, complaint, post, state, status, upload, valueAt, within } from "./store.ts";

/** What people vary most, with values to begin with. */
const usual: readonly (readonly [path: string, values: string])[] = [
  ["loss-build.styleWeight", "0.2, 1, 5"],
  ["loss-build.contentWeight", "0.02, 0.1, 0.5"],
  ["decode.styleScale", "0.5, 1, 2"],
  ["deprocess.strength", "0.4, 0.7, 1"],
  ["deprocess.colours", "painting, photograph"],
  ["feature-extract.pooling", "max, average"],
  ["optimise.seed", "0, 1, 2"],
  ["extends", "monet, ink, mosaic, hokusai"],
];

/** Every control with one value of its own, and three values about the present one. */
function variable(): (readonly [path: string, values: string])[] {
  const leaves = (inner: Schema, path: readonly string[]): [string, string][] =>
    Object.entries(inner.properties ?? {}).flatMap(([key, schema]): [string, string][] => {
      const here = [...path, key];
      if (schema.properties && !schema.oneOf) return leaves(schema, here);
      if (schema.location || schema.module || path.length === 0) return [];
      const now = valueAt(here);
      if (schema.enum) return [[here.join("."), schema.enum.join(", ")]];
      if (schema.type === "boolean") return [[here.join("."), "false, true"]];
      if (schema.type !== "number" && schema.type !== "integer" || typeof now !== "number") return [];
      const values = now === 0 ? [0, 0.5, 1] : [now / 2, now, now * 2];
      return [[
        here.join("."),
        values.map((value) => schema.type === "integer" ? Math.round(value) : value).join(", "),
      ]];
    });
  const own = new Set(["encode", "train", "repaint", "film"]);
  const all = leaves(schema.value, []).filter(([path]) => !own.has(path.split(".")[0]));
  return [...usual, ...all.filter(([path]) => !usual.some(([name]) => name === path))];
}

function valuesIn(text: string): unknown[] {
  return text.split(/,(?![^[{]*[\]}])/).map((part) => part.trim()).filter((part) => part !== "")
    .map(typedValue);
}

function Axis({ label, path, text, set }: {
  readonly label: string;
  readonly path: string;
  readonly text: string;
  readonly set: (path: string, text: string) => void;
}) {
  return html`<div class="axis">
    <label>${label}<select value=${path} onChange=${(event: Event) => {
    const next = (event.target as HTMLSelectElement).value;
    set(next, variable().find(([name]) => name === next)?.[1] ?? "");
  }}><option value="">nothing</option>${
    variable().map(([name], i) =>
      html`<option key=${name} value=${name}>${
        name === "extends" ? "preset" : i < usual.length ? words(name.split(".").at(-1)!) : name
      }</option>`
    )
  }</select></label>
    ${
    path && html`
      <input type="text" class="mono" aria-label=${`Values of ${label}`} value=${text}
        onChange=${(event: Event) => set(path, (event.target as HTMLInputElement).value)} />
    `
  }</div>`;
}

function Sheet() {
  const [axes, setAxes] = useState<readonly (readonly [path: string, text: string])[]>([usual[0], ["", ""]]);
  const set = (index: number) => (path: string, text: string) =>
    setAxes(axes.map((axis, i) => i === index ? [path, text] as const : axis));
  const start = () =>
    post("job", {
      kind: "sheet",
      axes: axes.filter(([path]) => path).map(([path, text]) => ({ path, values: valuesIn(text) })),
    });
  return html`<section><h3>A sheet of variations</h3>
    <p class="words">One small picture for each value, each with its words.</p>
    <${Axis} label="Rows" path=${axes[0][0]} text=${axes[0][1]} set=${set(0)} />
    <${Axis} label="Columns" path=${axes[1][0]} text=${axes[1][1]} set=${set(1)} />
    <button type="button" class="button" onClick=${start}>Paint the sheet</button></section>`;
}

/** Milliseconds between two looks at whether the queue has room. */
const patience = 300;

function Queue() {
  const [left, setLeft] = useState(0);
  const begin = async (files: readonly File[]) => {
    const list = files.filter(({ type, name }) => type.startsWith("image/") || /\.(tiff?|avif)$/i.test(name));
    for (const [i, file] of list.entries()) {
      setLeft(list.length - i);
      // The server keeps a few pictures alone: the next one is handed over when there is room.
      while ((status.value?.jobs ?? []).filter(({ state }) => state === "waiting").length >= 8) {
        await new Promise((resolve) => setTimeout(resolve, patience));
      }
      const id = await upload(file, "picture");
      if (id !== undefined) await post("job", { kind: "photograph", picture: id, name: file.name });
    }
    setLeft(0);
  };
  return html`
    <section>
      <h3>Many photographs</h3>
      <p class="words">Each is painted with the preset as it is now. The pictures go to the studio's folder.</p>
      <${FileButton} kind="slim" label="Choose photographs to paint" multiple onFiles=${begin}>
          <span class="hint">Drop or choose photographs</span><//>
    <${FileButton} kind="slim" label="Choose a folder of photographs to paint" folder onFiles=${begin}>
      <span class="hint">Choose a folder</span><//>
        ${left > 0 &&
          html`<p class="note">${left} still to be handed over: keep this page open until then.</p>`}</section>
  `;
}

function Training() {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [minutes, setMinutes] = useState(10);
  const start = async () => {
    const photographs: string[] = [];
    for (const file of files.slice(0, 14)) {
      const id = await upload(file, "picture");
      if (id !== undefined) photographs.push(id);
    }
    await post("job", { kind: "training", photographs, minutes });
  };
  return html`
    <section>
      <h3>Train a painter</h3>
      <p class="words">A painter learns the paintings at hand, and paints any photograph at once from then on.</p>
      <${FileButton} kind="slim" label="Choose photographs to learn with" multiple onFiles=${setFiles}>
          <span class="hint">${files.length > 0
            ? `${Math.min(14, files.length)} photographs`
            : "Choose 10 to 14 photographs to learn with"}</span><//>
        <div class="axis"><label>Minutes, about<input type="number" min="0.1" step="any" value=${minutes}
          onChange=${(event: Event) => setMinutes(Number((event.target as HTMLInputElement).value))} /></label></div>
        <button type="button" class="button" disabled=${files.length === 0} onClick=${start}>Train</button>
        ${(state.value?.painters ?? []).length > 0 &&
          html`<ul class="plain">${
            state.value!.painters.map(({ id, name, bytes }) =>
              html`<li class="row" key=${id}><span>${name}</span>
          <a class="button quiet" href=${`/painter/${id}`} download>Download, ${(bytes / 1e6).toFixed(1)} MB</a></li>`
            )
          }</ul>`}</section>
  `;
}

function Film() {
  const [files, setFiles] = useState<readonly File[]>([]);
  const [fast, setFast] = useState(true);
  const start = async () => {
    for (const file of files) {
      const id = await upload(file, "film");
      if (id !== undefined) await post("job", { kind: "film", film: id, name: file.name, fast });
    }
  };
  return html`
    <section>
      <h3>Paint a film</h3>
      <p
        class="words">Each frame goes on from the one before: nothing flickers. Films of up to 64 MB; they go to the studio's folder.</p>
      <${FileButton} kind="slim" label="Choose a film" film onFiles=${setFiles}>
          <span class="hint">${files.map(({ name }) => name).join(", ") || "Drop or choose a film"}</span><//>
        <label class="auto"><input type="checkbox" class="switch" checked=${fast}
          onChange=${(event: Event) =>
            setFast((event.target as HTMLInputElement).checked)} /> At once, by a painter</label>
        <button type="button" class="button" disabled=${files.length ===
          0} onClick=${start}>Paint the film</button></section>
  `;
}

function JobEntry({ job }: { readonly job: Job }) {
  const { id, label, state, progress, message, frame, version, file } = job;
  const share = state === "done"
    ? 1
    : progress
    ? (progress.scale + progress.step / progress.steps) / progress.scales
    : 0;
  const open = state === "waiting" || state === "running";
  return html`<li class="job">
    ${
    version
      ? html`<button type="button" class="thumb" aria-label=${`Show ${label}`} onClick=${() => back(version)}>
        <img src=${`/version/${version}?side=320`} alt="" /></button>`
      : frame > 0 && html`<img src=${`/job/${id}?${frame}`} alt=${`${label}, so far`} />`
  }
    <div class="job-body"><b>${label}</b>
      <span class=${state === "failed" ? "fault" : "muted"}>${
    state === "running" && progress
      ? `Step ${progress.step} of ${progress.steps}, ${duration(progress.secondsLeft)} left`
      : message ?? state
  }</span>
      ${file && html`<a class="button quiet" href=${`/made/${id}`} download>Download ${file}</a>`}
      ${
    open && html`
      <div class="bar small">
        <div style=${{ transform: `scaleX(${share})` }}></div>
      </div>
    `
  }</div>
    ${
    open && html`<button type="button" class="quiet" aria-label=${`Stop: ${label}`} onClick=${() =>
      post("job-stop", { id })}>Stop</button>`
  }
  </li>`;
}

function JobList() {
  const jobs = status.value?.jobs ?? [];
  if (jobs.length === 0) return null;
  return html`
    <section
      aria-live="polite"><h3>At work</h3><ul class="plain">${jobs.toReversed().map((job) =>
        html`<${JobEntry} key=${job.id} job=${job} />`
      )}</ul><button type="button" class="quiet" onClick=${() => post("jobs-clear")}>Clear the list</button></section>
  `;
}

/** Sheets, queues, painters and films: work that goes on beside the picture. */
export function Make() {
  const ready = within(state.value?.effective, ["decode", "styles", "0"]) !== undefined;
  return html`<div class="make"><${JobList} />
    ${!ready && html`<p class="note">These need a painting: drop one, or take a preset.</p>`}
    <${Sheet} /><${Queue} /><${Training} /><${Film} />
    ${complaint.value && html`<p class="fault" role="alert">${complaint.value}</p>`}</div>`;
}
