import { expect, it } from 'vitest';
import { untilChecked } from '../../src/runtime/start-checks.ts';
import { noteTracked } from '../../src/runtime/untracked.ts';
import { incident } from '../store/samples.ts';
import { stage } from './fixtures.ts';

it('tells of a project that is in no file any more although the store was away when the program began', async () => {
  const on = await stage();
  const at = on.clock.now;
  await on.store.commit({ at, incidents: [{ expected: null, incident: incident('one', { project: 'gone', openedAt: at, issue: { repo: 'demo/demo', number: 7, url: 'u' } }) }] });
  await noteTracked({ ...on.rt, projects: new Map([['gone', on.tracked]]) });
  let away = 2;
  const waited: number[] = [];
  const store = { ...on.store, meta: (key: string) => away-- > 0 ? Promise.reject(new Error('terminating connection due to administrator command')) : on.store.meta(key) };
  let others = 0;
  await untilChecked(on.rt, [() => noteTracked({ ...on.rt, store, projects: new Map() }), async () => { others++; }], new AbortController().signal, async (ms) => { waited.push(ms); });
  expect((await on.store.warnings()).map((w) => w.text)).toEqual([expect.stringMatching(/^gone is no longer tracked/)]);
  expect([waited, others]).toEqual([[1_000, 2_000], 1]);
});

it('checks nothing again once the program ends', async () => {
  const on = await stage();
  const ending = new AbortController();
  let tries = 0;
  await untilChecked(on.rt, [async () => { tries++; throw new Error('away'); }], ending.signal, async () => { ending.abort(); });
  expect(tries).toBe(1);
});
