import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { shippedLadders } from '../../src/config/ladder-files.ts';
import { loadProject, type AllowList, type LoadedProject } from '../../src/config/load.ts';
import type { OutboxRow } from '../../src/domain/action.ts';
import type { FileNow, InstalledRepository } from '../../src/domain/configuration.ts';
import { plainText } from '../../src/domain/text.ts';
import { Configurations } from '../../src/runtime/configurations/index.ts';
import type { Runtime } from '../../src/runtime/context.ts';
import { execute } from '../../src/runtime/execute.ts';
import { handleDelivery } from '../../src/runtime/handle.ts';
import { readiness } from '../../src/runtime/readiness.ts';
import { Scheduler } from '../../src/runtime/schedule.ts';
import { track, type Tracked } from '../../src/runtime/tracked.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { configOf } from '../e2e/configuration.ts';
import { databaseOf, postgresIsHere } from '../postgres.ts';
import { incident } from '../store/samples.ts';
import { HOUR, stage, type Stage } from './fixtures.ts';

const LADDERS = await shippedLadders();
const CI = 'https://ci.example';
const ALLOW: AllowList = { channels: ['#kube'], hosts: ['ci.example'] };
const KUBE = { id: 5, fullName: 'octo/kube' };
const FILE = '.github/archsignal.yml';

const text = ({ name = 'kube', repo = 'octo/kube', incidents = '#kube', owner = '@olga' } = {}): string => configOf({
  name, repo, channels: { incidents }, release: '{ name: v1 }', extra: 'polling: { every: 1h }', platforms: { 'linux/amd64': { suites: ['e2e'], owners: [owner] } },
}, CI);
const BAD = text().replace('version: 1', 'version: 9');

/** The repositories of an organisation, by number: what stands on each default branch. */
class Shelf {
  readonly files = new Map<number, { repo: string; text: string | null }>();
  /** The path of a second file, beside each. */
  unread: string | undefined;
  /** Why nothing can be read. */
  away: { reason: string; lasting: boolean } | null = null;
  complete = true;
  readonly reads: string[] = [];
  /** Those of them for which one 404 is enough. */
  readonly quick: string[] = [];
  /** Called after a file was read, and before that is told. */
  between: () => Promise<void> = async () => {};

  async now(fullName: string, branch?: string): Promise<FileNow> {
    this.reads.push(fullName);
    if (branch !== undefined) this.quick.push(fullName);
    if (this.away) return { kind: 'unknown', after: null, ...this.away };
    const found = [...this.files.values()].find((f) => f.repo === fullName);
    await this.between();
    if (!found) return { kind: 'gone' };
    return found.text === null ? { kind: 'none' } : { kind: 'file', path: FILE, commit: `c${this.reads.length}`.padEnd(40, '0'), sha: `sha-${found.text.length}-${found.text.slice(0, 300)}`, text: found.text, unread: this.unread };
  }

  async installed(): Promise<{ repositories: readonly InstalledRepository[]; complete: boolean; problem: string | null }> {
    if (this.away) return { repositories: [], complete: false, problem: this.away.reason };
    return { complete: this.complete, problem: null, repositories: [...this.files].map(([id, f]) => ({ id, fullName: f.repo, branch: 'main', state: `${f.repo} ${f.text ?? ''}` })) };
  }
}

const POSTGRES = await postgresIsHere('configurations of several servers');

interface Scene { readonly on: Stage; readonly shelf: Shelf; readonly tracked: Map<string, Tracked>; readonly configurations: Configurations; readonly rt: Runtime }

const ends: (() => Promise<void>)[] = [];
afterEach(async () => { for (const end of ends.splice(0)) await end(); });

/** A server, over the store of another where one is given, with what stands on disk. */
async function server({ over, disk = [], allow = ALLOW, shelf = over?.shelf ?? new Shelf(), store }: { over?: Scene; disk?: readonly string[]; allow?: AllowList; shelf?: Shelf; store?: Store } = {}): Promise<Scene> {
  const on = await stage({ ...(over || store ? { store: over?.on.store ?? store } : {}) });
  if (over) on.clock.now = over.on.clock.now;
  else ends.push(() => on.store.close());
  const loaded = disk.map((d): LoadedProject => {
    const result = loadProject(d, { file: 'demo.yml', origin: 'disk', ladders: LADDERS });
    if (!result.ok) throw new Error(JSON.stringify(result.errors));
    return result;
  });
  const tracked = new Map(loaded.map((l) => [l.project.name, track(l.project, [], l)]));
  const parts: { configurations?: Configurations } = {};
  const rt: Runtime = { ...on.rt, owner: over ? 'another' : 'me', projects: tracked, repositories: new Map(), get configurations() { return parts.configurations ?? null; } };
  const configurations = parts.configurations = new Configurations(rt, {
    tracked, files: shelf, assemble: (l) => track(l.project, [], l), taken: async () => {},
    ground: { disk: loaded.map((l) => ({ loaded: l, ladders: LADDERS })), allow, ladders: LADDERS },
  });
  await configurations.recall();
  return { on, shelf, tracked, configurations, rt };
}

const owners = ({ tracked }: Scene, name = 'kube'): readonly string[] | null => tracked.get(name)?.project.platforms[0]?.owners ?? null;
const warnings = async ({ on }: Scene): Promise<string[]> => (await on.store.warnings()).map((w) => w.text);
const checks = async ({ on }: Scene): Promise<unknown[]> => (await on.rows()).map((r) => r.action).filter((a) => a.kind === 'ensure-check-run');
const put = (scene: Scene, file: string | null, { id, fullName } = KUBE): Promise<unknown> => {
  scene.shelf.files.set(id, { repo: fullName, text: file });
  return scene.configurations.refresh({ id, fullName });
};

describe('the file of a repository', () => {
  it('is in force when it has no mistake, and anew when it is another', async () => {
    const scene = await server();
    await put(scene, text());
    expect([owners(scene), scene.tracked.get('kube')?.project]).toMatchObject([['@olga'], { origin: 'repository', file: FILE, sources: [{ guarded: true }] }]);
    expect(scene.rt.repositories.get(5)).toBe('octo/kube');
    const before = scene.tracked.get('kube');
    await put(scene, text());
    expect(scene.tracked.get('kube')).toBe(before);
    await put(scene, text({ owner: '@nils' }));
    expect(owners(scene)).toEqual(['@nils']);
    expect(await checks(scene)).toEqual([]);
    expect((await scene.on.store.auditOf('configuration')).map((a) => [a.project, a.what])).toEqual([['kube', 'taken up'], ['kube', 'taken up']]);
  });

  it('stays in force when what is pushed has a mistake, which is told once on its commit and to the operator until it is mended', async () => {
    const scene = await server();
    await put(scene, text());
    for (let i = 0; i < 2; i++) await put(scene, BAD);
    expect(owners(scene)).toEqual(['@olga']);
    expect(await checks(scene)).toMatchObject([{ repo: 'octo/kube', repository: 5, sha: expect.stringMatching(/^c20/) as string, pull: null }]);
    expect(await warnings(scene)).toEqual([expect.stringMatching(/^octo\/kube: \.github\/archsignal\.yml at c200000 has 1 mistake, so it is not taken up\. What has been in force since .* stays in force \(c100000\)\. Line 1, version: /)]);
    const notices = async () => (await scene.on.rows()).map((r) => r.action).filter((a) => a.kind === 'notice');
    expect(await notices()).toMatchObject([{ channel: '#kube' }]);
    await put(scene, text({ owner: '@nils' }));
    expect([await warnings(scene), owners(scene), (await checks(scene)).length]).toEqual([[], ['@nils'], 1]);
  });

  it('tracks nothing as long as it never was without a mistake, and says so', async () => {
    const scene = await server();
    await put(scene, BAD);
    expect([...scene.tracked.keys()]).toEqual([]);
    expect(await warnings(scene)).toEqual([expect.stringContaining('Nothing is tracked by it so far.')]);
    await put(scene, null);
    expect(await warnings(scene)).toEqual([]);
  });

  it('is in force at the next start, whether GitHub answers or not', async () => {
    const first = await server();
    await put(first, text());
    await put(first, BAD);
    const next = await server({ over: first });
    expect(owners(next)).toEqual(['@olga']);
    next.shelf.away = { reason: 'GitHub answered 503.', lasting: false };
    expect(await next.configurations.refresh(KUBE)).toMatchObject({ ok: false, reason: 'GitHub answered 503.' });
    expect(owners(next)).toEqual(['@olga']);
  });

  it('is checked again by what the operator allows now', async () => {
    const first = await server();
    await put(first, text());
    const narrower = await server({ over: first, allow: { channels: [], hosts: ['ci.example'] } });
    expect(owners(narrower)).toBeNull();
    expect(await warnings(narrower)).toEqual([expect.stringMatching(/was in force, and is not any more: line \d+, slack\.channels\.incidents/)]);
    await narrower.configurations.refresh(KUBE);
    expect(await checks(narrower)).toHaveLength(1);
    const wider = await server({ over: narrower });
    await wider.configurations.refresh(KUBE);
    expect([owners(wider), await warnings(wider), (await checks(wider)).length]).toEqual([['@olga'], [], 2]);
  });

  it('is in force no more when it is taken away, and what is open stays as it is', async () => {
    const scene = await server();
    await put(scene, text());
    const { on, tracked } = scene;
    const project = tracked.get('kube')?.project;
    await on.store.commit({ at: on.clock.now, incidents: [{ expected: null, incident: incident('one', { project: 'kube', repo: 'octo/kube', issue: { repo: 'octo/kube', number: 7, url: 'u' } }) }] });
    await put(scene, null);
    expect([owners(scene), (await on.store.incident('one'))?.state]).toEqual([null, 'open']);
    expect(await warnings(scene)).toEqual(['kube is no longer tracked: octo/kube has no .github/archsignal.yml any more. Its 1 open incident and their issues are left as they are; close those by hand, or put the file back.']);
    await put(scene, text());
    expect([tracked.get('kube')?.project.repo, await warnings(scene)]).toEqual([project?.repo, []]);
  });

  it('leaves no warning behind that only holds while it is tracked', async () => {
    const scene = await server();
    await put(scene, text());
    await scene.on.store.raiseWarnings([{ key: 'source:kube:grid:down', project: 'kube', urgency: 'lasting', text: 'grid does not answer.' }], scene.on.clock.now);
    await put(scene, null);
    expect(await warnings(scene)).toEqual([]);
  });

  it('goes on without a word about an end when the operator takes it over on disk', async () => {
    const first = await server();
    await put(first, text());
    await first.on.store.commit({ at: first.on.clock.now, incidents: [{ expected: null, incident: incident('one', { project: 'kube', repo: 'octo/kube', issue: { repo: 'octo/kube', number: 7, url: 'u' } }) }] });
    const next = await server({ over: first, disk: [text()] });
    await next.configurations.refresh(KUBE);
    expect([next.tracked.get('kube')?.project.origin, await warnings(next)]).toEqual(['disk', []]);
  });

  it('goes on under the old name when the repository is renamed, and asks for the new one', async () => {
    const scene = await server();
    await put(scene, text());
    await put(scene, text(), { id: 5, fullName: 'octo/kubernetes' });
    expect(owners(scene)).toEqual(['@olga']);
    expect(await warnings(scene)).toEqual([expect.stringContaining('so its `repo` must be "octo/kubernetes"')]);
    await put(scene, text({ repo: 'octo/kubernetes' }), { id: 5, fullName: 'octo/kubernetes' });
    expect([await warnings(scene), scene.tracked.get('kube')?.project.repo]).toEqual([[], 'octo/kubernetes']);
  });
});

describe('a second file under the other name', () => {
  const OTHER = '.github/archsignal.yaml';
  const told = 'octo/kube: .github/archsignal.yaml stands beside .github/archsignal.yml and is not read, so what it says has no effect. Keep one of the two.';

  it('is warned of while it stands there, beside what is said of the first', async () => {
    const scene = await server();
    await put(scene, text());
    scene.shelf.unread = OTHER;
    await put(scene, text());
    expect([owners(scene), await warnings(scene)]).toEqual([['@olga'], [told]]);
    await put(scene, BAD);
    expect(await warnings(scene)).toEqual([told, expect.stringContaining('has 1 mistake')]);
    scene.shelf.unread = undefined;
    await put(scene, text());
    expect(await warnings(scene)).toEqual([]);
  });

  it('is told of in the check, where its author would believe that the first one\'s is theirs', async () => {
    const { configurations: { checker } } = await server();
    const checked = await checker.check('octo/kube', 5, { kind: 'file', path: FILE, commit: 'c', sha: 's', text: text(), unread: OTHER });
    expect([checked.conclusion, checked.title, plainText(checked.summary).split('\n')[0]]).toEqual(['success', 'No mistake, 3 doubts; .github/archsignal.yaml is not read', '.github/archsignal.yaml stands beside .github/archsignal.yml and is not read: what it says has no effect. Keep one of the two.']);
    expect(checked.annotations[0]).toMatchObject({ path: OTHER, line: 1, level: 'warning' });
  });
});

describe('what a repository\'s project leaves behind, or cannot reach', () => {
  it('waits with what is to be written about an incident until the file is back', async () => {
    const scene = await server();
    const row = { action: { kind: 'comment', incident: 'one', generation: 1, fact: 1 }, project: 'kube' } as OutboxRow;
    expect(await execute(scene.rt, row, null, false)).toMatchObject({ ok: false, retry: true, scope: 'row', reason: 'the project kube is not tracked any more' });
    await put(scene, text());
    expect(await execute(scene.rt, row, null, false)).toMatchObject({ ok: false, retry: false });
  });

  it('does not make the program unready with a source that cannot be read, as a file on disk does', async () => {
    const ready = async (scene: Scene): Promise<unknown> => {
      for (const [name, t] of scene.tracked) scene.tracked.set(name, { ...t, jobsBySource: new Map([['grid', t.jobs]]) });
      const { reasons, sources } = await readiness(scene.rt, { github: async () => ({ ok: true, reason: null }), slack: null });
      return [reasons.length, sources.length];
    };
    const scene = await server();
    await put(scene, text());
    expect([await ready(scene), await ready(await server({ disk: [text()] }))]).toEqual([[0, 1], [1, 1]]);
  });
});

describe('a project\'s name', () => {
  const OTHER = { id: 6, fullName: 'octo/other' };
  const taken = 'a project of another repository is called "kube" here';

  it('is the operator\'s first: the file on disk wins, and the one in the repository is a copy', async () => {
    const scene = await server({ disk: [text({ owner: '@operator', incidents: '#any' })] });
    await put(scene, text({ owner: '@thief' }));
    expect([owners(scene), await warnings(scene), await checks(scene)]).toEqual([['@operator'], [], []]);
    const { checker } = scene.configurations;
    const checked = await checker.check('octo/kube', 5, { kind: 'file', path: FILE, commit: 'c', sha: 's', text: `${text({ owner: '@nils', incidents: '#any' })}people: { U0123456: olga }\n` });
    expect([checked.conclusion, plainText(checked.summary)]).toEqual(['success', expect.stringMatching(/^Archsignal reads kube from the file of whoever operates it[^]*owners added: nils/)]);
    await put(scene, text(), OTHER);
    expect(await warnings(scene)).toEqual([expect.stringContaining('its `repo` must be "octo/other"')]);
    await put(scene, text({ repo: 'octo/other' }), OTHER);
    expect([owners(scene), await warnings(scene)]).toEqual([['@operator'], [expect.stringContaining(taken)]]);
  });

  it('stays with the repository that had it first, also when its file is gone, and goes over where the operator says so', async () => {
    const scene = await server();
    await put(scene, text());
    await put(scene, text({ repo: 'octo/other', owner: '@thief' }), OTHER);
    expect(owners(scene)).toEqual(['@olga']);
    await put(scene, null);
    await put(scene, text({ repo: 'octo/other', owner: '@thief', name: 'KUBE' }), OTHER);
    expect([[...scene.tracked.keys()], await warnings(scene)]).toEqual([[], [expect.stringContaining('a project of another repository is called "KUBE" here')]]);
    await server({ over: scene, disk: [text({ repo: 'octo/other' })] });
    const after = await server({ over: scene });
    await put(after, text({ repo: 'octo/other', owner: '@heir' }), OTHER);
    expect(owners(after)).toEqual(['@heir']);
  });

  it('may change, which ends the one and begins the other', async () => {
    const scene = await server();
    await put(scene, text());
    await put(scene, text({ name: 'k8s' }));
    expect([...scene.tracked.keys()]).toEqual(['k8s']);
  });

  it('goes from the repository to the disk and back', async () => {
    const scene = await server();
    await put(scene, text());
    const onDisk = await server({ over: scene, disk: [text({ owner: '@operator' })] });
    expect(owners(onDisk)).toEqual(['@operator']);
    await onDisk.configurations.refresh(KUBE);
    const back = await server({ over: onDisk });
    expect(owners(back)).toBeNull();
    await back.configurations.refresh(KUBE);
    expect(owners(back)).toEqual(['@olga']);
  });
});

describe('the regular look', () => {
  const looked = async (scene: Scene): Promise<string[]> => {
    scene.shelf.reads.length = 0;
    scene.configurations.tick();
    await scene.configurations.idle();
    return scene.shelf.reads;
  };

  it('reads every repository at start, and later on what has changed', async () => {
    const scene = await server();
    for (const [id, repo] of [[5, 'octo/kube'], [6, 'octo/none']] as const) scene.shelf.files.set(id, { repo, text: id === 5 ? text() : null });
    expect((await looked(scene)).sort()).toEqual(['octo/kube', 'octo/none']);
    expect(owners(scene)).toEqual(['@olga']);
    expect(await looked(scene)).toEqual([]);
    scene.on.clock.now += HOUR;
    expect(await looked(scene)).toEqual([]);
    scene.shelf.files.set(5, { repo: 'octo/kube', text: text({ owner: '@nils' }) });
    scene.configurations.lookSoon();
    scene.on.clock.now += 5_000;
    expect(await looked(scene)).toEqual(['octo/kube']);
    expect(owners(scene)).toEqual(['@nils']);
    // What is known is not given up on the word of one wrong answer.
    expect(scene.shelf.quick.sort()).toEqual(['octo/kube', 'octo/none']);
  });

  it('ends what the App was taken off, but not what could not be listed or read', async () => {
    const scene = await server();
    await put(scene, text());
    await looked(scene);
    scene.shelf.away = { reason: 'GitHub answered 502.', lasting: false };
    scene.on.clock.now += HOUR;
    await looked(scene);
    scene.shelf.away = null;
    const [kept] = scene.shelf.files.entries();
    scene.shelf.files.clear();
    scene.shelf.complete = false;
    scene.on.clock.now += 60_000;
    await looked(scene);
    expect(owners(scene)).toEqual(['@olga']);
    scene.shelf.complete = true;
    scene.on.clock.now += HOUR;
    expect(await looked(scene)).toEqual(['octo/kube']);
    expect(owners(scene)).toBeNull();
    if (kept) scene.shelf.files.set(...kept);
    scene.on.clock.now += HOUR;
    await looked(scene);
    expect(owners(scene)).toEqual(['@olga']);
  });

  it('tries again soon where a file could not be read, and not where it never can', async () => {
    const scene = await server();
    scene.shelf.files.set(5, { repo: 'octo/kube', text: text() });
    for (const [lasting, again] of [[false, ['octo/kube']], [true, []]] as const) {
      scene.shelf.now = async (repo) => { scene.shelf.reads.push(repo); return { kind: 'unknown', reason: 'no', after: null, lasting }; };
      scene.on.clock.now += HOUR;
      await looked(scene);
      scene.on.clock.now += 60_000;
      expect(await looked(scene)).toEqual(lasting ? again : ['octo/kube']);
    }
  });
});

describe('several servers', () => {
  it('follow what any of them has read, with their lanes', async () => {
    const one = await server();
    const two = await server({ over: one });
    await put(one, text());
    const scheduler = new Scheduler(two.rt, { [Symbol.iterator]: () => two.tracked.values() });
    await scheduler.tick();
    await scheduler.idle();
    expect(owners(two)).toEqual(['@olga']);
    expect((await two.on.store.platformEvents('kube', 0)).map((e) => e.kind)).toEqual(['adopted', 'owners']);
    await put(one, text({ owner: '@nils' }));
    two.on.clock.now += HOUR;
    for (let i = 0; i < 2; i++) { await scheduler.tick(); await scheduler.idle(); }
    expect((await two.on.store.platformEvents('kube', 0)).filter((e) => e.kind === 'owners')).toMatchObject([{ owners: ['@olga'] }, { owners: ['@nils'] }]);
    await put(one, null);
    await scheduler.tick();
    expect(owners(two)).toBeNull();
    await scheduler.stop();
  });

  it('never put back what one of them read before another\'s newer look', async () => {
    const one = await server();
    const two = await server({ over: one });
    await put(one, text());
    let turned = false;
    one.shelf.between = async () => {
      if (turned) return;
      turned = true;
      await put(two, text({ owner: '@newer' }));
    };
    await put(one, text({ owner: '@older' }));
    expect([owners(one), owners(two)]).toEqual([['@newer'], ['@newer']]);
  });

  const database = databaseOf('repository_files');
  describe.skipIf(!POSTGRES)('on PostgreSQL', () => {
    afterAll(() => database.drop());

    it('agree, though all read at once', async () => {
      await database.create();
      const open = (): Promise<Store> => openStore({ databaseUrl: database.url, dataDir: '', mode: 'server' });
      const one = await server({ store: await open() });
      const others = await Promise.all([0, 1].map(async () => server({ store: await open(), shelf: one.shelf })));
      one.shelf.files.set(5, { repo: 'octo/kube', text: BAD });
      const all = [one, ...others];
      expect(await Promise.all(all.map((s) => s.configurations.refresh(KUBE)))).toEqual([{ ok: true }, { ok: true }, { ok: true }]);
      expect(await checks(one)).toHaveLength(1);
      one.shelf.files.set(5, { repo: 'octo/kube', text: text() });
      await Promise.all(all.map((s) => s.configurations.refresh(KUBE)));
      for (const s of all) await s.configurations.align();
      expect(all.map((s) => owners(s))).toEqual([['@olga'], ['@olga'], ['@olga']]);
      expect(await warnings(one)).toEqual([]);
    });
  });
});

describe('an event', () => {
  const event = (name: string, more: object = {}) => ({ event: name, repo: KUBE, actor: { login: 'olga', type: 'User' }, at: 1, ...more });
  const deliver = async ({ rt, on }: Scene, name: string, more: object = {}, id: string = name): Promise<void> => {
    await on.store.receive([{ id, surface: 'github', event: name, payload: event(name, more) }], on.clock.now);
    for (const held of await on.store.claimDeliveries({ owner: 'me', now: on.clock.now, leaseFor: 1_000, limit: 9 })) await handleDelivery(rt, held);
  };
  const waiting = async ({ on }: Scene): Promise<number> => (await on.store.claimDeliveries({ owner: 'me', now: on.clock.now + HOUR, leaseFor: 1, limit: 9 })).length;

  it('of a push has the file read, and is tried again while it cannot be', async () => {
    const scene = await server();
    scene.shelf.files.set(5, { repo: 'octo/kube', text: text() });
    scene.shelf.away = { reason: 'no', lasting: false };
    await deliver(scene, 'push');
    expect(owners(scene)).toBeNull();
    scene.shelf.away = null;
    scene.on.clock.now += HOUR;
    await deliver(scene, 'installation.created');
    expect([owners(scene), await waiting(scene)]).toEqual([['@olga'], 0]);
  });

  it('of a pull request plans one check of its head, and the newer takes the place of one that waits', async () => {
    const scene = await server();
    await put(scene, text());
    for (const [i, sha] of ['aaaaaaa', 'aaaaaaa', 'bbbbbbb'].entries()) await deliver(scene, 'pull_request.synchronize', { pull: { number: 7, url: '', merged: false, mergedAt: null, sha } }, `d${i}`);
    expect((await scene.on.rows()).map((r) => [r.state, r.project, r.destination, r.action])).toEqual([
      ['pending', 'kube', 'github:octo/kube', expect.objectContaining({ kind: 'ensure-check-run', sha: 'bbbbbbb', pull: 7, repository: 5 })],
      ['superseded', 'kube', 'github:octo/kube', expect.objectContaining({ sha: 'aaaaaaa' })],
    ]);
    expect(await waiting(scene)).toBe(0);
  });

  it('of a check that is asked for again plans it anew, every time', async () => {
    const scene = await server();
    for (const id of ['one', 'two']) await deliver(scene, 'check_run.rerequested', { check: { sha: 'aaaaaaa', pulls: [7, 8] } }, id);
    await deliver(scene, 'check_suite.rerequested', { check: { sha: 'bbbbbbb', pulls: [] } });
    const planned = (await checks(scene)) as { id: string; pull: number | null }[];
    expect(planned.map((a) => [a.pull, a.id]).sort()).toEqual([[7, 'configuration.7.one'], [7, 'configuration.7.two'], [8, 'configuration.8.one'], [8, 'configuration.8.two'], [null, 'configuration.default.check_suite.rerequested']].sort());
  });
});
