import type { PlatformId } from '../domain/platform.ts';
import type { LogEvidence, LogLine, Pointing, Signature, Signatures } from '../domain/signature.ts';
import { excerptOf, logLines, type Searched } from './log-lines.ts';
import { namedBy, patternOf, platformsOf, type Named } from './template.ts';

/** Lines before and after the first failing one in which a platform may be named (policy.md, conflict procedure 1). */
const NEAR = 6;
/** Evidence that is kept: a log may repeat itself for ever. */
const MOST_EVIDENCE = 12;
/** Times that one template is looked for in one line. */
const MOST_MATCHES = 20;

/** Signatures, ready to be looked for. */
export interface Reader {
  readonly error: RegExp;
  readonly signatures: readonly Compiled[];
}

interface Compiled {
  readonly signature: Signature;
  readonly match: readonly RegExp[];
  readonly completed: readonly RegExp[];
}

/** Compiles signatures once; any template that `config/signatures.ts` accepts can be compiled. */
export const readerOf = ({ errors, signatures }: Signatures): Reader => ({
  error: new RegExp(errors.match.length === 0 ? '(?!)' : errors.match.map(patternOf).join('|'), 'i'),
  signatures: signatures.map((signature) => ({ signature, match: compile(signature.match), completed: compile(signature.completed) })),
});

const compile = (templates: readonly string[]): RegExp[] => templates.map((t) => new RegExp(patternOf(t), 'g'));

/** Whether a line says that something failed. */
export const isError = (line: string, { error }: Reader): boolean => error.test(line);

interface Found {
  readonly signature: Signature;
  /** The platforms that it may be: more than one only where the signature stands for a family. */
  readonly platforms: readonly PlatformId[];
  readonly at: number;
}

/** What one line names: each entry is one naming. */
export function namedOn(line: string, { signatures }: Reader): Found[] {
  return signatures.flatMap(({ signature, match, completed }) => {
    const taken: { from: number; to: number }[] = [];
    const extra = completedBy(line, completed);
    return match.flatMap((pattern) => [...line.matchAll(pattern)].slice(0, MOST_MATCHES).flatMap((m): Found[] => {
      const [from, to] = [m.index, m.index + m[0].length];
      if (taken.some((t) => from < t.to && t.from < to)) return [];
      const named = platformsOf({ ...extra, ...namedBy(m) });
      if (named.length === 0 && signature.platforms.length === 0) return [];
      taken.push({ from, to });
      return signature.platforms.length > 0 ? [{ signature, platforms: signature.platforms, at: from }] : named.map((p) => ({ signature, platforms: [p], at: from }));
    }));
  });
}

/** The words of `completed` that stand once on the line: of two it is not known to which platform each belongs. */
function completedBy(line: string, patterns: readonly RegExp[]): Named {
  return Object.assign({}, ...patterns.map((pattern) => {
    const found = [...line.matchAll(pattern)].slice(0, 2).map(namedBy);
    return found.length === 1 ? found[0] : {};
  })) as Named;
}

/** Whose build a log may be about. */
export interface Tracked {
  readonly platforms: readonly PlatformId[];
  readonly reference: PlatformId;
}

/**
 * The platform at which a log's tail points, by the lines that failed: one that names a platform itself counts more than what
 * is named around the first of them, and what every build prints elsewhere counts for nothing. `first`: the number of the
 * tail's first line.
 */
export function readLog(text: string, reader: Reader, tracked: Tracked, first = 1): Pointing {
  const lines = logLines(text, first);
  const start = lines.findIndex((l) => isError(l.text, reader));
  const failing = lines[start];
  if (failing === undefined) return { kind: 'none', error: null };
  const error: LogLine = excerptOf(failing, reader.error.exec(failing.text)?.index ?? 0);
  const failed = evidenceOn(lines.slice(start).filter((l) => isError(l.text, reader)), true, reader, tracked);
  if (failed.length > 0) return pointing(failed, error);
  return pointing(evidenceOn(lines.slice(Math.max(0, start - NEAR), start + NEAR + 1), false, reader, tracked), error);
}

/** The evidence of these lines; each platform's first lines, so that no other is hidden behind its repetitions. */
function evidenceOn(lines: readonly Searched[], onError: boolean, reader: Reader, tracked: Tracked): LogEvidence[] {
  const found: LogEvidence[] = [];
  const told = new Map<string, number>();
  for (const line of lines) {
    for (const { signature, platforms, at } of namedOn(line.text, reader)) {
      for (const platform of asTracked(platforms, tracked)) {
        const key = `${platform} ${signature.name}`;
        const times = told.get(key) ?? 0;
        told.set(key, times + 1);
        if (times >= 2 || (signature.mayBeHost && platform === tracked.reference)) continue;
        found.push({ ...excerptOf(line, at), platform, signature: signature.name, says: signature.says, onError });
      }
    }
  }
  return found;
}

/**
 * What was named, as the project calls it: `linux/arm/v7` is its `linux/arm` where it tracks no other ARM, and of a family
 * those that it tracks.
 */
export function asTracked(named: readonly PlatformId[], { platforms }: Pick<Tracked, 'platforms'>): readonly PlatformId[] {
  const exact = named.filter((p) => platforms.includes(p));
  if (exact.length > 0) return exact;
  const kin = platforms.filter((p) => named.some((n) => sameArch(n, p)));
  return kin.length > 0 ? kin : named.slice(0, 1);
}

const sameArch = (a: PlatformId, b: PlatformId): boolean => a.split('/').slice(0, 2).join('/') === b.split('/').slice(0, 2).join('/');

function pointing(evidence: readonly LogEvidence[], error: LogLine): Pointing {
  const platforms = [...new Set(evidence.map((e) => e.platform))];
  const [platform, ...others] = platforms;
  if (platform === undefined) return { kind: 'none', error };
  // Of several each is to be seen, and of one not all that repeats it.
  const kept = platforms.flatMap((p) => evidence.filter((e) => e.platform === p).slice(0, others.length > 0 ? 2 : MOST_EVIDENCE)).slice(0, MOST_EVIDENCE);
  if (others.length > 0) return { kind: 'several', platforms, error, evidence: kept };
  return { kind: 'one', platform, confidence: evidence.some((e) => e.onError) ? 'high' : 'low', error, evidence: kept };
}
