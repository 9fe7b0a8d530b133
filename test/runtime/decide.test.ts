import { expect, it } from 'vitest';
import { decideProject } from '../../src/runtime/decide.ts';
import { pollProject } from '../../src/runtime/poll.ts';
import type { Store } from '../../src/store/store.ts';
import { openStore } from '../../src/store/open.ts';
import { makeJob, makeProject } from '../policy/story.ts';
import { DAY, readingOf, runsOf, stage, START } from './fixtures.ts';

const JOBS = Array.from({ length: 25 }, (_, i) => makeJob({ platform: `linux/a${i}`, name: 'e2e', thresholds: { staleAfter: 10_000 * DAY } }));

/** A store that is away from its nth commit on. */
const breaksAt = (store: Store, nth: number): Store => {
  let commits = 0;
  return new Proxy(store, { get: (of, name) => name === 'commit' ? async (...args: Parameters<Store['commit']>) => {
    if (++commits >= nth) throw new Error('the process ends here');
    return of.commit(...args);
  } : Reflect.get(of, name) as unknown });
};

it.each([1, 2, 3, 12, 25, 26])('tells of every breakage of a flood although the process ended at commit %i', async (nth) => {
  const store = await openStore({ dataDir: '', mode: 'memory' });
  const on = await stage({ store, project: { platforms: makeProject(JOBS).platforms } });
  on.clock.now = START + DAY;
  on.source.answer = () => ({ readings: JOBS.map((j) => readingOf(j.key, runsOf('PPFFF', START))) });
  const polled = pollProject({ ...on.rt, store: breaksAt(store, nth) }, on.tracked, new AbortController().signal);
  await polled.catch((error: unknown) => { expect(String(error)).toMatch(/the process ends here/); });
  await decideProject(on.rt, on.tracked);
  const incidents = await store.incidents('demo', 0);
  const told = incidents.filter((i) => i.kind === 'breakage').map((i) => i.summarisedBy === null || incidents.some((f) => f.id === i.summarisedBy && f.summarises.some((s) => s.id === i.id && !s.over)));
  expect(told).toEqual(JOBS.map(() => true));
  await store.close();
});
