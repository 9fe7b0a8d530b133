import { describe, expect, it } from 'vitest';
import type { Fact, FactJob, Incident, IncidentJob } from '../../src/domain/incident.ts';
import { namesWord, wordOf, wordPart } from '../../src/domain/word.ts';

const HOUR = 3_600_000;
const T0 = Date.parse('2026-11-17T14:10:00Z');

const job = (key: string, since: number) => ({ key, streak: { since }, lastRun: since + HOUR }) as unknown as IncidentJob;
const told = (key: string, since: number) => ({ key, since }) as unknown as FactJob;
const incident = (jobs: readonly IncidentJob[], facts: readonly Fact[]): Incident => ({ jobs, facts, openedAt: T0 }) as unknown as Incident;
const facts = (...kinds: readonly (Record<string, unknown> & { readonly kind: Fact['kind'] })[]): Fact[] =>
  kinds.map((k, i) => ({ n: i + 1, at: T0 + i * HOUR, asks: [], ...k }) as unknown as Fact);
const hash = (text: string): string => [...text].reduce((h, c) => (h * 31 + c.charCodeAt(0)) >>> 0, 7).toString(36);

/** The mark that the n-th word of the incident got. */
const mark = (of: Incident, n: number): string => {
  const fact = of.facts.find((f) => f.n === n);
  if (!fact) throw new Error(`no fact ${n}`);
  return wordPart(wordOf(of, fact), hash);
};
/** Whether a mark that is found says the n-th word of the incident. */
const says = (found: string, of: Incident, n: number, restored: boolean): boolean => {
  const fact = of.facts.find((f) => f.n === n);
  if (!fact) throw new Error(`no fact ${n}`);
  return namesWord(found, wordOf(of, fact), of.facts, { restored, hash });
};

const [E2E, UNIT] = [job('e2e', T0), job('unit', T0 + 2 * HOUR)];
const lost = incident([E2E, UNIT], facts({ kind: 'opened' }, { kind: 'acknowledged', by: 'olga' }, { kind: 'joined', jobs: [told('unit', T0 + 2 * HOUR)] }, { kind: 'recovered' }));

describe('a word', () => {
  it('is known by its number and kind where the store has counted by itself', () => {
    expect(says(mark(lost, 4), lost, 4, false)).toBe(true);
    expect(says(mark(lost, 3), lost, 4, false)).toBe(false);
    const reopened = { ...lost, jobs: [job('e2e', T0 + 9 * HOUR)] };
    expect(says(mark(lost, 4), reopened, 4, false), 'what it rested on has moved on meanwhile').toBe(true);
  });

  it('is known by what it says where a restored store counts otherwise', () => {
    const restored = incident([E2E], facts({ kind: 'opened' }, { kind: 'recovered' }));
    expect(says(mark(lost, 4), restored, 2, true)).toBe(true);
    expect(says(mark(lost, 4), restored, 2, false)).toBe(false);
    const joined = incident([E2E, UNIT], facts({ kind: 'opened' }, { kind: 'joined', jobs: [told('unit', T0 + 2 * HOUR)] }));
    expect(says(mark(lost, 3), joined, 2, true)).toBe(true);
    const other = incident([E2E, job('node', T0 + 2 * HOUR)], facts({ kind: 'opened' }, { kind: 'reminded' }, { kind: 'joined', jobs: [told('node', T0 + 2 * HOUR)] }));
    expect(says(mark(lost, 3), other, 3, true), 'another job joins as the third fact').toBe(false);
  });

  it('is not lost where what was said rests on older runs, or is another fact\'s that is remembered', () => {
    const again = incident([job('e2e', T0 + 30 * HOUR)], facts({ kind: 'opened' }, { kind: 'recovered' }, { kind: 'reopened' }, { kind: 'recovered' }));
    expect(says(mark(lost, 4), again, 4, true)).toBe(false);
    const twice = incident([E2E], facts({ kind: 'opened' }, { kind: 'reminded' }, { kind: 'acknowledged', by: 'olga' }, { kind: 'unacknowledged' }, { kind: 'reminded' }));
    expect(says(mark(incident([E2E], facts({ kind: 'opened' }, { kind: 'reminded' })), 2), twice, 5, true), 'given back since').toBe(false);
    const muted = incident([E2E], facts({ kind: 'opened' }, { kind: 'joined', jobs: [told('unit', T0)] }, { kind: 'joined', jobs: [told('unit', T0)] }));
    expect(says(mark(muted, 2), muted, 3, true)).toBe(false);
  });

  it('that was begun in a restored store is known again although a job joined before it could be tried once more', () => {
    const begun = incident([E2E], facts({ kind: 'opened' }, { kind: 'reminded' }));
    const later = incident([E2E, job('node', T0 + 4 * HOUR)], facts({ kind: 'opened' }, { kind: 'reminded' }, { kind: 'joined', jobs: [told('node', T0 + 4 * HOUR)] }));
    expect(says(mark(begun, 2), later, 2, true)).toBe(true);
  });

  it('that people say is never taken for one that they said before', () => {
    const restored = incident([E2E], facts({ kind: 'opened' }, { kind: 'acknowledged', by: 'olga', at: T0 + 20 * HOUR }));
    expect(says(mark(lost, 2), restored, 2, true)).toBe(false);
    expect(says(mark(restored, 2), restored, 2, true), 'its own, tried again').toBe(true);
  });

  it('of an earlier version is known by its number, which says nothing in a restored store but of the opening', () => {
    expect([says('4', lost, 4, false), says('3', lost, 4, false), says('4', lost, 4, true), says('1', lost, 1, true)]).toEqual([true, false, false, true]);
    expect(says('duplicate-of-3', lost, 3, false)).toBe(false);
  });
});
