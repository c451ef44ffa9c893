/// <reference lib="dom" />
import { html } from "npm:htm@3.1.1/preact";
import { useState } from "npm:preact@11.2.0/hooks";

/** Two pictures over each other, parted by a line that moves. */
export function Compare({ left, right }: { readonly left: string; readonly right: string }) {
  const [at, setAt] = useState(50);
  return html`
    <div class="compare">
      <img src=${right} alt="The right side" draggable=${false} />
      <img src=${left} alt="The left side" draggable=${false} style=${{ clipPath: `inset(0 ${100 - at}% 0 0)` }} />
      <div class="divider" style=${{ left: `${at}%` }} aria-hidden="true"></div>
      <input type="range" min="0" max="100" step="0.5" value=${at} aria-label="Where the two pictures meet"
        onInput=${(event: Event) => setAt(Number((event.target as HTMLInputElement).value))} />
    </div>
  `;
}
