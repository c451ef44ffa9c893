import { UserError } from "../base/errors.ts";
import { didYouMean } from "../base/nearest.ts";
import type { Painter, PainterRow } from "../networks/painter.ts";
import type { Plane } from "../pictures/plane.ts";

/** A painting that is asked for. */
export interface Wanted {
  /** SHA-256 of its file; absent if it is not taken as it is, in the photograph's colours say. */
  readonly painting?: string;
  /** Its share among those of the same place. */
  readonly weight: number;
  /** Where it applies; everywhere unless given. */
  readonly where?: Plane;
  /** The longer side at which it is seen, beside that of the result. */
  readonly scale: number;
}

/** A style of a place. */
export interface Place {
  readonly where?: Plane;
  /** Numbers of a row, or of a mixture of rows. */
  readonly row: Float32Array;
}

/**
 * The rows of a painter for the paintings that are asked for, one for each place: that which has learnt the same mixture
 * of paintings, or a mixture of those which have learnt them alone.
 *
 * @param named Names of rows with their shares, which are taken for the whole picture instead.
 * @throws {UserError} if it has not learnt a painting, or has no row of a name.
 */
export function chooseRows(
  { rows }: Pick<Painter, "rows">,
  wanted: readonly Wanted[],
  named: Readonly<Record<string, number>>,
): Place[] {
  const shares = Object.entries(named).filter(([, share]) => share > 0);
  if (shares.length > 0) {
    return [{ row: mixed(shares.map(([name, share]) => ({ share, row: rowNamed(name, rows) }))) }];
  }
  // A painter of one style needs no name of it.
  if (wanted.length === 0 && rows.length === 1) return [{ row: rows[0].values }];
  if (wanted.length === 0) {
    throw new UserError("The painter has several styles, and none is named", {
      hint: `name a painting, or a style as in repaint.styles.${rows[0].name}=1; there are ${namesOf(rows)}`,
      exitCode: 2,
    });
  }
  // Nobody knows what a network of someone else's has learnt: who names it means it.
  if (rows.length === 1 && rows[0].learnt.length === 0) return [{ row: rows[0].values }];
  const places = Map.groupBy(wanted, ({ where }) => where);
  const called = (one: Wanted) =>
    wanted.length === 1 ? "these paintings" : `painting ${wanted.indexOf(one) + 1} of ${wanted.length}`;
  return [...places].map(([where, members]) => ({ where, row: rowFor(members, rows, called) }));
}

function rowNamed(name: string, rows: readonly PainterRow[]): PainterRow {
  const row = rows.find((row) => row.name === name);
  if (row) return row;
  const guess = didYouMean(name, rows.map(({ name }) => name));
  throw new UserError(`The painter has no style ${name}`, { hint: `${guess}it has ${namesOf(rows)}`, exitCode: 2 });
}

function rowFor(
  members: readonly Wanted[],
  rows: readonly PainterRow[],
  called: (one: Wanted) => string,
): Float32Array {
  const total = members.reduce((sum, { weight }) => sum + weight, 0);
  const whole = nearest(rows.filter((row) => sameMixture(row, members, total)), members);
  if (whole) return whole.values;
  return mixed(members.map((member) => {
    const alone = rows.filter(({ learnt }) => learnt.length === 1 && learnt[0].painting === member.painting);
    const row = nearest(alone, [member]);
    if (row) return { share: member.weight / total, row };
    if (member.painting === undefined) {
      throw new UserError("A painter knows paintings as they are, not in other colours or by parts", {
        hint: "leave out styleColours and pictureMask; deprocess.colours keeps a photograph's colours",
        exitCode: 2,
      });
    }
    throw new UserError(`The painter has not learnt ${called(member)}`, {
      exitCode: 2,
      hint: `impasto train makes a painter of them; this one has ${namesOf(rows.slice(0, 8))}${
        rows.length > 8 ? `, and ${rows.length - 8} more` : ""
      }`,
    });
  }));
}

function sameMixture({ learnt }: PainterRow, members: readonly Wanted[], total: number): boolean {
  return learnt.length === members.length &&
    members.every(({ painting, weight }) =>
      learnt.some((one) => one.painting === painting && Math.abs(one.weight - weight / total) < 0.01)
    );
}

/** The row that was learnt at the nearest scale. */
function nearest(rows: readonly PainterRow[], [{ scale }]: readonly Wanted[]): PainterRow | undefined {
  const distance = ({ styleScale }: PainterRow) => Math.abs(Math.log(styleScale / scale));
  return [...rows].sort((a, b) => distance(a) - distance(b))[0];
}

function mixed(parts: readonly { readonly share: number; readonly row: PainterRow }[]): Float32Array {
  const total = parts.reduce((sum, { share }) => sum + share, 0);
  return parts[0].row.values.map((_, i) =>
    parts.reduce((sum, { share, row }) => sum + share * row.values[i] / total, 0)
  );
}

function namesOf(rows: readonly PainterRow[]): string {
  return rows.map(({ name }) => name).join(", ");
}
