/** How an owner may be mentioned; CODEOWNERS may hold addresses of mail too. */
const HANDLE = /^@[A-Za-z0-9](?:[A-Za-z0-9-]*)(?:\/[\w.-]+)?$/;
/** GitHub reads no larger file. */
const MOST = 3 * 1024 * 1024;

/** The owners of a path by a CODEOWNERS file, with `@`: of the rules that match, the last counts, and it may name nobody. */
export function codeOwnersOf(text: string, path: string): readonly string[] {
  if (text.length > MOST) return [];
  const rules = text.split(/\r?\n/).flatMap((line) => {
    const [pattern = '', ...owners] = line.replace(/(^|\s)#.*$/, '').trim().split(/(?<!\\)\s+/);
    return pattern === '' ? [] : [{ pattern, owners }];
  });
  const last = rules.findLast(({ pattern }) => matches(pattern, path));
  return (last?.owners ?? []).filter((o) => HANDLE.test(o));
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
  // A folder's rule is not one for a file of its name.
  const fits = (from: number): boolean => along(parts, 0, names, from, { folder, alone: parts.length > 1 && parts.at(-1) === '*' });
  return anchored ? fits(0) : names.some((_, i) => fits(i));
}

function along(parts: readonly string[], p: number, names: readonly string[], n: number, rule: { readonly folder: boolean; readonly alone: boolean }): boolean {
  const part = parts[p];
  if (part === undefined) return n === names.length ? !rule.folder : !rule.alone;
  if (part === '**') return p === parts.length - 1 ? n < names.length : names.slice(n).some((_, i) => along(parts, p + 1, names, n + i, rule));
  const name = names[n];
  return name !== undefined && nameFits(part, name) && along(parts, p + 1, names, n + 1, rule);
}

const nameFits = (part: string, name: string): boolean => {
  if (!/[*?]/.test(part)) return part === name;
  const pattern = part.replace(/[.+^$(){}|\\]/g, '\\$&').replace(/\*+/g, '.*').replaceAll('?', '.');
  return (part.match(/\*+/g) ?? []).length <= 4 && new RegExp(`^${pattern}$`).test(name);
};
