/// <reference lib="dom" />
import { html } from "npm:htm@3.1.1/preact";
import { useEffect, useRef, useState } from "npm:preact@11.2.0/hooks";
import { setDocument, state } from "./store.ts";

/** The preset as JSON: it follows the controls, and they follow it. */
export function JsonPanel() {
  const current = JSON.stringify(state.value?.document ?? {}, null, 2);
  const [typed, setTyped] = useState<string | undefined>(undefined);
  const [fault, setFault] = useState("");
  const timer = useRef<number>(0);
  // Once the server has what was typed, the text is the server's again.
  useEffect(() => {
    if (typed === undefined || fault !== "") return;
    try {
      if (JSON.stringify(JSON.parse(typed)) === JSON.stringify(state.value?.document)) setTyped(undefined);
    } catch {
      // It is being typed.
    }
  }, [current, typed, fault]);
  const onInput = (event: Event) => {
    const text = (event.target as HTMLTextAreaElement).value;
    setTyped(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      try {
        JSON.parse(text);
      } catch (error) {
        return setFault(String((error as Error).message));
      }
      setFault("");
      void setDocument(text);
    }, 400) as unknown as number;
  };
  const faults = state.value?.faults ?? [];
  return html`
    <div class="json">
      <label for="preset-json">The preset, as a file holds it. Pictures are named by <code>upload:ID</code>.</label>
      <textarea id="preset-json" class="mono" spellcheck=${false} rows="24" value=${typed ?? current}
        aria-invalid=${fault !== "" || faults.length > 0} aria-describedby="json-faults" onInput=${onInput}
        onBlur=${() => fault === "" && setTyped(undefined)}></textarea>
      <div id="json-faults" aria-live="polite">
          ${fault && html`<p class="fault">${fault}</p>`}
          ${faults.map(({ path, message, hint }) =>
            html`<p class="fault"><code>${path || "preset"}</code> ${message}${hint && html`<br />${hint}`}</p>`
          )}</div>
      <a class="button" href="/preset-file" download="preset.json">Download preset</a>
    </div>
  `;
}
