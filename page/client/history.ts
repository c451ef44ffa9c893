import { html } from "npm:htm@3.1.1/preact";
import type { Version } from "../protocol.ts";
import { Download } from "./download.ts";
import { back, status, versions } from "./store.ts";
import { left, mode, right } from "./view.ts";

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

function compare({ id }: Version): void {
  left.value = id;
  right.value = "now";
  mode.value = "compare";
}

function Entry({ version }: { readonly version: Version }) {
  const { id, file, kind, width, height, preset, when, unfinished } = version;
  const current = status.value?.frame.version === id;
  return html`
    <li class=${current ? "current" : ""}>
      <button type="button" class="thumb" aria-label=${`Back to ${file} with its preset`} aria-current=${current}
        onClick=${() => back(id)}><img src=${`/version/${id}?side=320`} alt="" loading="lazy" /></button>
      <div class="version-words"><b>${file}</b>
          <span>${preset}${kind === "painting" ? "" : `, ${kind}`}${unfinished
            ? ", so far"
            : ""} · ${width}×${height} · ${time.format(when)}</span></div>
      <div class="version-buttons">
          ${kind !== "sheet" &&
            html`<button type="button" class="quiet" onClick=${() => compare(version)}>Compare</button>`}
          <${Download} version=${version} />
        </div>
    </li>
  `;
}

/** The pictures of this studio, each a click away with its preset. */
export function History() {
  if (versions.value.length === 0) {
    return html`<p class="muted">Finished pictures come here, and those that you keep with Best. One click brings a picture
      back with its preset.</p>`;
  }
  return html`<ul class="history">${
    versions.value.map((version) => html`<${Entry} key=${version.id} version=${version} />`)
  }</ul>`;
}
