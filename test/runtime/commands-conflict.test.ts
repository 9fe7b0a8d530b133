import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BlockerNow, Look, PullChecks, PullHead } from '../../src/domain/blocker-look.ts';
import type { Conflict } from '../../src/domain/conflict.ts';
import { plainText } from '../../src/domain/text.ts';
import { Inbox } from '../../src/runtime/deliveries.ts';
import type { Runtime } from '../../src/runtime/context.ts';
import { terms } from '../policy/conflict-given.ts';
import { release } from '../policy/proposals-given.ts';
import { DAY, HOUR, stage, START, type Stage } from './fixtures.ts';

let on: Stage;
let inbox: Inbox;
/** What GitHub says of #31; null: nothing just now. */
let blocker: BlockerNow | null;
let count = 0;

const head: PullHead = { repo: 'demo/demo', number: 31, url: 'https://github.example/demo/demo/pull/31', title: 'Fix the thing', author: 'smarter', state: 'open', head: 'h1', base: 'main' };
const NOW: BlockerNow = { kind: 'pull', repo: 'demo/demo', number: 31, url: head.url, title: head.title, author: 'smarter', labels: ['release-blocker'], milestone: 'v1', state: 'open', pull: head, linked: [] };
const unread = async () => ({ ok: false, why: 'GitHub answered 502.', after: null, lasting: false }) as const;

/** Both platforms are built in a job of their own; that of linux/s390x failed twice the same way. */
const checks = async (): Promise<Look<PullChecks>> => {
  const attempt = (name: string, n: number, conclusion: 'success' | 'failure') => ({ name, commit: 'h1', attempt: n, conclusion, at: START + n, url: null, failure: conclusion === 'failure' ? 'ld returned 1' : null, discounted: null });
  return { ok: true, value: { head: 'h1', branch: 'main', required: ['build (linux, amd64)', 'build (linux, s390x)'], problems: [], base: [],
    attempts: [attempt('build (linux, amd64)', 1, 'success'), attempt('build (linux, s390x)', 1, 'failure'), attempt('build (linux, s390x)', 2, 'failure')] } };
};

beforeEach(async () => {
  blocker = NOW;
  on = await stage({ project: { releases: [release({ name: 'v1', branch: 'main', leads: ['@lead', '@second', '@third'], milestone: 'v1', date: START + 30 * DAY, conflict: terms })] } });
  const eyes: Runtime['eyes'] = {
    blockers: { blockers: unread, blocker: async () => blocker === null ? unread() : { ok: true, value: blocker }, requiredChecks: async () => ({ names: null, apps: new Map(), mergeQueue: false, problems: [] }), checks: unread, pullChecks: checks },
    switches: { switches: unread, elsewhere: unread, othersChanged: unread }, logs: { tail: unread }, reader: { error: /x/, signatures: [] }, remembered: new Map(),
  };
  on = { ...on, rt: { ...on.rt, eyes } };
  inbox = new Inbox(on.rt);
  on.edge.members.add('@demo/s390x-owners olga');
});
afterEach(() => on.store.close());

async function says(by: string, body: string, number = 31) {
  const id = ++count;
  const told = { id: `d${id}`, surface: 'github' as const, event: 'issue_comment.created', payload: {
    event: 'issue_comment.created', repo: { fullName: 'demo/demo', id: 1 }, actor: { login: by, type: 'User' }, at: on.clock.now,
    issue: { number, state: 'open', labels: [], authorLogin: null, url: 'u', isPull: true }, comment: { id, url: `https://github.example/31#${id}`, body, authorLogin: by },
  } };
  await inbox.receive(told);
  await inbox.work();
  return told;
}

const conflict = async (): Promise<Conflict | null> => (await on.store.conflicts('demo', 0))[0] ?? null;
const comments = async (): Promise<string[]> => (await on.rows()).reverse().flatMap(({ action }) => action.kind === 'post-comment' ? [plainText(action.text)] : []);
const answers = async (): Promise<string[]> => (await on.rows()).reverse().flatMap(({ action, entity }) => action.kind === 'post-comment' && entity.startsWith('command:') ? [plainText(action.text)] : []);

describe('a conflict that is said in a comment on the blocker', () => {
  it('is opened with what its checks show, asks the owners there, and answers, in one transaction', async () => {
    await says('olga', '/arch conflict s390x its linker is too old');
    expect(await conflict()).toMatchObject({ platform: 'linux/s390x', stage: 'fixing', branch: 'main', blocker: { number: 31, author: 'smarter' }, evidence: { way: 'checks' }, openedBy: { by: 'olga', reason: 'its linker is too old' } });
    const told = await comments();
    expect(told.some((t) => t.includes('@demo/s390x-owners, linux/s390x is in the way of this release blocker.'))).toBe(true);
    expect((await answers())[0]).toMatch(/^linux\/s390x is in the way of #31: Of 2 checks .*, only build \(linux, s390x\) is red, twice the same way/);
    expect((await on.rows()).filter((r) => r.action.kind === 'post-comment').every((r) => r.action.kind === 'post-comment' && r.action.number === 31)).toBe(true);
  });

  it('is carried on by what people write there, each by themselves and all in one comment', async () => {
    await says('olga', '/arch conflict s390x');
    on.clock.now += HOUR;
    await says('olga', '/arch attempt gcc 15, same failure\n/arch waits-for binutils 2.45\n/arch give-up nobody is here before Monday');
    expect(await conflict()).toMatchObject({ tries: [{ by: 'olga', text: 'gcc 15, same failure' }], exit: { upstream: 'binutils 2.45' }, gaveUp: { by: 'olga', reason: 'nobody is here before Monday' } });
    await says('lead', '/arch extend 1d x\n/arch no-time we cut');
    expect((await answers())[2]).toMatch(/olga has given up.*\n\n\/arch no-time we cut\n\nRecorded for linux\/s390x and #31: 1 of 2\./s);
    expect((await on.store.platformEvents('demo', 0)).filter((e) => e.kind === 'act').map((e) => 'what' in e ? e.what : '').toSorted()).toEqual(['attempt', 'give-up', 'waits-for']);
  });

  it('is not opened where GitHub does not answer, or who says so may not', async () => {
    blocker = null;
    await says('olga', '/arch conflict s390x');
    blocker = NOW;
    await says('stranger', '/arch conflict s390x');
    blocker = { ...NOW, labels: [] };
    await says('olga', '/arch conflict s390x');
    expect(await conflict()).toBeNull();
    expect(await answers()).toEqual([expect.stringContaining('#31 could not be read on GitHub just now: GitHub answered 502.'), expect.stringContaining('Only owners of linux/s390x, release leads'), expect.stringContaining('it carries no label release-blocker')]);
  });

  it('is opened once, however often the comment is delivered and whoever repeats it', async () => {
    const told = await says('olga', '/arch conflict s390x');
    await inbox.receive({ ...told, id: 'again' });
    await inbox.work();
    await says('lead', '/arch deactivate s390x');
    expect(await on.store.conflicts('demo', 0)).toHaveLength(1);
    expect((await answers())[1]).toMatch(/^That is known since .*, first said by olga\. linux\/s390x is in the way of #31/);
    expect(await conflict()).toMatchObject({ round: 1, revision: 1 });
  });
});
