/** Whether two values say the same as JSON, in whatever order their keys stand: one of them may have been stored and read again. */
export function alike(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null || Array.isArray(a) !== Array.isArray(b)) return false;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => alike(item, b[i]));
  const [left, right] = [a, b].map((o) => Object.entries(o).filter(([, value]) => value !== undefined));
  const other = new Map(right);
  return left?.length === right?.length && (left ?? []).every(([key, value]) => other.has(key) && alike(value, other.get(key)));
}
