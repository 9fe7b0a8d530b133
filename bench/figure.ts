/** What a figure is held to: its ratio to the floor, or its value itself, may be at most this, or has to be at least this. */
export type Aim = { readonly of: 'ratio' | 'value' } & ({ readonly most: number } | { readonly least: number });

/** One measured thing next to its floor or peer, measured in the same run. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  /** What the same work costs at the least, in the same unit; null: there is nothing to compare with. */
  readonly floor: number | null;
  readonly unit: string;
  readonly aim: Aim | null;
}

/** Value by floor; null without a floor, or where that is nothing. */
export const ratioOf = ({ value, floor }: Figure): number | null => floor === null || floor === 0 ? null : value / floor;

/** Whether a figure keeps to its aim; null: it has none. */
export function keepsAim(figure: Figure): boolean | null {
  if (figure.aim === null) return null;
  const held = figure.aim.of === 'value' ? figure.value : ratioOf(figure);
  if (held === null) return false;
  return 'most' in figure.aim ? held <= figure.aim.most : held >= figure.aim.least;
}

function aimText(aim: Aim | null): string | null {
  if (aim === null) return null;
  return 'most' in aim ? `${aim.of} <= ${aim.most}` : `${aim.of} >= ${aim.least}`;
}

/** Times and sizes to three digits, counts as they are. */
const shown = (n: number): string => n.toLocaleString('en-US', Number.isInteger(n) ? {} : { maximumSignificantDigits: Math.max(3, Math.trunc(n).toString().length) });

/** The figures as `[{ name, value, floor, ratio, unit, aim }]`. */
export const asJson = (figures: readonly Figure[]): string => JSON.stringify(figures.map((f) => {
  const ratio = ratioOf(f);
  return { name: f.name, value: rounded(f.value), floor: f.floor === null ? null : rounded(f.floor), ratio: ratio === null ? null : rounded(ratio), unit: f.unit, aim: aimText(f.aim) };
}), null, 1);

const rounded = (n: number): number => Number(n.toPrecision(6));

/** The figures as a table for a person. */
export function asTable(figures: readonly Figure[]): string {
  const rows = figures.map((f) => {
    const ratio = ratioOf(f);
    const kept = keepsAim(f);
    return [f.name, shown(f.value), f.floor === null ? '' : shown(f.floor), ratio === null ? '' : ratio.toFixed(2), f.unit, aimText(f.aim) ?? '', kept === null ? '' : kept ? 'yes' : 'NO'];
  });
  const lines = [['name', 'value', 'floor', 'ratio', 'unit', 'aim', 'ok?'], ...rows];
  const widths = lines[0]?.map((_, c) => Math.max(...lines.map((l) => l[c]?.length ?? 0))) ?? [];
  const isNumber = (c: number): boolean => c >= 1 && c <= 3;
  return lines.map((l) => l.map((cell, c) => isNumber(c) ? cell.padStart(widths[c] ?? 0) : cell.padEnd(widths[c] ?? 0)).join('  ').trimEnd()).join('\n');
}
