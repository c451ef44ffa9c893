import { html } from "npm:htm@3.1.1/preact";
import { Curve } from "./curve.ts";
import { duration, Icon } from "./parts.ts";
import { act, connected, isWorking, setAuto, state, status } from "./store.ts";

/** What the run does, in a line. */
function wordsOf(): string {
  const now = status.value;
  if (!connected.value) return "The connection is lost: trying again. Nothing is lost on the server.";
  if (!now) return "Connecting …";
  const { phase, note, progress } = now;
  if (phase === "painting" && progress) {
    const { scale, scales, step, steps, width, height, secondsLeft } = progress;
    const place = scales > 1 ? `Scale ${scale + 1} of ${scales}, ` : "";
    return `${place}${place ? "step" : "Step"} ${step} of ${steps}, ${width}×${height}, ${duration(secondsLeft)} left`;
  }
  const lines = {
    idle: "",
    waiting: "Waiting for other work to end",
    instant: "Painting at once",
    painting: "Getting ready",
    stopped: "Stopped: Go on takes it up where it was",
    done: "Done",
    failed: note,
  };
  return lines[phase];
}

/** Progress, the buttons of the run, and its curve. */
export function Run() {
  const now = status.value;
  const { phase = "idle", note = "", progress, frame } = now ?? {};
  const share = phase === "done"
    ? 1
    : progress && phase !== "instant"
    ? (progress.scale + progress.step / progress.steps) / progress.scales
    : 0;
  const kept = frame?.version !== undefined;
  return html`
    <section class=${`run ${phase}`} aria-label="The run">
      <div class="bar" role="progressbar" aria-label="Progress" aria-valuemin="0" aria-valuemax="100"
        aria-valuenow=${Math.round(share * 100)}>
        <div style=${{ transform: `scaleX(${share})` }}></div>
      </div>
      <div class="run-row">
        <p class="run-words">${wordsOf()}${phase !== "failed" && note && html`<span class="note">${note}</span>`}</p>
        <div class="run-buttons">
            <label class="auto"><input type="checkbox" class="switch" checked=${state.value?.auto ?? true}
              onChange=${(event: Event) =>
                setAuto((event.target as HTMLInputElement).checked)} /> Follow changes</label>
            ${isWorking()
              ? html`<button type="button" class="button" onClick=${() =>
                act("stop")}><${Icon} name="stop" /> Stop</button>`
              : phase === "stopped"
              ? html`<button type="button" class="button primary" onClick=${() =>
                act("go")}><${Icon} name="go" /> Go on</button>`
              : html`
                <button type="button" class="button" disabled=${!state.value?.photograph ||
                  state.value.faults.length > 0}
                  onClick=${() => act("paint")}><${Icon} name="go" /> Paint</button>
              `}
            <button type="button" class="button" disabled=${!frame || frame.kind === "none" || kept}
              title="Keep the best picture so far in the history" onClick=${() => act("best")}>
              <${Icon} name="best" /> Best</button>
          </div>
      </div>
      <${Curve} />
      <p class="visually-hidden" role="status">${phase === "painting" ? "Painting" : wordsOf()}</p>
    </section>
  `;
}
