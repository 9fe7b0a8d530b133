/** Lines around a change that a patch shows. */
const CONTEXT = 3;

/**
 * A unified diff of one file, `''` where nothing differs: one hunk from the first changed line to the last, which is all
 * that a splice needs. `git apply` and `patch -p1` take it.
 */
export function patchOf(path: string, before: string, after: string): string {
  if (before === after) return '';
  const [old, fresh] = [linesOf(before), linesOf(after)];
  const same = (a: number, b: number): boolean => old[a] === fresh[b];
  let head = 0;
  while (head < Math.min(old.length, fresh.length) && same(head, head)) head++;
  let tail = 0;
  while (tail < Math.min(old.length, fresh.length) - head && same(old.length - 1 - tail, fresh.length - 1 - tail)) tail++;
  const from = Math.max(0, head - CONTEXT);
  const shown = old.length - tail + Math.min(tail, CONTEXT);
  // An absolute path is read from the root: `patch -p1 -d /`.
  const name = path.replace(/^\/+/, '');
  const counts = [shown - from, shown - from + fresh.length - old.length] as const;
  return [
    `--- a/${name}\n`, `+++ b/${name}\n`, `@@ -${range(from, counts[0])} +${range(from, counts[1])} @@\n`,
    ...old.slice(from, head).map((line) => ` ${ended(line)}`),
    ...old.slice(head, old.length - tail).map((line) => `-${ended(line)}`),
    ...fresh.slice(head, fresh.length - tail).map((line) => `+${ended(line)}`),
    ...old.slice(old.length - tail, shown).map((line) => ` ${ended(line)}`),
  ].join('');
}

/** Lines with their line ends. */
const linesOf = (text: string): readonly string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/** An empty range names the line before it. */
const range = (from: number, count: number): string => `${count === 0 ? from : from + 1},${count}`;

const ended = (line: string): string => line.endsWith('\n') ? line : `${line}\n\\ No newline at end of file\n`;
