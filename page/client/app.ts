/// <reference lib="dom" />
import { html } from "npm:htm@3.1.1/preact";
import { useEffect, useRef } from "npm:preact@11.2.0/hooks";
import { History } from "./history.ts";
import { JsonPanel } from "./json.ts";
import { keyWords } from "./keys.ts";
import { Make } from "./make.ts";
import { IconButton } from "./parts.ts";
import { Run } from "./run.ts";
import { Settings } from "./settings.ts";
import { Sources } from "./sources.ts";
import { complaint, connected, redo, state, undo } from "./store.ts";
import { helping, panel } from "./view.ts";
import { Viewport } from "./viewport.ts";

const panels = [["settings", "Settings"], ["json", "JSON"], ["history", "History"], ["make", "Make"]] as const;
const contents = { settings: Settings, json: JsonPanel, history: History, make: Make };

function Panels() {
  const onKeyDown = (event: KeyboardEvent) => {
    const now = panels.findIndex(([name]) => name === panel.value);
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    panel.value = panels[(now + by + panels.length) % panels.length][0];
    document.getElementById(`tab-${panel.value}`)?.focus();
  };
  return html`
    <aside class="panels" aria-label="Panels">
      <div class="tabs" role="tablist" aria-label="Panels" onKeyDown=${onKeyDown}>${panels.map(([name, text]) =>
        html`
          <button type="button" role="tab" key=${name} id=${`tab-${name}`} aria-selected=${panel.value === name}
            aria-controls="panel" tabindex=${panel.value === name ? 0 : -1} onClick=${() =>
              panel.value = name}>${text}</button>
        `
      )}</div>
      <div class="panel" id="panel" role="tabpanel" aria-labelledby=${`tab-${panel.value}`} tabindex="0">
        <${contents[panel.value]} />
      </div>
    </aside>
  `;
}

function Help() {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (helping.value) ref.current?.showModal();
    else ref.current?.close();
  }, [helping.value]);
  return html`<dialog ref=${ref} aria-labelledby="keys" onClose=${() => helping.value = false}>
    <h2 id="keys">Keys</h2>
    <dl>${
    keyWords.map(([keys, text]) =>
      html`
        <div key=${keys}>
          <dt><kbd>${keys}</kbd></dt>
          <dd>${text}</dd>
        </div>
      `
    )
  }</dl>
    <button type="button" class="button" onClick=${() => helping.value = false}>Close</button></dialog>`;
}

/** The whole page. */
export function App() {
  return html`
    <header class="top">
      <h1 class="brand"><img src="/m/icon.svg" alt="" width="24" height="24" /> Impasto <i>studio</i></h1>
      <${IconButton} icon="undo" label="Undo" onClick=${undo} disabled=${!state.value?.undo} />
      <${IconButton} icon="redo" label="Redo" onClick=${redo} disabled=${!state.value?.redo} />
      <span class="grow"></span>
      ${!connected.value && html`<span class="offline" role="alert">No connection</span>`}
      <${IconButton} icon="help" label="Keys" onClick=${() => helping.value = true} />
    </header>
    ${complaint.value && html`<p class="complaint" role="alert">${complaint.value}
      <${IconButton} icon="close" label="Close this message" onClick=${() => complaint.value = ""} /></p>`}
    <main>
      <div class="middle">
        <${Viewport} />
        <${Run} />
      </div>
      <${Sources} />
      <${Panels} />
    </main>
    <${Help} />
  `;
}
