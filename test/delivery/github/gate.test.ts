import { expect, it } from 'vitest';
import type { Failure } from '../../../src/delivery/github/failure.ts';
import { createGate, type Gate } from '../../../src/delivery/github/gate.ts';

const START = Date.UTC(2026, 2, 3);
const [SECOND, MINUTE] = [1_000, 60_000];
const [READ, WRITE] = ['GET /repos/{owner}/{repo}/issues/{issue_number}', 'POST /repos/{owner}/{repo}/issues'];
const limit = (kind: NonNullable<Failure['limit']>, after: number): Failure => ({ kind: 'limited', status: 403, reason: 'Too much.', after, limit: kind });

function gate(): { gate: Gate; clock: { now: number }; sent: (route: string, who?: string) => boolean } {
  const clock = { now: START };
  const made = createGate(() => clock.now);
  return { gate: made, clock, sent: (route, who = '1') => made.closed(who, route) === null };
}

it('holds everything of an installation back while its hourly limit is used up, and nothing of another', () => {
  const { gate: g, clock, sent } = gate();
  g.learn('1', READ, limit('primary', 50 * MINUTE));
  expect([sent(READ), sent(WRITE), sent(READ, '2'), sent(WRITE, '2')]).toEqual([false, false, true, true]);
  expect(g.closed('1', WRITE)).toMatchObject({ kind: 'limited', after: 50 * MINUTE, reason: expect.stringContaining('2026-03-03T00:50:00.000Z') as string });
  expect(g.hold('1')).toEqual({ until: START + 50 * MINUTE, reads: true });
  clock.now += 50 * MINUTE;
  expect([sent(READ), sent(WRITE), g.hold('1')]).toEqual([true, true, null]);
});

it('holds back writes alone where too many of them were made, and reads too where one was refused', () => {
  const { gate: g, sent } = gate();
  g.learn('1', WRITE, limit('secondary', MINUTE));
  expect([sent(READ), sent(WRITE), g.hold('1')]).toEqual([true, false, { until: START + MINUTE, reads: false }]);
  g.learn('1', READ, limit('secondary', MINUTE));
  expect(sent(READ)).toBe(false);
});

it('waits twice as long each time where GitHub does not say for how long, until a write goes through', () => {
  const { gate: g, clock } = gate();
  const waits = (): number => {
    // Those that were under way together are one refusal.
    for (let i = 0; i < 3; i++) g.learn('1', WRITE, limit('guess', MINUTE));
    const wait = (g.hold('1')?.until ?? 0) - clock.now;
    clock.now += wait;
    return wait / MINUTE;
  };
  expect([waits(), waits(), waits(), waits(), waits(), waits()]).toEqual([1, 2, 4, 8, 15, 15]);
  g.learn('1', READ, null);
  expect(waits()).toBe(15);
  g.learn('1', WRITE, null);
  expect(waits()).toBe(1);
});

it('leaves a short wait to whoever asked, and takes no other failure for a limit', () => {
  const { gate: g, sent } = gate();
  g.learn('1', WRITE, limit('secondary', 2 * SECOND));
  g.learn('1', WRITE, { kind: 'server', status: 502, reason: 'Bad gateway.', after: MINUTE });
  expect(sent(WRITE)).toBe(true);
});

it('forgets a limit that it learnt by a clock which was set back since: GitHub says it again', () => {
  const { gate: g, clock, sent } = gate();
  clock.now += 365 * 24 * 60 * MINUTE;
  g.learn('1', READ, limit('primary', MINUTE));
  expect([sent(READ), g.hold('1') !== null]).toEqual([false, true]);
  clock.now = START;
  expect([sent(READ), sent(WRITE), g.hold('1')]).toEqual([true, true, null]);
  g.learn('1', READ, limit('primary', MINUTE));
  expect(sent(READ)).toBe(false);
});
