import { expect, it } from 'vitest';
import { pollProject } from '../../src/runtime/poll.ts';
import { readGauges } from '../../src/runtime/gauges.ts';
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
