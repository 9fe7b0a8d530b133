import { expect, it } from 'vitest';
import { pollProject } from '../../src/runtime/poll.ts';
import { figures as collect, readGauges } from '../../src/runtime/gauges.ts';
import { conflict } from '../store/samples.ts';
import { stage, START, type Stage } from './fixtures.ts';

/** The figures of this name as a collector reads them, without those that are zero. */
async function figures({ rt }: Stage, name: string): Promise<string[]> {
  const lines = (await rt.metrics.registry.metrics()).split('\n').filter((l) => l.startsWith(`archsignal_${name}{`) && !l.endsWith(' 0'));
  return lines.map((l) => l.slice(l.indexOf('{')));
}

it('tells what stands: jobs by health, incidents, writes, warnings, and when sources were read', async () => {
  const here = await stage();
  here.brings('FFF');
  await pollProject(here.rt, here.tracked, new AbortController().signal);
  await here.store.raiseWarnings([{ key: 'k', project: 'demo', text: 'something', urgency: 'log' }], START);
  await readGauges(here.rt);
  await readGauges(here.rt);
  const project = here.tracked.project.name;
  expect(await figures(here, 'jobs')).toEqual(expect.arrayContaining([`{project="${project}",health="failing"} 1`, `{project="${project}",health="passing"} 1`]));
  expect(await figures(here, 'incidents')).toEqual([`{project="${project}",kind="breakage",state="open"} 1`]);
  expect((await figures(here, 'outbox_rows')).join()).toMatch(/state="pending"} [1-9]/);
  expect(await figures(here, 'source_last_good_poll_timestamp_seconds')).toEqual([expect.stringContaining(String(START / 1000))]);
  expect((await figures(here, 'warnings')).join()).toContain(' 1');
});

it('tells conflicts by their stage', async () => {
  const here = await stage();
  const project = here.tracked.project.name;
  const over = { stage: 'over', outcome: 'fixed' } as const;
  for (const [id, more] of [['a', {}], ['b', { stage: 'watching' }], ['c', over]] as const) await here.store.commit({ at: START, conflicts: [{ expected: null, conflict: conflict(id, { project, ...more }) }] });
  await readGauges(here.rt);
  expect(await figures(here, 'conflicts')).toEqual([`{project="${project}",stage="fixing"} 1`, `{project="${project}",stage="watching"} 1`]);
});

it('leaves jobs to the replica that polls them', async () => {
  const here = await stage();
  here.brings('PPP');
  await pollProject(here.rt, here.tracked, new AbortController().signal);
  await here.store.saveSourceHealth(here.tracked.project.name, [{ source: here.tracked.sources[0]?.name ?? '', lastGood: START + 60_000, lastTried: START + 60_000, error: null }]);
  await readGauges(here.rt);
  expect(await figures(here, 'jobs')).toEqual([]);
});

it('has no figure rather than an old one where the store hangs', async () => {
  const here = await stage();
  here.brings('FFF');
  await pollProject(here.rt, here.tracked, new AbortController().signal);
  await readGauges(here.rt);
  here.store.countActions = () => new Promise(() => {});
  await readGauges(here.rt, 1);
  expect(await figures(here, 'outbox_rows')).toEqual([]);
});

it('leaves out what the store refuses, and still tells the rest, because a failed collection would look like a program that is gone', async () => {
  const here = await stage();
  here.store.countActions = () => Promise.reject(new Error('connect ECONNREFUSED 127.0.0.1:5432'));
  await here.store.raiseWarnings([{ key: 'k', project: 'demo', text: 'something', urgency: 'log' }], START);
  const text = await collect(here.rt, () => Promise.resolve({ ready: false }));
  expect(await figures(here, 'outbox_rows')).toEqual([]);
  expect((await figures(here, 'warnings')).join()).toContain(' 1');
  expect(text).toContain('archsignal_ready 0');
});

it('tells how long GitHub\'s limit lasts, and nothing of a project that is not tracked any more', async () => {
  const here = await stage();
  const project = here.tracked.project.name;
  Object.assign(here.edge, { limited: () => ({ until: here.clock.now + 90_500, reads: true }) });
  await readGauges(here.rt);
  expect(await figures(here, 'github_limit_seconds')).toEqual([`{project="${project}"} 91`]);
  (here.rt.projects as Map<string, unknown>).delete(project);
  await readGauges(here.rt);
  expect(await figures(here, 'github_limit_seconds')).toEqual([]);
});

it('tells two who collect at once the same, once each, and asks the store once', async () => {
  const here = await stage();
  here.brings('FFF');
  await pollProject(here.rt, here.tracked, new AbortController().signal);
  const count = here.store.countActions.bind(here.store);
  let asked = 0;
  here.store.countActions = () => { asked += 1; return count(); };
  const both = await Promise.all([readGauges(here.rt), readGauges(here.rt)]).then(() => figures(here, 'jobs'));
  expect(both).toEqual(expect.arrayContaining([expect.stringMatching(/health="failing"} 1$/)]));
  expect([asked, await figures(here, 'incidents')]).toEqual([2, [expect.stringMatching(/ 1$/)]]);
  const ready = async (): Promise<{ ready: boolean }> => ({ ready: true });
  const texts = await Promise.all(Array.from({ length: 20 }, () => collect(here.rt, ready)));
  expect([asked, new Set(texts).size]).toEqual([3, 1]);
  expect(texts[0]).toMatch(/^archsignal_jobs\{[^}]*health="failing"\} 1$/m);
  expect(texts[0]).toMatch(/^archsignal_ready 1$/m);
  await collect(here.rt, ready);
  expect(asked).toBe(4);
});
