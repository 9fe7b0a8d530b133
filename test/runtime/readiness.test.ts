import { expect, it } from 'vitest';
import { Dispatcher } from '../../src/runtime/dispatch.ts';
import { readGauges, readReady } from '../../src/runtime/gauges.ts';
import { pollProject } from '../../src/runtime/poll.ts';
import { readiness, type ReadyPorts } from '../../src/runtime/readiness.ts';
import { noteStore } from '../../src/runtime/store-troubles.ts';
import { StoreError } from '../../src/store/errors.ts';
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

it('answers soon, with the reason, where a table cannot be read, and asks for it once however many ask meanwhile', async () => {
  const here = await stage();
  const answer = Promise.withResolvers<never>();
  let asked = 0;
  here.store.warnings = () => { asked++; return answer.promise; };
  const all = await Promise.all([1, 2, 3].map(() => readiness(here.rt, PORTS)));
  expect(all.map((r) => [r.ready, r.reasons])).toEqual(Array.from({ length: 3 }, () => [false, ['The store cannot be read (it does not answer).']]));
  expect(asked).toBe(1);
  answer.reject(new Error('permission denied for table warnings'));
  await Promise.allSettled([answer.promise]);
  here.store.warnings = () => Promise.reject(new Error('permission denied for table warnings'));
  expect((await readiness(here.rt, PORTS)).reasons).toEqual(['The store cannot be read (permission denied for table warnings).']);
});

it('says why the store does not answer, and what is to be done, where PostgreSQL says so', async () => {
  const here = await stage();
  const reasons = async (message: string, more: object): Promise<readonly string[]> => {
    here.store.problem = () => Promise.resolve(Object.assign(new Error(message), more));
    return (await readiness(here.rt, PORTS)).reasons;
  };
  expect(await reasons('sorry, too many clients already', { severity: 'FATAL', code: '53300' })).toEqual([expect.stringMatching(/^PostgreSQL takes no more connections: raise max_connections.*\(sorry, too many clients already\)$/)]);
  expect(await reasons('connect ECONNREFUSED 127.0.0.1:5432', { code: 'ECONNREFUSED' })).toEqual(['The store does not answer (connect ECONNREFUSED 127.0.0.1:5432).']);
  here.store.problem = () => Promise.resolve(new StoreError('missing', 'The store was moved: put it back.'));
  expect((await readiness(here.rt, PORTS)).reasons).toEqual(['The store was moved: put it back.']);
  here.store.problem = () => new Promise(() => {});
  expect((await readiness(here.rt, PORTS)).reasons).toEqual(['The store does not answer.']);
  noteStore(here.store, 'outbox', Object.assign(new Error('database is locked'), { errcode: 5 }));
  expect((await readiness(here.rt, PORTS)).reasons).toEqual(['The store does not answer.', expect.stringMatching(/^The store is busy: another process has held it .* \(database is locked\)$/)]);
});

it('says that the disk is full where it is only how a row ended that is not taken, until it is', async () => {
  const here = await stage();
  here.brings('FFF');
  await pollProject(here.rt, here.tracked, new AbortController().signal);
  const commit = here.store.commit.bind(here.store);
  here.store.commit = () => Promise.reject(Object.assign(new Error('could not extend file'), { severity: 'ERROR', code: '53100' }));
  const dispatcher = new Dispatcher(here.rt);
  dispatcher.start();
  await expect.poll(async () => (await readiness(here.rt, PORTS)).reasons).toEqual(['The disk under PostgreSQL is full, and nothing was changed: make room. (could not extend file)']);
  here.store.commit = commit;
  await expect.poll(async () => (await readiness(here.rt, PORTS)).ready, { timeout: 5_000 }).toBe(true);
  await dispatcher.stop();
});

it('says what the store refuses though it takes other writes, until it does so no more', async () => {
  const here = await stage();
  here.brings('PPP');
  await pollProject(here.rt, here.tracked, new AbortController().signal);
  const claimActions = here.store.claimActions.bind(here.store);
  here.store.claimActions = () => Promise.reject(Object.assign(new Error('permission denied for table outbox'), { severity: 'ERROR', code: '42501' }));
  const dispatcher = new Dispatcher(here.rt);
  dispatcher.start();
  await expect.poll(async () => (await readiness(here.rt, PORTS)).reasons).toEqual(['The role in DATABASE_URL lacks a right in PostgreSQL: let it own the database and its tables. (permission denied for table outbox)']);
  here.store.claimActions = claimActions;
  await expect.poll(async () => (await readiness(here.rt, PORTS)).ready, { timeout: 5_000 }).toBe(true);
  await dispatcher.stop();
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
