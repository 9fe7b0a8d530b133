import { expect, it } from 'vitest';
import { readGauges, readReady } from '../../src/runtime/gauges.ts';
import { pollProject } from '../../src/runtime/poll.ts';
import { readiness, type ReadyPorts } from '../../src/runtime/readiness.ts';
import { stage } from './fixtures.ts';

const PORTS: ReadyPorts = { github: async () => ({ ok: true, reason: null }), slack: null };

it('is ready where the store takes writes, and asks it for one now and then only', async () => {
  const here = await stage();
  here.brings('PPP');
  await pollProject(here.rt, here.tracked, new AbortController().signal);
  let asked = 0;
  const setMeta = here.store.setMeta.bind(here.store);
  here.store.setMeta = (...about) => { asked++; return setMeta(...about); };
  for (let i = 0; i < 5; i++) expect(await readiness(here.rt, PORTS)).toMatchObject({ ready: true, reasons: [], store: { ok: true } });
  expect(asked).toBe(1);
});

it('is not ready where the store can be read but takes no writes, as on a full disk, and is when there is room again', async () => {
  const here = await stage();
  here.brings('PPP');
  await pollProject(here.rt, here.tracked, new AbortController().signal);
  const setMeta = here.store.setMeta.bind(here.store);
  here.store.setMeta = async () => { throw new Error('database or disk is full'); };
  expect(await readiness(here.rt, PORTS)).toMatchObject({ ready: false, reasons: ['The store takes no writes (database or disk is full): nothing is decided or written until it does.'], store: { ok: false } });
  here.store.setMeta = setMeta;
  here.clock.now += 10_000;
  expect((await readiness(here.rt, PORTS)).ready).toBe(true);
});

it('is told in a figure, which is missing where nobody knows', async () => {
  const { rt } = await stage();
  const shown = async (): Promise<string | undefined> => (await rt.metrics.registry.metrics()).split('\n').find((l) => l.startsWith('archsignal_ready '));
  await readReady(rt, async () => ({ ready: true }));
  expect(await shown()).toBe('archsignal_ready 1');
  await readReady(rt, async () => ({ ready: false }));
  expect(await shown()).toBe('archsignal_ready 0');
  await readReady(rt, () => new Promise(() => {}), 1);
  expect(await shown()).toBeUndefined();
  await readGauges(rt);
});
