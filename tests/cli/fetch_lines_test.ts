import assert from "node:assert/strict";
import { receivedLine } from "../../cli/fetch_lines.ts";

const event = { kind: "received", name: "vgg19", received: 20_033_656, total: 80_134_624 } as const;

Deno.test("the bar of a download fills by its share, and says size, pace and time", () => {
  const line = receivedLine(event, 4e6, 100);
  assert.equal(line, `${"█".repeat(8)}${"░".repeat(22)} vgg19  20.0 MB of 80.1 MB  4.0 MB/s  0:15 left`);
});

Deno.test("in a narrow terminal, or where nobody knows the size, there are words alone, and none too many", () => {
  assert.equal(receivedLine({ ...event, total: undefined }, 4e6, 100), "vgg19  20.0 MB  4.0 MB/s");
  for (let columns = 1; columns < 120; columns++) {
    assert(receivedLine(event, 4e6, columns).length < columns, String(columns));
  }
});
