import { expect, it } from 'vitest';
import { Dispatcher } from '../../src/runtime/dispatch.ts';
import { Pace } from '../../src/runtime/pace.ts';
import { stage } from './fixtures.ts';

const START = Date.UTC(2026, 2, 3);
const [SECOND, MINUTE, HOUR] = [1_000, 60_000, 3_600_000];
const REPO = 'github:demo/demo';

/** How many writes a destination takes within so long (ms), looked at ten times a second. */
function taken(pace: Pace, from: number, ms: number): number {
  let n = 0;
  for (let now = from; now < from + ms; now += 100) {
    pace.pass(now);
    for (; pace.all.some(([d, may]) => d === REPO && may); n++) pace.took(REPO);
  }
  return n;
}

it('knows no pace for what never complained', () => {
  expect([new Pace().all, new Pace().next]).toEqual([[], Infinity]);
});

it('lets a write a second follow after a limit, less than the 80 a minute that GitHub takes', () => {
  const pace = new Pace();
  pace.slower(REPO, START, START + MINUTE);
  const n = taken(pace, START + MINUTE, MINUTE);
  expect(n).toBeGreaterThanOrEqual(58);
  expect(n).toBeLessThanOrEqual(62);
  expect(pace.next).toBeGreaterThan(START + 2 * MINUTE - SECOND);
});

it('makes up for a pause with some writes at once, and never with all that it missed', () => {
  const pace = new Pace();
  pace.slower(REPO, START, START + MINUTE);
  expect(taken(pace, START + 30 * MINUTE, 100)).toBe(5);
});

it('is over an hour after the wait', () => {
  const pace = new Pace();
  pace.slower(REPO, START, START + MINUTE);
  pace.pass(START + HOUR);
  expect(pace.all).toHaveLength(1);
  pace.pass(START + MINUTE + HOUR);
  expect(pace.all).toEqual([]);
});

it('does not begin with a wait of a moment', () => {
  const pace = new Pace();
  pace.slower(REPO, START, START + SECOND);
  expect(pace.all).toEqual([]);
});

it('begins nothing that GitHub has said it would refuse, and begins it when that is over', async () => {
  const on = await stage();
  const { github } = on.rt;
  if (github === null) throw new Error('there is no GitHub');
  const until = on.clock.now + HOUR;
  const limited = (): { until: number; reads: boolean } | null => on.clock.now < until ? { until, reads: true } : null;
  Object.assign(github, { limited });
  const dispatcher = new Dispatcher(on.rt);
  await on.store.commit({
    at: on.clock.now,
    actions: [{ key: 'command:a:react', project: 'demo', entity: 'command:a', destination: REPO, family: null, summary: 'react', action: { kind: 'post-comment', repo: 'demo/demo', number: 1, id: 'a', since: 0, text: [] } }],
  });
  await dispatcher.drain();
  expect([on.edge.done.length, (await on.rows()).map((r) => r.attempts)]).toEqual([0, [0]]);
  on.clock.now = until;
  await dispatcher.drain();
  expect([on.edge.done.length, (await on.rows()).map((r) => r.state)]).toEqual([1, ['done']]);
  await on.store.close();
});
