import type { Fact, FactKind, Incident } from './incident.ts';

/**
 * What tells one word about an incident from another. Its number alone does not: a store that was put back from a backup counts anew, and what it does not
 * remember was counted otherwise. `about` and `at` come from what is seen outside, so that the same thing gets the same of them whoever tells it.
 */
export interface Word {
  /** The fact's number, as whoever said it counted. */
  readonly n: number;
  readonly kind: FactKind;
  /** Which jobs, whose pull request, who said it; empty: the incident as a whole. */
  readonly about: string;
  /** What it rests on is no newer than this (epoch ms): what rests on the same or on less is said by it too. */
  readonly at: number;
}

/** What makes a word of this kind news again although the same runs are broken. */
const ANEW: Readonly<Partial<Record<FactKind, readonly FactKind[]>>> = {
  reminded: ['unacknowledged', 'unsnoozed', 'unclassified', 'reopened-by-hand'],
  escalated: ['unacknowledged', 'unsnoozed', 'unclassified', 'reopened-by-hand'],
  woken: ['snoozed'],
  'still-failing': ['reopened-by-hand'],
  'now-here': ['now-everywhere'],
  'now-everywhere': ['now-here'],
  joined: ['left'],
  left: [], recovered: [], reopened: [], 'fix-merged': [], 'fix-closed': [], 'fix-failed': [],
};

/** The word by which a fact of the incident is told. What people say rests on the moment when they said it, and is never the same twice. */
export function wordOf({ jobs, openedAt, facts }: Pick<Incident, 'jobs' | 'openedAt' | 'facts'>, fact: Fact): Word {
  const { n, kind, at } = fact;
  const anew = ANEW[kind];
  if (anew === undefined) return { n, kind, about: aboutOf(fact), at };
  const broken = fact.kind === 'joined' || fact.kind === 'left' ? fact.jobs.map((j) => j.since) : jobs.map((j) => j.streak?.since ?? j.lastRun);
  const known = broken.map((s) => s ?? openedAt);
  // What broke after it was said is not what it rests on: said once more after an answer that was lost, it has to be the same word.
  const before = known.filter((s) => s <= at);
  const since = before.length > 0 ? before : known;
  const again = facts.filter((f) => f.n < n && anew.includes(f.kind)).map((f) => f.at);
  return { n, kind, about: aboutOf(fact), at: Math.max(...(since.length > 0 ? since : [openedAt]), ...again) };
}

function aboutOf(fact: Fact): string {
  switch (fact.kind) {
    case 'joined': return keysOf(fact.jobs);
    case 'left': return `${fact.why}\n${keysOf(fact.jobs)}`;
    case 'fix-announced': case 'fix-merged': case 'fix-closed': case 'fix-failed': return `${fact.fix.repo}#${fact.fix.number}`.toLowerCase();
    default: return 'by' in fact ? fact.by.toLowerCase() : '';
  }
}

const keysOf = (jobs: readonly { readonly key: string }[]): string => jobs.map((j) => j.key).sort().join('\n');

/**
 * Whether a word that was found is this one. As a rule it is if it has its number and kind. `restored`: it may be of a time that the store does not
 * remember, so it says this if it is about the same and rests on no less, unless another fact that is remembered was told by it.
 */
export function isSameWord(word: Word, found: Word, facts: readonly Pick<Fact, 'n' | 'kind'>[], restored: boolean): boolean {
  if (found.kind !== word.kind) return false;
  if (!restored) return found.n === word.n;
  if (found.about !== word.about || found.at < word.at) return false;
  return found.n === word.n || !facts.some((f) => f.n === found.n && f.kind === found.kind);
}

/** A word as a part of a mark: `5.recovered.0.mi4zq8ww`. `hash`: makes letters and digits of a text. */
export const wordPart = (word: Word, hash: (text: string) => string): string => `${word.n}.${word.kind}.${hashed(word.about, hash)}.${Math.max(0, Math.round(word.at)).toString(36)}`;

const hashed = (about: string, hash: (text: string) => string): string => about === '' ? '0' : hash(about);

const PART = /^(\d+)\.([a-z-]+)\.([a-z0-9]+)\.([a-z0-9]+)$/;

/**
 * Tells whether a part of a mark that was found names this word. Those of earlier versions hold the number alone: they are believed as far as the store
 * has counted by itself, and of what a restored one may have missed the first, which is the opening whoever counts.
 */
export function namesWord(part: string, word: Word, facts: readonly Pick<Fact, 'n' | 'kind'>[], how: { readonly restored: boolean; readonly hash: (text: string) => string }): boolean {
  if (/^\d+$/.test(part)) return Number(part) === word.n && (!how.restored || word.n === 1);
  const [, n = '', kind = '', about = '', at = ''] = PART.exec(part) ?? [];
  if (n === '') return false;
  const found = { n: Number(n), kind: kind as FactKind, about, at: Number.parseInt(at, 36) };
  if (word.n === 1 && found.n === 1) return found.kind === word.kind;
  return isSameWord({ ...word, about: hashed(word.about, how.hash), at: Math.max(0, Math.round(word.at)) }, found, facts, how.restored);
}
