import type { Path, Problem } from './finding.ts';
import { isMapping } from './raw.ts';

/**
 * What is left of a ladder whose text has mistakes of shape, so that what makes no sense in the rest is told in the same run.
 * Criteria, steps and settings with a mistake are taken out whole.
 */
export interface Remnant {
  readonly value: unknown;
  /** Where something of the remnant stands in the text. */
  readonly original: (path: Path) => Path;
  readonly missing: Missing;
}

/** What was taken out, so that nobody is told that it is not there. */
export interface Missing {
  /** A step, or the list of them. */
  readonly steps: boolean;
  /** Something of the clocks. */
  readonly clocks: boolean;
  /** Whether a step (its path in the remnant) lacks one of these fields; none named: anything but criteria. */
  readonly ofStep: (path: Path, fields: readonly string[]) => boolean;
}

const isUses = (part: string | number | undefined): boolean => part === 'hold' || part === 'enter';

/** The part of a ladder that is taken out for a mistake at a path. */
function partWith(path: Path): Path {
  const [top, , field] = path;
  if (top !== 'steps') return path.slice(0, field !== undefined && path[1] === 'faster' ? 3 : 2);
  if (path.length <= 2 || field === 'step') return path.slice(0, 2);
  return path.slice(0, isUses(field) ? 4 : 3);
}

/** Takes out of a ladder everything that the problems are about. */
export function remnantOf(ladder: unknown, problems: readonly Problem[]): Remnant {
  const gone = problems.map((p) => partWith(p.path));
  const goneAt = new Set(gone.map(text));
  const originals = new Map<string, Path>();
  const value = without(ladder, [], [], { goneAt, originals });
  const original = (path: Path): Path => {
    for (let length = path.length; length >= 0; length--) {
      const found = originals.get(text(path.slice(0, length)));
      if (found !== undefined) return [...found, ...path.slice(length)];
    }
    return path;
  };
  return {
    value, original,
    missing: {
      steps: gone.some((p) => p[0] === 'steps' && p.length <= 2), clocks: gone.some((p) => p[0] !== 'steps'),
      ofStep: (path, fields) => {
        const step = text(original(path));
        const isMeant = (field: string | number | undefined): boolean => fields.length === 0 ? !isUses(field) : fields.includes(String(field));
        return gone.some((p) => p.length === 3 && isMeant(p[2]) && text(p.slice(0, 2)) === step);
      },
    },
  };
}

const text = (path: Path): string => JSON.stringify(path);

interface Taking { readonly goneAt: ReadonlySet<string>; readonly originals: Map<string, Path> }

function without(value: unknown, from: Path, to: Path, taking: Taking): unknown {
  taking.originals.set(text(to), from);
  if (Array.isArray(value)) {
    const kept = value.map((item: unknown, i) => ({ item, i })).filter(({ i }) => !taking.goneAt.has(text([...from, i])));
    return kept.map(({ item, i }, now) => without(item, [...from, i], [...to, now], taking));
  }
  if (!isMapping(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([key]) => !taking.goneAt.has(text([...from, key]))).map(([key, item]) => [key, without(item, [...from, key], [...to, key], taking)]));
}
