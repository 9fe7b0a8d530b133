import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Incident } from '../../src/domain/incident.ts';
import { plainText } from '../../src/domain/text.ts';
import { pollAskedFor } from '../../src/runtime/commands/rounds.ts';
import { Inbox } from '../../src/runtime/deliveries.ts';
import { Dispatcher } from '../../src/runtime/dispatch.ts';
import { pollProject } from '../../src/runtime/poll.ts';
import { track } from '../../src/runtime/tracked.ts';
import { makeJob, makeProject } from '../policy/story.ts';
import { held, HOUR, stage, type Stage, type StageSpec } from './fixtures.ts';

let on: Stage;
let inbox: Inbox;
afterEach(() => on.store.close());

const RELEASE = { name: 'v1', branch: 'main', leads: ['@lead'], ciSignal: [], quorum: 2, date: null, freeze: null, milestone: null, proposalExpires: 72 * HOUR } as const;

/** A breakage of linux/s390x whose issue, #7, is filed; olga is one of its owners. */
async function filed(spec: StageSpec = {}): Promise<void> {
  on = await stage({ ...spec, project: { releases: [RELEASE], ...spec.project } });
  inbox = new Inbox(on.rt);
  for (const owner of ['olga', 'petra']) on.edge.members.add(`@demo/s390x-owners ${owner}`);
  on.brings('PPFFF');
  await pollProject(on.rt, on.tracked, new AbortController().signal);
  await new Dispatcher(on.rt).drain();
}

let count = 0;

/** The webhook of a comment; `over.before`: it is an edit, and this is what stood there before. */
const comment = (by: string, body: string, over: { readonly id?: number; readonly before?: string; readonly number?: number; readonly at?: number; readonly labels?: readonly string[]; readonly isPull?: boolean } = {}) => {
  const id = over.id ?? ++count;
  const event = over.before === undefined ? 'issue_comment.created' : 'issue_comment.edited';
  return {
    id: `d${++count}`, surface: 'github' as const, event, payload: {
      event, repo: { fullName: 'demo/demo', id: 1 }, actor: { login: by, type: 'User' }, at: over.at ?? on.clock.now,
      issue: { number: over.number ?? 7, state: 'open', labels: over.labels ?? [], authorLogin: null, url: 'u', isPull: over.isPull ?? false },
      comment: { id, url: `https://github.example/7#${id}`, body, authorLogin: by, ...(over.before === undefined ? {} : { before: over.before }) },
    },
  };
};

async function says(...of: Parameters<typeof comment>): Promise<void> {
  await inbox.receive(comment(...of));
  await inbox.work();
}

const incident = async (): Promise<Incident> => {
  const [found] = await on.store.incidents('demo', 0);
  if (!found) throw new Error('no incident');
  return found;
};

/** What was answered so far, oldest first. */
const answers = async (): Promise<string[]> => (await on.rows()).reverse().flatMap(({ action }) => action.kind === 'post-comment' ? [plainText(action.text)] : []);
const reactions = async (): Promise<string[]> => (await on.rows()).reverse().flatMap(({ action }) => action.kind === 'react' ? [`${action.comment} ${action.content}`] : []);

describe('a comment with commands', () => {
  it('is handled in one transaction: what it changes, its answer and its end, or nothing', async () => {
    await filed();
    await says('olga', '/arch ack\n/arch attempt gcc 15\n/arch snoze');
    expect(await incident()).toMatchObject({ acknowledged: { by: 'olga' }, tries: [{ text: 'gcc 15', by: 'olga' }] });
    expect(await answers()).toEqual([expect.stringMatching(/^\/arch ack\n\nYou have [^]*\/arch attempt gcc 15\n\nWhat you tried[^]*did you mean snooze\?/)]);
    expect(await inbox.work()).toBe(0);
  });

  it('changes nothing where nobody can be looked up, and says so', async () => {
    await filed();
    on.edge.blind = true;
    await says('olga', '/arch ack\n/arch status');
    expect((await incident()).acknowledged).toBeNull();
    expect(await answers()).toEqual([expect.stringMatching(/could not be looked up on GitHub[^]*linux\/s390x is failing/)]);
  });

  it('looks each person up once, however many lines they wrote, and anew for the next comment', async () => {
    await filed();
    let asked = 0;
    on.edge.member = async () => { asked++; return 'no'; };
    await says('stranger', '/arch ack\n/arch snooze 1h\n/arch infra\n/arch status');
    const first = asked;
    await says('stranger', '/arch ack');
    // Once in each of the two teams that may.
    expect([first, asked]).toEqual([2, 4]);
  });

  it('is decided again where the incident changed while somebody was looked up, and answered once', async () => {
    await filed();
    const asked = held();
    const answer = held<'yes'>();
    on.edge.member = async () => { asked.resolve(); return answer.promise; };
    await inbox.receive(comment('quinn', '/arch ack'));
    const work = inbox.work();
    await asked.promise;
    const before = await incident();
    await on.store.commit({ at: on.clock.now, incidents: [{ expected: before.revision, incident: { ...before, revision: before.revision + 1, acknowledged: { by: 'petra', at: on.clock.now } } }] });
    answer.resolve('yes');
    await work;
    expect((await incident()).acknowledged?.by).toBe('quinn');
    expect(await answers()).toEqual([expect.stringMatching(/petra had it/)]);
  });

  it('waits for the one before it on the same issue, and for none on another', async () => {
    await filed();
    const asked = held();
    const answer = held<'yes'>();
    on.edge.member = async (_repo, _handle, login) => {
      if (login !== 'slow') return 'no';
      asked.resolve();
      return answer.promise;
    };
    for (const c of [comment('slow', '/arch ack'), comment('olga', '/arch attempt one'), comment('olga', '/arch owners linux/s390x', { number: 12 })]) await inbox.receive(c);
    const work = inbox.work();
    await asked.promise;
    await expect.poll(answers).toEqual([expect.stringContaining('is owned by')]);
    answer.resolve('yes');
    await work;
    expect((await answers()).slice(1)).toEqual([expect.stringContaining('You have linux/s390x'), expect.stringContaining('What you tried')]);
    expect((await incident()).acknowledged?.by).toBe('slow');
  });

  it('is not run again under another delivery\'s id, though what it did was undone', async () => {
    await filed();
    for (const [line, undo] of [['/arch downtime linux/s390x now 4h disks', '/arch downtime linux/s390x end'], ['/arch mute linux/s390x:e2e 2d disks', '/arch mute linux/s390x:e2e off'], ['/arch infra', '/arch infra off']] as const) {
      const by = line.includes('mute') ? 'lead' : 'olga';
      const id = ++count;
      await says(by, line, { id });
      await says(by, undo);
      const before = { answers: (await answers()).length, quiets: await on.store.quiets('demo', on.clock.now), incident: await incident() };
      await says(by, line, { id });
      expect({ answers: (await answers()).length, quiets: await on.store.quiets('demo', on.clock.now), incident: await incident() }, line).toEqual(before);
    }
    expect(on.log.filter((l) => l['level'] === 'error')).toEqual([]);
  });

  it('is not run again either when its answer is forgotten: a webhook that somebody kept is nobody\'s word of now', async () => {
    await filed();
    for (const [by, line, undo] of [['olga', '/arch infra', '/arch infra off'], ['lead', '/arch mute linux/s390x:e2e 90d disks', '/arch mute linux/s390x:e2e off']] as const) {
      const kept = comment(by, line);
      await inbox.receive(kept);
      await inbox.work();
      await says(by, undo);
      await new Dispatcher(on.rt).drain();
      on.clock.now += 40 * 24 * HOUR;
      while (await on.store.maintain(on.clock.now, { runs: 90 * 24 * HOUR, rollups: 1_000 * 24 * HOUR })) { /* until all is done */ }
      const before = { answers: (await answers()).length, reactions: await reactions(), quiets: await on.store.quiets('demo', on.clock.now), incident: await incident() };
      await inbox.receive({ ...kept, id: `${kept.id}-again` });
      await inbox.work();
      expect({ answers: (await answers()).length, reactions: await reactions(), quiets: await on.store.quiets('demo', on.clock.now), incident: await incident() }, line).toEqual(before);
    }
  });

  it('is run however old it says to be, where nothing of it was ever run', async () => {
    await filed();
    await says('olga', '/arch attempt one', { at: on.clock.now - 400 * 24 * HOUR });
    expect((await answers()).length).toBe(1);
  });

  it('that is edited twice within a second is answered for each edit, and for an edit that comes twice once', async () => {
    await filed();
    const at = on.clock.now - 500;
    await says('olga', '/arch attempt one', { id: 900 });
    await says('olga', '/arch attempt one\n/arch attempt two', { id: 900, before: '/arch attempt one', at });
    await says('olga', '/arch attempt one\n/arch attempt two\n/arch attempt three', { id: 900, before: '/arch attempt one\n/arch attempt two', at });
    await says('olga', '/arch attempt one\n/arch attempt two', { id: 900, before: '/arch attempt one', at });
    expect((await incident()).tries.map((t) => t.text)).toEqual(['one', 'two', 'three']);
    expect(await answers()).toHaveLength(3);
    expect(new Set(await reactions())).toEqual(new Set(['900 eyes']));
  });

  it('that says the same twice at once says it once, and once more where an edit adds it', async () => {
    await filed();
    await says('olga', '/arch attempt gcc 15\n\n/arch  attempt gcc 15', { id: 910 });
    expect((await incident()).tries.map((t) => t.text)).toEqual(['gcc 15']);
    await says('olga', '/arch attempt gcc 15\n/arch attempt gcc 15', { id: 910, before: '/arch attempt gcc 15' });
    expect((await incident()).tries.map((t) => t.text)).toEqual(['gcc 15', 'gcc 15']);
  });

  it('on an issue of ours whose number is not stored yet waits until it is', async () => {
    await filed();
    await inbox.receive(comment('olga', '/arch status', { number: 8, labels: ['archsignal'] }));
    await inbox.work();
    expect(await answers()).toEqual([]);
    const before = await incident();
    await on.store.commit({ at: on.clock.now, incidents: [{ expected: before.revision, incident: { ...before, revision: before.revision + 1, issue: { repo: 'demo/demo', number: 8, url: 'u' } } }] });
    on.clock.now += 1_000;
    await inbox.work();
    expect(await answers()).toEqual([expect.stringContaining('linux/s390x is failing')]);
  });

  it('on a pull request of ours, which has our label too, waits for nothing', async () => {
    await filed();
    await says('olga', '/arch status linux/s390x', { id: 908, number: 9, labels: ['archsignal'], isPull: true });
    expect(await reactions()).toEqual(['908 eyes']);
    expect(await answers()).toEqual([expect.stringContaining('linux/s390x is failing')]);
  });

  it('with many mistakes of one person gets a reaction in the place of words, until an hour is over or they say something that can be done', async () => {
    await filed();
    for (let i = 0; i < 22; i++) await says('stranger', '/arch ack', { id: 1_000 + i });
    expect(await answers()).toHaveLength(20);
    expect((await reactions()).filter((r) => r.endsWith('confused'))).toEqual(['1020 confused', '1021 confused']);
    await says('stranger', '/arch ack', { id: 1_021 });
    await says('stranger', '/arch snooze 3d', { id: 1_030 });
    expect(await answers(), 'another refusal is explained').toHaveLength(21);
    await says('stranger', '/arch snooze 3d', { id: 1_031 });
    expect((await reactions()).at(-1)).toBe('1031 confused');
    await says('petra', '/arch snoze');
    await says('stranger', '/arch status');
    expect(await answers()).toHaveLength(23);
    on.clock.now += HOUR + 1;
    await says('stranger', '/arch ack');
    expect(await answers()).toHaveLength(24);
  });

  it('with a hundred different mistakes within an hour gets no more words', async () => {
    await filed();
    for (let i = 0; i < 6; i++) {
      await says('stranger', Array.from({ length: 20 }, (_, n) => `/arch nonsense-${i}-${n}`).join('\n'), { id: 2_000 + i });
      on.clock.now += HOUR / 20;
    }
    expect([await answers(), await reactions()]).toMatchObject([{ length: 5 }, expect.arrayContaining(['2005 confused'])]);
  });

  it('is kept in the audit, with who, where and by which delivery, also what was refused', async () => {
    await filed();
    await says('olga', '/arch ack', { id: 5_000 });
    await says('stranger', '/arch snooze 1h', { id: 5_001 });
    const [done] = await on.store.auditBy('github:olga', 0, 10);
    expect([done, ...await on.store.auditBy('github:stranger', 0, 10)]).toMatchObject([
      { what: expect.stringMatching(/done|acknowledged/) as string },
      { what: 'refused', entity: 'command:c5001:1', evidence: { line: '/arch snooze 1h', verb: 'snooze', surface: 'github', delivery: expect.stringMatching(/^d\d+$/) as string, url: 'https://github.example/7#5001', looked: { allowed: ['@demo/s390x-owners', '@demo/signal'], verdict: 'no' } } },
    ]);
  });

  it('that cannot be told whether the fix is merged keeps the link, and a fix elsewhere is read with the rights on the project\'s repository', async () => {
    await filed();
    const vias: string[] = [];
    on.edge.pull = async (repo, number, { via }) => { vias.push(via); return { repo, number, url: '', state: 'unknown', mergedAt: null }; };
    await says('olga', '/arch fixed-by octo/toolchain#12');
    expect((await incident()).fixes).toMatchObject([{ repo: 'octo/toolchain', number: 12, url: 'https://github.example/octo/toolchain/pull/12', state: 'open' }]);
    expect(vias).toEqual(['demo/demo']);
  });

  it('that names a fix elsewhere is told what becomes of it only where the project may see it, though the App hears of every repository', async () => {
    await filed();
    const merged = (n: number) => ({ id: `m${n}`, surface: 'github' as const, event: 'pull_request.closed', payload: { event: 'pull_request.closed', repo: { fullName: 'octo/secret', id: 9 }, actor: { login: 'ines', type: 'User' }, at: on.clock.now, pull: { number: 12, url: 'u', merged: true, mergedAt: on.clock.now } } });
    let state: 'unknown' | 'open' = 'unknown';
    const asked: object[] = [];
    on.edge.pull = async (repo, number, limit) => { asked.push({ repo, via: limit.via, discreet: limit.discreet }); return { repo, number, url: '', state, mergedAt: null }; };
    await says('olga', '/arch fixed-by octo/secret#12');
    await inbox.receive(merged(1));
    await inbox.work();
    expect((await incident()).fixes).toMatchObject([{ state: 'open', mergedAt: null }]);
    state = 'open';
    await inbox.receive(merged(2));
    await inbox.work();
    expect((await incident()).fixes).toMatchObject([{ state: 'merged' }]);
    expect(asked).toEqual([1, 2, 3].map(() => ({ repo: 'octo/secret', via: 'demo/demo', discreet: true })));
  });

  it('asks for a poll where it says so, and where what is muted changed', async () => {
    await filed();
    await says('stranger', '/arch recheck');
    expect(await pollAskedFor(on.rt, 'demo')).toBe(0);
    await says('lead', '/arch recheck');
    expect(await pollAskedFor(on.rt, 'demo')).toBe(on.clock.now);
    on.clock.now += 60_000;
    await says('olga', '/arch downtime linux/s390x now 4h disks');
    expect(await pollAskedFor(on.rt, 'demo')).toBe(on.clock.now);
  });

  it('puts on record, once, who did something for which platform, and not who only asked or decided', async () => {
    await filed();
    const acts = async (): Promise<string[]> => (await on.store.platformEvents('demo', 0)).flatMap((e) => e.kind === 'act' ? [`${e.by} ${e.what} ${e.platform}`] : []);
    await says('olga', '/arch status');
    await says('lead', '/arch recheck');
    await says('lead', '/arch mute linux/s390x:e2e 1d the lab is moving');
    expect((await on.store.quiets('demo', 0)).map((q) => q.kind)).toEqual(['mute']);
    await says('stranger', '/arch ack');
    expect(await acts()).toEqual([]);
    const ack = comment('olga', '/arch ack\n/arch attempt a new disk');
    for (const id of ['one', 'two']) {
      await inbox.receive({ ...ack, id });
      await inbox.work();
    }
    await says('petra', '/arch downtime linux/s390x now 4h disks');
    expect(await acts()).toEqual(['olga ack linux/s390x', 'olga attempt linux/s390x', 'petra downtime linux/s390x']);
  });

  it('asks for another judgement where it excepts something', async () => {
    await filed();
    await says('lead', '/arch exception linux/s390x pass-rate 10d the lab is moving');
    expect(await pollAskedFor(on.rt, 'demo')).toBe(on.clock.now);
  });

  it('that asks for a pull request is answered once, with its link and what else is to be known', async () => {
    await filed();
    const add = comment('lead', '/arch owners linux/s390x add @other/team');
    for (const id of ['one', 'two']) {
      on.edge.blind = id === 'two';
      await inbox.receive({ ...add, id });
      await inbox.work();
    }
    on.edge.blind = false;
    expect(await answers()).toEqual([]);
    on.edge.answer = (action) => action.kind === 'ensure-pull-request' ? { ok: true, receipt: { kind: 'pull-request', repo: 'demo/demo', number: 31, url: 'https://github.example/31' } } : null;
    await new Dispatcher(on.rt).drain();
    await inbox.receive({ ...add, id: 'three' });
    await inbox.work();
    expect(await answers()).toEqual([expect.stringMatching(/^Opened demo\/demo#31: Add other\/team to the owners of linux\/s390x\. It takes effect when it is merged\.\n\n- other\/team is a team of another organisation/)]);
    await says('lead', '/arch owners linux/s390x add @paula\n/arch status');
    expect((await answers())[1]).toMatch(/^\/arch owners linux\/s390x add @paula\n\nA change that adds paula [^]* follows here\.[^]*\/arch status\n\n/);
  });

  it('that asks for a pull request where the file is the operator\'s own is answered once, with a patch that does not tell where it is', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'operator-'));
    const file = join(folder, 'demo.yml');
    await writeFile(file, 'project: demo\nplatforms:\n  linux/s390x:\n    owners: ["@olga"]\n');
    await filed({ project: { file } });
    await says('lead', '/arch owners linux/s390x add @paula');
    on.edge.answer = (action) => action.kind === 'ensure-pull-request' ? { ok: false, retry: false, reason: 'it is not there', lost: 'not-here' } : null;
    await new Dispatcher(on.rt).drain();
    const [only = '', ...more] = await answers();
    expect([only, more]).toEqual([expect.stringMatching(/^The configuration is not in demo\/demo but with whoever operates Archsignal, so this is the patch for them to apply to demo\.yml:\n\n--- a\/demo\.yml\n\+\+\+ b\/demo\.yml\n/), []]);
    expect(only).not.toContain('operator-');
    await rm(folder, { recursive: true });
  });

  it('is read for the project in which it makes sense, where two share a repository', async () => {
    await filed();
    const other = track(makeProject([makeJob({ platform: 'linux/riscv64', name: 'build' })], { name: 'other' }), [on.source]);
    inbox = new Inbox({ ...on.rt, projects: new Map([...on.rt.projects, ['other', other]]) });
    await says('stranger', '/arch owners linux/riscv64', { number: 30 });
    await says('stranger', '/arch owners linux/s390x', { number: 30 });
    expect(await answers()).toEqual([expect.stringContaining('linux/riscv64 is owned by demo/riscv64-owners'), expect.stringContaining('linux/s390x is owned by demo/s390x-owners')]);
  });

  it('is decided and recorded in a dry run, and nothing of it is written', async () => {
    await filed({ mode: 'dry' });
    const before = on.edge.done.length;
    await says('olga', '/arch status');
    await new Dispatcher(on.rt).drain();
    expect(on.edge.done).toHaveLength(before);
    expect((await on.rows()).filter((r) => r.action.kind === 'post-comment' || r.action.kind === 'react').map((r) => r.state)).toEqual(['recorded', 'recorded']);
  });

  it('puts on record, once, what it says of a platform', async () => {
    await filed();
    const exception = comment('lead', '/arch exception linux/s390x pass-rate 30d the lab is moving');
    await inbox.receive(exception);
    await inbox.receive({ ...exception, id: 'again' });
    await inbox.work();
    await says('olga', '/arch exception linux/s390x pass-rate 60d more of it');
    expect((await on.store.platformEvents('demo', 0)).filter((e) => e.kind === 'exception')).toMatchObject([{ platform: 'linux/s390x', criterion: 'pass-rate', reason: 'the lab is moving', by: 'lead' }]);
  });

  it('is counted by its verb and its end; what people mistype makes no label', async () => {
    await filed();
    await says('olga', '/arch ack\n/arch frobnicate');
    await says('stranger', '/arch ACK');
    const counted = (await on.rt.metrics.commands.get()).values.map((v) => `${v.labels.verb} ${v.labels.outcome} ${v.value}`);
    expect(counted.sort()).toEqual([' mistake 1', 'ack done 1', 'ack refused 1']);
  });
});
