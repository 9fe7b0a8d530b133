/** Lines around a change that a patch shows. */
const CONTEXT = 3;
/** Lines that may differ before the texts are shown as one replaced by the other: the search grows with their square. */
const MOST_CHANGED = 500;

/** Lines of the old text that are replaced: `[from, to)` of the old, `[at, until)` of the new. */
interface Change { readonly from: number; readonly to: number; readonly at: number; readonly until: number }

/** A unified diff of one file, `''` where nothing differs. `git apply` and `patch -p1` take it. */
export function patchOf(path: string, before: string, after: string): string {
  if (before === after) return '';
  const [old, fresh] = [linesOf(before), linesOf(after)];
  // An absolute path is read from the root: `patch -p1 -d /`. A name with blanks ends where a tab does.
  const name = `${path.replace(/^\/+/, '')}${/\s/.test(path) ? '\t' : ''}`;
  return [`--- a/${name}\n`, `+++ b/${name}\n`, ...hunksOf(changesOf(old, fresh)).map((hunk) => hunkText(old, fresh, hunk))].join('');
}

/** Lines with their line ends. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** Changes that stand so near to each other that their contexts meet are shown together. */
function hunksOf(changes: readonly Change[]): Change[][] {
  const hunks: Change[][] = [];
  for (const change of changes) {
    const last = hunks.at(-1);
    if (last && change.from - (last.at(-1)?.to ?? 0) <= 2 * CONTEXT) last.push(change);
    else hunks.push([change]);
  }
  return hunks;
}

function hunkText(old: readonly string[], fresh: readonly string[], hunk: readonly Change[]): string {
  const [first, last] = [hunk[0], hunk.at(-1)] as [Change, Change];
  const from = Math.max(0, first.from - CONTEXT);
  const to = Math.min(old.length, last.to + CONTEXT);
  const at = first.at - (first.from - from);
  const until = last.until + (to - last.to);
  const body = hunk.flatMap((change, i) => [
    ...old.slice(i === 0 ? from : hunk[i - 1]?.to, change.from).map((line) => ` ${ended(line)}`),
    ...old.slice(change.from, change.to).map((line) => `-${ended(line)}`),
    ...fresh.slice(change.at, change.until).map((line) => `+${ended(line)}`),
  ]);
  return [`@@ -${range(from, to - from)} +${range(at, until - at)} @@\n`, ...body, ...old.slice(last.to, to).map((line) => ` ${ended(line)}`)].join('');
}

/** An empty range names the line before it. */
const range = (from: number, count: number): string => `${count === 0 ? from : from + 1},${count}`;

const ended = (line: string): string => line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`;

/** What differs, in the order of the text, with as few lines as there can be (Myers' greedy search). */
function changesOf(old: readonly string[], fresh: readonly string[]): Change[] {
  let head = 0;
  while (head < Math.min(old.length, fresh.length) && old[head] === fresh[head]) head++;
  let tail = 0;
  while (tail < Math.min(old.length, fresh.length) - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail++;
  const [n, m] = [old.length - tail - head, fresh.length - tail - head];
  const path = shortest(n, m, (x, y) => old[head + x] === fresh[head + y]);
  if (path === null) return [{ from: head, to: head + n, at: head, until: head + m }];
  return path.map(({ from, to, at, until }) => ({ from: from + head, to: to + head, at: at + head, until: until + head }));
}

/** The changes of the shortest way from one text of `n` lines to one of `m`; null: it is longer than is looked for. */
function shortest(n: number, m: number, same: (x: number, y: number) => boolean): Change[] | null {
  const furthest = new Map([[1, 0]]);
  const trace: Map<number, number>[] = [];
  for (let d = 0; d <= Math.min(n + m, MOST_CHANGED); d++) {
    trace.push(new Map(furthest));
    for (let k = -d; k <= d; k += 2) {
      let x = isDown(furthest, k, d) ? furthest.get(k + 1) ?? 0 : (furthest.get(k - 1) ?? 0) + 1;
      while (x < n && x - k < m && same(x, x - k)) x++;
      furthest.set(k, x);
      if (x >= n && x - k >= m) return walkedBack(trace, n, m);
    }
  }
  return null;
}

/** Whether the way to this diagonal came by an added line. */
const isDown = (furthest: ReadonlyMap<number, number>, k: number, d: number): boolean => k === -d || (k !== d && (furthest.get(k - 1) ?? -1) < (furthest.get(k + 1) ?? -1));

function walkedBack(trace: readonly ReadonlyMap<number, number>[], n: number, m: number): Change[] {
  const changes: Change[] = [];
  let [x, y] = [n, m];
  for (let d = trace.length - 1; d > 0; d--) {
    const furthest = trace[d] as ReadonlyMap<number, number>;
    const down = isDown(furthest, x - y, d);
    const fromX = furthest.get(down ? x - y + 1 : x - y - 1) ?? 0;
    const fromY = fromX - (down ? x - y + 1 : x - y - 1);
    const step: Change = { from: fromX, to: down ? fromX : fromX + 1, at: fromY, until: down ? fromY + 1 : fromY };
    const next = changes[0];
    if (next && next.from === step.to && next.at === step.until) changes[0] = { ...step, to: next.to, until: next.until };
    else changes.unshift(step);
    [x, y] = [fromX, fromY];
  }
  return changes;
}
