import { expect, it } from 'vitest';
import type { OutboxRow, Receipt } from '../../src/domain/action.ts';
import type { Fact, Incident } from '../../src/domain/incident.ts';
import { NEWS, newsSince, oldNews, withoutOldNews } from '../../src/policy/facts.ts';
import { reconcile, stillWanted, withReceipt } from '../../src/policy/reconcile.ts';
import { HOUR, kinds, Story } from './story.ts';

const BUILD = 'linux/s390x build';
const UNIT = 'linux/s390x unit';
const REFERENCE = { 'linux/amd64 build': 'PPPPPP', 'linux/amd64 unit': 'PPPPPP' };
const DAY = 24 * HOUR;

/** A build that nobody mends, and unit tests that break and mend again. */
const begin = (): Story => new Story(['linux/amd64', 'linux/s390x'].flatMap((platform) => ['build', 'unit'].map((name) => ({ platform: platform as 'linux/s390x', name }))))
  .hours({ ...REFERENCE, [BUILD]: 'PPPFFF', [UNIT]: 'PPPPPP' }).issue();
const flap = (story: Story): Story => story.hours({ ...REFERENCE, [BUILD]: 'FFFFFF', [UNIT]: 'FFFPPP' });

/** The rows as the store gives them from a moment on. */
const since = (rows: readonly OutboxRow[], from: number): OutboxRow[] => rows.filter((r) => r.createdAt >= from || r.state === 'pending' || r.state === 'leased'
  || (['done', 'dead'] as const).some((state) => r.family !== null && r === rows.findLast((o) => o.family === r.family && o.state === state)));

const receiptOf = ({ action }: OutboxRow, { facts }: Incident): Receipt => {
  switch (action.kind) {
    case 'ensure-issue': return { kind: 'issue', repo: 'demo/demo', number: 7, url: 'u', state: 'open', shown: action.shown, facts: action.shown === 1 ? facts.length : 1, comments: 0 };
    case 'set-issue-state': return { kind: 'issue-state', state: action.state };
    case 'ensure-message': return { kind: 'message', channel: 'C1', ts: '1.1', shown: action.shown, issue: action.issue };
    default: return { kind: 'done' };
  }
};

it('remembers no more of an incident that flaps for months than of one that did for weeks, and its numbers go on', () => {
  const story = begin();
  for (let i = 0; i < 90; i++) flap(story);
  const half = JSON.stringify(story.live()).length;
  for (let i = 0; i < 90; i++) flap(story);
  const { facts } = story.live();
  expect(facts.at(-1)?.n).toBeGreaterThan(360);
  expect(facts.length).toBeLessThan(NEWS + 20);
  expect(JSON.stringify(story.live()).length).toBeLessThan(half * 1.05);
  expect(facts.slice(-NEWS).map((f) => f.n)).toEqual(Array.from({ length: NEWS }, (_, i) => oldNews({ facts }) + 1 + i));
  // Whoever was called is known, and nobody is called again.
  expect(kinds(story.live()).filter((k) => k !== 'joined' && k !== 'left')).toEqual(['opened', 'reminded', 'escalated']);
  expect(facts.flatMap((f) => f.asks)).toEqual(['@demo/s390x-owners', '@demo/s390x-owners', ...story.project.escalation.to]);
});

it('keeps of old news the first and the last of its kind, the first and the last call, and what a bot was refused', () => {
  const facts = Array.from({ length: 300 }, (_, i): Fact => {
    const told = { n: i + 1, at: i, asks: [20, 40, 60].includes(i) ? ['@a', ...(i === 40 ? ['@b'] : [])] : [] };
    if (i === 0) return { ...told, kind: 'opened' };
    if ([50, 51, 52].includes(i)) return { ...told, kind: 'kept-open', by: 'bot' };
    return [70, 80, 90].includes(i) ? { ...told, kind: 'dismissed', by: 'olga' } : { ...told, kind: 'joined', jobs: [] };
  });
  expect(withoutOldNews(facts).map((f) => f.n - 1).filter((i) => i < 200)).toEqual([0, 1, 20, 40, 50, 51, 52, 60, 70, 90]);
  expect(withoutOldNews(withoutOldNews(facts))).toEqual(withoutOldNews(facts));
});

it('misses the same writes by the rows of the last weeks as by all there ever were, and tells each fact once', () => {
  const story = begin();
  const rows: OutboxRow[] = [];
  let made: Pick<Incident, 'issue' | 'messages'> = { issue: null, messages: {} };
  const told: string[] = [];
  for (let i = 0; i < 120; i++) {
    flap(story);
    for (let settled = false; !settled;) {
      const incident: Incident = { ...story.live(), ...made };
      const desk = { now: story.now, channels: ['#signal'] };
      const planned = reconcile(incident, since(rows, newsSince(incident)), desk);
      expect(planned).toEqual(reconcile(incident, rows, desk));
      settled = planned.length === 0;
      for (const action of planned) {
        if (rows.some((r) => r.key === action.key)) throw new Error(`planned twice: ${action.key}`);
        const row: OutboxRow = { ...action, state: 'done', attempts: 1, notBefore: 0, createdAt: story.now, updatedAt: story.now, lastError: null, receipt: null };
        const receipt = receiptOf(row, incident);
        rows.push({ ...row, receipt });
        if (action.action.kind === 'comment' || action.action.kind === 'reply') told.push(`${action.action.kind} ${action.action.fact}`);
        const next = withReceipt({ ...incident, ...made }, action.action, receipt);
        if (next) made = { issue: next.issue, messages: next.messages };
      }
    }
  }
  expect(newsSince(story.live())).toBeGreaterThan(story.now - 40 * DAY);
  expect(told.length).toBeGreaterThan(2 * 200);
  expect(new Set(told).size).toBe(told.length);
});

it('drops a word that waited until it was old news', () => {
  const story = begin();
  for (let i = 0; i < 120; i++) flap(story);
  const incident: Incident = story.live();
  const [fact = 0, last = 0] = [3, incident.facts.at(-1)?.n];
  const wanted = (n: number) => [
    stillWanted({ kind: 'comment', incident: incident.id, generation: 1, fact: n }, incident, 1), stillWanted({ kind: 'reply', incident: incident.id, channel: '#signal', fact: n }, incident, 1),
    stillWanted({ kind: 'unassign', incident: incident.id, generation: 1, fact: n, login: 'olga' }, incident, 1),
  ];
  expect([wanted(fact + 4), wanted(last)]).toEqual([[false, false, false], [true, true, true]]);
});
