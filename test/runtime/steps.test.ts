import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ladderFiles } from '../../src/config/ladder-files.ts';
import { loadProject } from '../../src/config/load.ts';
import { plainText } from '../../src/domain/text.ts';
import type { Action } from '../../src/domain/action.ts';
import { sceneOf } from '../../src/runtime/commands/scene.ts';
import { climb } from '../../src/runtime/steps.ts';
import { knownTeams, readTeams } from '../../src/runtime/teams.ts';
import { track, type Tracked } from '../../src/runtime/tracked.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { configOf } from '../e2e/configuration.ts';
import { databaseOf, postgresIsHere } from '../postgres.ts';
import { DAY, stage, type Stage } from './fixtures.ts';

const PORT = 'linux/s390x';
const CHANNELS = { tiers: '#tiers', own: '#s390x' };
const LADDERS = await ladderFiles('demo.yml');

/** The project with its port on a step, as read from its file. */
function configured(step: number, owners: readonly string[] = ['@olga']): Tracked {
  const text = configOf({ channels: { tiers: CHANNELS.tiers }, platforms: { 'linux/amd64': { suites: ['e2e'] }, [PORT]: { suites: ['e2e'], owners, slack: CHANNELS.own } } }, 'https://ci.example');
  const at = text.indexOf('step: 2', text.indexOf(PORT));
  const loaded = loadProject(`${text.slice(0, at)}step: ${step}${text.slice(at + 'step: 2'.length)}`, { file: 'demo.yml', origin: 'disk', ladders: LADDERS });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return track(loaded.project, [], loaded);
}

let on: Stage;
afterEach(() => on.store.close());

const events = async (kind: string): Promise<unknown[]> => (await on.store.platformEvents('demo', 0)).filter((e) => e.platform === PORT && e.kind === kind);
const told = async (): Promise<{ channel: string; text: string }[]> => (await on.rows()).map((r) => r.action)
  .filter((a): a is Extract<Action, { kind: 'ensure-card' }> => a.kind === 'ensure-card').map((a) => ({ channel: a.channel, text: plainText(a.text) }));

describe('a platform of the configuration in force', () => {
  it('is taken up with the step that it stands on, and nobody is told', async () => {
    on = await stage();
    await climb(on.rt, configured(2), false);
    await climb(on.rt, configured(2), false);
    expect(await events('adopted')).toMatchObject([{ step: 2 }]);
    expect(await events('owners')).toMatchObject([{ owners: ['@olga'] }]);
    expect(await events('step')).toEqual([]);
    expect(await told()).toEqual([]);
  });

  it('is told of once in the tiers channel and its own when its step has changed, and again when it changes back', async () => {
    on = await stage();
    await climb(on.rt, configured(2), false);
    on.clock.now += DAY;
    for (let i = 0; i < 2; i++) await climb(on.rt, configured(3), false);
    expect(await events('step')).toMatchObject([{ from: 2, to: 3, by: null, proposal: null, at: on.clock.now }]);
    expect((await told()).map((t) => t.channel).sort()).toEqual([CHANNELS.own, CHANNELS.tiers]);
    on.clock.now += DAY;
    await climb(on.rt, configured(2), false);
    await climb(on.rt, configured(3), false);
    expect(await events('step')).toMatchObject([{ to: 3 }, { from: 3, to: 2 }, { from: 2, to: 3 }]);
    expect(await told()).toHaveLength(6);
  });

  it('is told of, once, with the next start that has Slack where it moved while there was none, unless that is long ago', async () => {
    on = await stage();
    const mute = { ...on.rt, slack: null };
    await climb(mute, configured(2), false);
    await climb(mute, configured(1), false);
    on.clock.now += 5 * DAY;
    await climb(mute, configured(2), false);
    expect(await told()).toEqual([]);
    on.clock.now += 3 * DAY;
    for (let i = 0; i < 2; i++) await climb(on.rt, configured(2), false);
    expect((await told()).map((t) => [t.channel, t.text.includes('linux/s390x moves from build (1) to test (2).')]).sort()).toEqual([[CHANNELS.own, true], [CHANNELS.tiers, true]]);
  });

  it('is told in short in the tiers channel where many move at once, and whole in its own', async () => {
    on = await stage();
    const many = (step: number): Tracked => {
      const text = configOf({ channels: { tiers: CHANNELS.tiers }, platforms: Object.fromEntries(['amd64', 's390x', 'arm64', 'ppc64le', 'riscv64', 'loong64'].map((a) => [`linux/${a}`, { suites: ['e2e'], ...a === 's390x' ? { slack: CHANNELS.own } : {} }])) }, 'https://ci.example').replaceAll('step: 2', `step: ${step}`);
      const loaded = loadProject(text, { file: 'demo.yml', origin: 'disk', ladders: LADDERS });
      if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
      return track(loaded.project, [], loaded);
    };
    await climb(on.rt, many(2), false);
    await climb(on.rt, many(3), false);
    const inShort = async (channel: string): Promise<boolean[]> => (await told()).filter((t) => t.channel === channel).map((t) => t.text.endsWith('shows the evidence.'));
    expect([await inShort(CHANNELS.tiers), await inShort(CHANNELS.own)]).toEqual([Array.from({ length: 6 }, () => true), [false]]);
  });

  it('is said to have moved against the evidence where that does not hold, and without a proposal', async () => {
    on = await stage();
    await climb(on.rt, configured(2), false);
    await climb(on.rt, configured(3), false);
    const [{ text } = { text: '' }] = await told();
    expect(text).toContain('linux/s390x moves from test (2) to release (3).');
    expect(text).toContain('Its binaries and images ship with the release.');
    expect(text).toMatch(/The evidence says otherwise: release \(3\) asks for [^.]*owners-declared[^.]*, which are unmet\./);
    expect(text).toContain('Its builds may stay on by default; its binaries and images may ship with the release.');
    expect(text).toMatch(/^- owners-declared is unmet: /m);
    expect(text).toContain('without a proposal');
  });

  it('is not said to go down against the evidence where its step did not hold', async () => {
    on = await stage();
    await climb(on.rt, configured(2), false);
    await climb(on.rt, configured(1), false);
    expect((await told())[0]?.text).toMatch(/moves from test \(2\) to build \(1\)\.[^]*Its builds are to be off by default; nothing is added to the release\./);
    expect((await told())[0]?.text).not.toContain('says otherwise');
  });

  it('has its changed owners on record, and nobody is told', async () => {
    on = await stage();
    await climb(on.rt, configured(2), false);
    await climb(on.rt, configured(2, ['@olga', '@petra']), false);
    expect(await events('owners')).toMatchObject([{ owners: ['@olga'] }, { owners: ['@olga', '@petra'] }]);
    expect(await told()).toEqual([]);
  });
});

it('keeps what an evaluation found for every command to see', async () => {
  on = await stage();
  const tracked = configured(2);
  expect((await sceneOf(on.rt, tracked)).ladder).toBeNull();
  await climb(on.rt, tracked, true);
  const ladder = (await sceneOf(on.rt, tracked)).ladder;
  expect(ladder?.ladder.name).toBe('kubernetes-steps');
  expect(ladder?.platforms.find((p) => p.platform === PORT)).toMatchObject({ step: 2, next: 3, proposal: null, criteria: expect.arrayContaining([expect.objectContaining({ criterion: 'owners-declared', verdict: 'unmet' })]) as unknown });
});

it('counts a team as its members where it can be read, and otherwise as one, which it says', async () => {
  on = await stage();
  const tracked = configured(2, ['@octo/ports']);
  const owners = async () => {
    await climb(on.rt, tracked, true);
    return (await sceneOf(on.rt, tracked)).ladder?.platforms.find((p) => p.platform === PORT)?.criteria.find((c) => c.criterion === 'owners-declared');
  };
  expect(await owners()).toMatchObject({ verdict: 'unmet', because: '1 owner: octo/ports (octo/ports cannot be read and counts as one); 2 are needed.' });
  on.edge.teams.set('@octo/ports', ['Olga', 'pia']);
  expect(await owners()).toMatchObject({ verdict: 'met', because: '2 owners: octo/ports.' });
  // Whoever judges by the store alone comes to the same.
  expect(await knownTeams(on.rt.store, 'demo')).toEqual({ '@octo/ports': ['Olga', 'pia'] });
  expect(await readTeams({ ...on.rt, github: null }, tracked.project)).toEqual({ '@octo/ports': ['Olga', 'pia'] });
});

const database = databaseOf('steps');

describe.skipIf(!await postgresIsHere('two replicas recording one change of step'))('two replicas on one PostgreSQL', () => {
  afterAll(() => database.drop());

  it('record and tell one change of step once', async () => {
    await database.create();
    const open = (): Promise<Store> => openStore({ databaseUrl: database.url, dataDir: '/nowhere', mode: 'server' });
    const stores = [await open(), await open()] as const;
    on = await stage({ store: stores[0] });
    const replicas = stores.map((store) => ({ ...on.rt, store }));
    for (let step = 1; step <= 3; step++) await Promise.all(replicas.map((rt) => climb(rt, configured(step), false)));
    expect(await events('adopted')).toHaveLength(1);
    expect(await events('step')).toMatchObject([{ from: 1, to: 2 }, { from: 2, to: 3 }]);
    expect(await told()).toHaveLength(4);
    await stores[1].close();
  });
});
