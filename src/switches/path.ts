/** A step of a path: a key, an index from 0, or the item of a list whose key has a value (`steps[name=Build]`). */
export type PathPart =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'index'; readonly index: number }
  | { readonly kind: 'where'; readonly key: string; readonly value: string };

const PART = /(?:(?:^|\.)([^.[\]]+)|\[(\d{1,6})\]|\[("(?:[^"\\]|\\.)*")\]|\[([\w-]+)=([^\]]*)\])/y;

/** `jobs.build.strategy.matrix.arch`, `builds[0].goarch`, `steps[name=Build].with["a.b"]`; null: it is no path. */
export function readPath(text: string): PathPart[] | null {
  const parts: PathPart[] = [];
  PART.lastIndex = 0;
  while (PART.lastIndex < text.length) {
    const match = PART.exec(text);
    if (!match) return null;
    const [, key, index, quoted, where, value = ''] = match;
    if (index !== undefined) parts.push({ kind: 'index', index: Number(index) });
    else if (where !== undefined) parts.push({ kind: 'where', key: where, value: value.trim().replace(/^(["'])(.*)\1$/, '$2') });
    else if (quoted !== undefined) {
      try { parts.push({ kind: 'key', key: String(JSON.parse(quoted)) }); } catch { return null; }
    } else parts.push({ kind: 'key', key: (key ?? '').trim() });
  }
  return parts.length === 0 ? null : parts;
}

/** A path up to a part, for sentences. */
export const pathOf = (parts: readonly PathPart[]): string => parts.map((part, i) =>
  part.kind === 'index' ? `[${part.index}]` : part.kind === 'where' ? `[${part.key}=${part.value}]`
    : /^[^.[\]"]+$/.test(part.key) ? (i === 0 ? part.key : `.${part.key}`) : `[${JSON.stringify(part.key)}]`).join('');
