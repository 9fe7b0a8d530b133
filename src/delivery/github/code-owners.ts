/** How an owner may be mentioned; CODEOWNERS may hold addresses of mail too. */
const HANDLE = /^@[A-Za-z0-9](?:[A-Za-z0-9_-]*)(?:\/[\w.-]+)?$/;
/** GitHub reads no larger file. */
const MOST = 3 * 1024 * 1024;

/** The owners of a path by a CODEOWNERS file, with `@`: of the rules that match, the last counts, and it may name nobody. */
export function codeOwnersOf(text: string, path: string): readonly string[] {
  if (text.length > MOST) return [];
  const rules = text.split(/\r?\n/).flatMap((line) => {
    const [pattern = '', ...owners] = uncommented(line).trim().split(/(?<!\\)\s+/);
    return pattern === '' ? [] : [{ pattern, owners }];
  });
  const last = rules.findLast(({ pattern }) => matches(pattern, path));
  return (last?.owners ?? []).filter((o) => HANDLE.test(o));
}

function uncommented(line: string): string {
  const comment = line.search(/(?:^|\s)#/);
  return comment < 0 ? line : line.slice(0, comment);
}

/**
 * The rules of `.gitignore` without `!` and `[…]`: anchored where a slash stands before the end, a folder with all below it,
 * `*` within a name, `**` over folders; `docs/*` is what stands in `docs` itself.
 */
function matches(pattern: string, path: string): boolean {
  if (/^!|[[\]]/.test(pattern) || pattern.length > 500) return false;
  const clean = pattern.replace(/\\(.)/g, '$1');
  const folder = clean.endsWith('/');
  const anchored = clean.replace(/\/$/, '').includes('/');
  const parts = clean.replace(/^\/|\/$/g, '').split('/');
  const names = path.split('/');
  // What `docs/*` names is in `docs` itself; a folder's rule is not one for a file of its name.
  const alone = parts.length > 1 && parts.at(-1) === '*';
  return [...reached(parts, names, anchored ? [0] : names.map((_, i) => i))].some((n) => n === names.length ? !folder : !alone);
}

/** How many names from the front the parts may stand for, beginning at any of these; in steps, so that many `**` cost no more than a few. */
function reached(parts: readonly string[], names: readonly string[], starts: readonly number[]): ReadonlySet<number> {
  let at = new Set(starts);
  for (const [p, part] of parts.entries()) {
    const next = new Set<number>();
    for (const n of at) {
      // `**` at the end stands for something at least.
      if (part === '**') for (let i = p === parts.length - 1 ? n + 1 : n; i <= names.length; i++) next.add(i);
      else if (names[n] !== undefined && nameFits(part, names[n])) next.add(n + 1);
    }
    at = next;
  }
  return at;
}

const nameFits = (part: string, name: string): boolean => {
  if (!/[*?]/.test(part)) return part === name;
  const pattern = part.replace(/[.+^$(){}|\\]/g, '\\$&').replace(/\*+/g, '.*').replaceAll('?', '.');
  return (part.match(/\*+/g) ?? []).length <= 3 && new RegExp(`^${pattern}$`).test(name);
};
