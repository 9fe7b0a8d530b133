import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { TIRED_AFTER } from '../../src/commands/replies.ts';
import { plainText } from '../../src/domain/text.ts';
import { forestalled } from '../../src/runtime/commands/slack.ts';
import type { Runtime } from '../../src/runtime/context.ts';
import { Inbox } from '../../src/runtime/deliveries.ts';
import { track } from '../../src/runtime/tracked.ts';
import { noteTracked } from '../../src/runtime/untracked.ts';
import { conflict, incident, proposal, stepWarning } from '../store/samples.ts';
import { HOUR, stage, type Stage } from './fixtures.ts';

let on: Stage;
let rt: Runtime;
let inbox: Inbox;

const issue = (number: number) => ({ repo: 'demo/demo', number, url: `https://github.example/${number}` });

/** `gone` was tracked, and is in no file any more: a breakage (#7), a question (#8), a public warning (#9) and what is off (#10) are left of it. */
beforeEach(async () => {
  on = await stage();
  rt = { ...on.rt, projects: new Map() };
  const over = { project: 'gone', repo: 'demo/demo' };
  const at = on.clock.now;
  const off = conflict('off', { ...over, reactivation: issue(10), stage: 'watching' });
  await on.store.commit({
    at, incidents: [{ expected: null, incident: incident('one', { ...over, openedAt: at, issue: issue(7), remindAt: at + HOUR }) }],
    proposals: [{ expected: null, proposal: proposal('two', { ...over, editionAt: at, expiresAt: at + 72 * HOUR, issue: issue(8) }) }],
    stepWarnings: [{ expected: null, warning: stepWarning('three', { ...over, issue: issue(9), filedTurn: 1 }) }],
    conflicts: [{ expected: null, conflict: { ...off, times: { ...off.times, off: at, back: null } } }],
  });
  await noteTracked({ ...rt, projects: new Map([['gone', on.tracked]]) });
  await noteTracked(rt);
  inbox = new Inbox(rt);
});
afterEach(() => on.store.close());

const warnings = async (): Promise<string[]> => (await on.store.warnings()).map((w) => w.text);
const answers = async (): Promise<string[]> => (await on.rows()).reverse().flatMap(({ action }) => action.kind === 'post-comment' ? [plainText(action.text)] : []);
const reactions = async (): Promise<string[]> => (await on.rows()).flatMap(({ action }) => action.kind === 'react' ? [action.content] : []);

let count = 0;
const tells = async (event: string, number: number, more: object = {}, type = 'User'): Promise<void> => {
  await inbox.receive({
    id: `d${++count}`, surface: 'github', event, payload: {
      event, repo: { fullName: 'demo/demo', id: 1 }, actor: { login: 'olga', type, ...type === 'Bot' ? { bot: true } : {} }, at: on.clock.now,
      issue: { number, state: 'open', labels: number < 7 ? [] : ['archsignal'], authorLogin: null, url: 'u', isPull: false }, ...more,
    },
  });
  await inbox.work();
};
const says = (number: number, body: string): Promise<void> => tells('issue_comment.created', number, { comment: { id: ++count, url: 'u', body, authorLogin: 'olga' } });

describe('an issue of a project that is not tracked any more', () => {
  it('has its commands seen and answered, once for each comment', async () => {
    for (const number of [7, 8, 9, 10]) await says(number, '/arch ack\n/arch status');
    expect(await answers()).toEqual(Array.from({ length: 4 }, () => 'gone is no longer tracked, so nobody follows what this is about, and what it shows is of when that ended. Nothing was changed. If it is settled, close its issue by hand; once the project is configured again, Archsignal goes on with it.'));
    expect(await reactions()).toEqual(['eyes', 'eyes', 'eyes', 'eyes']);
    expect(await on.store.incident('one')).toMatchObject({ revision: 1 });
  });

  it('is no issue of another project in the same repository, which would call it over for more than 30 days', async () => {
    const other = track({ ...on.tracked.project, repo: 'demo/demo' }, []);
    rt = { ...rt, projects: new Map([[other.project.name, other]]) };
    inbox = new Inbox(rt);
    await says(7, '/arch ack');
    expect(await answers()).toEqual([expect.stringMatching(/^gone is no longer tracked/)]);
    await says(1, '/arch status');
    expect(await answers()).toHaveLength(2);
  });

  it('says no more than that it cannot be helped to whoever goes on asking', async () => {
    for (let i = 0; i < TIRED_AFTER + 2; i++) {
      await says(7, '/arch ack');
      on.clock.now += 60_000;
    }
    expect(await answers()).toHaveLength(TIRED_AFTER);
    expect(await reactions()).toContain('confused');
  });

  it('is put away by whoever closes it, until nothing is left to be warned of', async () => {
    const left: string[] = [];
    for (const number of [7, 8, 9, 10]) {
      left.push(...(await warnings()).map((w) => w.replace(/^.*?Its | and their issues.*$/g, '')));
      await tells('issues.closed', number);
    }
    expect(left).toEqual([
      '1 open incident, 1 undecided proposal, 1 public warning and what was turned off (linux/s390x)',
      '1 undecided proposal, 1 public warning and what was turned off (linux/s390x)', '1 public warning and what was turned off (linux/s390x)', 'what was turned off (linux/s390x)',
    ]);
    expect(await warnings()).toEqual([]);
    expect([await on.store.incident('one'), await on.store.proposal('two'), (await on.store.stepWarnings('gone'))[0]]).toMatchObject([
      { state: 'dismissed', remindAt: null }, { state: 'invalid', because: 'its project is no longer tracked, and olga closed its issue' }, { state: 'dismissed' },
    ]);
    await noteTracked(rt);
    expect(await warnings()).toEqual([]);
  });

  it.each([['issues.deleted', 'deleted its issue'], ['issues.transferred', 'moved its issue away']])('is put away too by whoever lets it go (%s), and no other is filed', async (event, how) => {
    const { id } = proposal('two');
    await on.store.commit({ at: on.clock.now, actions: [{
      key: `proposal:${id}:document:1`, project: 'gone', entity: `proposal:${id}`, destination: 'github:demo/demo', family: null, summary: 'file it',
      action: { kind: 'ensure-document', document: { kind: 'proposal', id }, repo: 'demo/demo', issue: null, since: 0, shown: 1, title: 't', labels: ['archsignal'], body: [], state: 'open' },
    }] });
    const [row] = await on.store.claimActions({ owner: 'o', now: on.clock.now, leaseFor: HOUR, limit: 1, skip: [] });
    await on.store.commit({ at: on.clock.now, settled: { key: row?.key ?? '', attempts: row?.attempts ?? 0, state: 'done', receipt: { kind: 'document', repo: 'demo/demo', number: 8, url: 'u', state: 'open', shown: 1 } } });
    for (const number of [7, 8, 9, 10]) await tells(event, number);
    expect((await on.rows()).map((r) => r.summary).filter((s) => /another/.test(s))).toEqual([]);
    expect(await warnings()).toEqual([]);
    expect(await on.store.proposal('two')).toMatchObject({ state: 'invalid', because: `its project is no longer tracked, and olga ${how}` });
  });

  it('has its buttons in Slack answered with that too, also where another project is tracked', async () => {
    const click = async (verb: string, about: object): Promise<void> => {
      await inbox.receive({ id: `s${++count}`, surface: 'slack', event: 'block_actions', payload: { kind: 'button', verb, choice: null, reason: null, about, member: { team: 'T1', user: 'U1' }, channel: { id: 'C1', name: 'signal' }, message: null, responseUrl: null, at: on.clock.now } });
      await inbox.work();
    };
    const told = async (): Promise<string[]> => (await on.rows()).flatMap(({ action }) => action.kind === 'whisper' ? [plainText(action.text)] : []);
    for (const projects of [new Map<string, never>(), on.rt.projects]) {
      rt = { ...rt, projects };
      inbox = new Inbox(rt);
      await click('ack', { incident: 'one' });
      await click('approve', { proposal: 'two', edition: 1 });
      const asked = { verb: 'reject' as const, about: { proposal: 'two', edition: 1 }, place: { channel: null, message: null, responseUrl: null } };
      expect(plainText(await forestalled(rt, asked, { team: 'T1', user: 'U1' }, on.clock.now) ?? [])).toMatch(/^gone is no longer tracked/);
    }
    expect(await told()).toEqual(Array.from({ length: 4 }, () => expect.stringMatching(/^gone is no longer tracked/) as string));
  });

  it('stands where a bot closed it, and is not opened again', async () => {
    const before = await on.rows();
    for (const number of [7, 8, 9, 10]) await tells('issues.closed', number, {}, 'Bot');
    expect([await warnings(), (await on.rows()).length]).toEqual([[expect.stringContaining('1 open incident, 1 undecided proposal')], before.length]);
  });
});

it('keeps why a project ended, over a start', async () => {
  await on.store.setMeta('ended-because:gone', 'octo/gone has no .github/archsignal.yml any more');
  await noteTracked(rt);
  expect(await warnings()).toEqual([expect.stringMatching(/^gone is no longer tracked: octo\/gone has no/)]);
});
