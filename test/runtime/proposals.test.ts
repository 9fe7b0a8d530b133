import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ActionResult } from '../../src/domain/action.ts';
import type { Proposal } from '../../src/domain/proposal.ts';
import { plainText } from '../../src/domain/text.ts';
import { forestalled } from '../../src/runtime/commands/slack.ts';
import { Inbox } from '../../src/runtime/deliveries.ts';
import { Dispatcher } from '../../src/runtime/dispatch.ts';
import { switchMode } from '../../src/runtime/mode.ts';
import { checkProposals, dueProposals } from '../../src/runtime/proposals.ts';
import { track } from '../../src/runtime/tracked.ts';
import { JOB, project, release } from '../policy/proposals-given.ts';
import { HOUR, stage, type Stage, type StageSpec } from './fixtures.ts';

const CHANNELS = { incidents: '#signal', tiers: null, proposals: '#leads' };
const PEOPLE = { UOLGA: 'olga', UIVAN: 'ivan', UMARIA: 'maria' };

let on: Stage;
let inbox: Inbox;

async function begin(spec: StageSpec = {}): Promise<void> {
  on = await stage({ ...spec, project: project({ channels: CHANNELS, people: PEOPLE, releases: [release()] }) });
  inbox = new Inbox(on.rt);
  for (const lead of ['olga', 'ivan', 'maria', 'anna']) on.edge.members.add(`@demo/release-team ${lead}`);
  on.edge.answer = (action): ActionResult | null => action.kind === 'ensure-document'
    ? { ok: true, receipt: { kind: 'document', repo: 'demo/demo', number: 12, url: 'https://github.example/12', state: action.state === 'kept' ? 'open' : action.state, shown: action.shown } }
    : action.kind === 'ensure-card' ? { ok: true, receipt: { kind: 'card', channel: 'C9', ts: '9.1', shown: action.shown } } : null;
}
beforeEach(() => begin());
afterEach(() => on.store.close());

let count = 0;
async function types(user: keyof typeof PEOPLE, text: string): Promise<void> {
  await inbox.receive({
    id: `slack:${count++}`, surface: 'slack', event: 'command',
    payload: { kind: 'command', text, member: { team: 'T1', user }, channel: { id: 'C1', name: 'leads' }, responseUrl: null, at: on.clock.now },
  });
  await inbox.work();
}
async function closes(login: string, actor: object = { login, type: 'User' }, at = on.clock.now): Promise<void> {
  await inbox.receive({
    id: `github:${count++}`, surface: 'github', event: 'issues.closed', payload: {
      event: 'issues.closed', repo: { fullName: 'demo/demo', id: 1 }, actor, at,
      issue: { number: 12, state: 'closed', labels: ['archsignal'], authorLogin: 'archsignal[bot]', url: 'https://github.example/12' },
    },
  });
  await inbox.work();
}
async function presses(user: keyof typeof PEOPLE, verb: string, proposal: string, reason: string | null): Promise<void> {
  await inbox.receive({
    id: `slack:${count++}`, surface: 'slack', event: 'view_submission',
    payload: { kind: 'button', verb, choice: null, reason, about: { proposal, edition: 1 }, member: { team: 'T1', user }, channel: null, message: null, responseUrl: null, at: on.clock.now },
  });
  await inbox.work();
}
const settle = (): Promise<void> => new Dispatcher(on.rt).drain();
const propose = async (): Promise<Proposal> => {
  await types('UOLGA', `mute ${JOB.name} 14d the lab is moving`);
  return only();
};
async function only(): Promise<Proposal> {
  const all = await on.store.proposals('demo', 0);
  if (all.length !== 1 || !all[0]) throw new Error(`${all.length} proposals`);
  return all[0];
}
const audited = async (id: string): Promise<string[]> => (await on.store.auditOf(`proposal:${id}`)).map((a) => a.what);
const leading = (): boolean => true;
const muted = async (): Promise<number> => (await on.store.quiets('demo', on.clock.now)).length;
/** Rows of the proposal that are still to be done. */
const planned = async (): Promise<string[]> => (await on.rows()).filter((r) => r.entity.startsWith('proposal:') && r.state === 'pending').map((r) => r.action.kind).sort();

describe('a proposal', () => {
  it('hears lines of one comment in their order, though GitHub tells one moment for all of them', async () => {
    const { id } = await propose();
    await settle();
    await inbox.receive({
      id: 'github:two-lines', surface: 'github', event: 'issue_comment.created', payload: {
        event: 'issue_comment.created', repo: { fullName: 'demo/demo', id: 1 }, actor: { login: 'porter', type: 'User' }, at: on.clock.now,
        issue: { number: 12, state: 'open', labels: ['archsignal'], authorLogin: 'archsignal[bot]', url: 'https://github.example/12', isPull: false },
        comment: { id: 77, url: 'https://github.example/12#c77', body: `/arch object ${id} zebra first\n/arch object ${id} apple second`, authorLogin: 'porter' },
      },
    });
    await inbox.work();
    expect((await only()).votes.filter((v) => v.kind === 'object').map((v) => v.reason)).toEqual(['zebra first', 'apple second']);
  });

  it('has on record whom it has called: those who decide, and before its end those who are waited for, once', async () => {
    const { id, warnAt } = await propose();
    await types('UIVAN', `approve ${id}`);
    on.clock.now = warnAt ?? 0;
    await dueProposals(on.rt, leading);
    await dueProposals(on.rt, leading);
    await settle();
    const called = (await on.store.pings({ since: 0, limit: 99 })).map((p) => [p.fact, p.handle, p.key]);
    expect(called.sort()).toEqual([['proposed', '@demo/release-team', `${id}:proposed:@demo/release-team`], ['reminded', '@demo/release-team', `${id}:reminded.1:@demo/release-team`]]);
  });

  it('is not decided by a bot that closes its issue: it is opened again with a word, but not for ever', async () => {
    await propose();
    await settle();
    const opened = async (): Promise<unknown[]> => (await on.rows()).filter((r) => r.key.includes(':bot-')).map((r) => [r.action.kind, 'state' in r.action ? r.action.state : null, r.state]);
    for (let i = 0; i < 5; i++) {
      on.clock.now += 60_000;
      await closes('stale[bot]', { login: 'stale[bot]', type: 'Bot', bot: true });
      await settle();
    }
    expect((await only()).state).toBe('open');
    expect((await opened()).map(String).sort()).toEqual([...Array.from({ length: 3 }, () => 'ensure-document,open,done'), ...Array.from({ length: 3 }, () => 'post-comment,,done')]);
    expect(await planned()).toEqual([]);
  });

  it('has its issue and its card when all is executed, and knows where they are', async () => {
    const made = await propose();
    expect([made.issue, made.messages]).toEqual([null, {}]);
    await settle();
    const { issue, messages } = await only();
    expect([issue?.number, messages]).toEqual([12, { '#leads': { channel: 'C9', ts: '9.1' } }]);
    expect(await planned()).toEqual([]);
  });

  it('tells whoever asked for it where it is decided, once it has its issue', async () => {
    await propose();
    const told = async (): Promise<string[]> => (await on.rows()).flatMap(({ action }) => action.kind === 'whisper' && action.user === 'UOLGA' ? [plainText(action.text)] : []);
    expect(await told()).toEqual([expect.stringContaining('in an issue of its own, whose link follows here')]);
    await settle();
    expect((await told()).filter((t) => t.startsWith('The proposal is demo/demo#12: '))).toHaveLength(1);
    expect(await planned()).toEqual([]);
  });

  it('counts an approval on that GitHub cannot be asked about again', async () => {
    await propose();
    await types('UIVAN', 'approve');
    on.edge.unsure = new Set(['ivan']);
    await types('UMARIA', 'approve');
    const { state, votes } = await only();
    expect([state, votes.at(-1)?.unconfirmed]).toEqual(['approved', ['ivan']]);
  });

  it('is approved by two, and what it decides is in force in the same transaction', async () => {
    const { id } = await propose();
    await types('UIVAN', 'approve');
    expect(await muted()).toBe(0);
    await types('UMARIA', 'approve');
    expect([(await only()).state, await muted()]).toEqual(['approved', 1]);
    expect(await audited(id)).toEqual(['proposed', 'approval', 'approval', 'approved']);
  });

  it('takes no word of a person who cannot be looked up', async () => {
    await propose();
    on.edge.blind = true;
    await types('UIVAN', 'approve');
    expect((await only()).votes).toEqual([]);
    const answer = (await on.rows()).find((r) => r.action.kind === 'whisper' && r.action.user === 'UIVAN')?.action;
    expect(answer?.kind === 'whisper' ? plainText(answer.text) : '').toContain('could not be looked up');
  });

  it('is the one whose dialog was filled in, though the reason begins with the number of another', async () => {
    const job = { ...JOB, name: 'ci-conformance-s390x', key: `${JOB.key}-2` };
    const { platforms } = on.tracked.project;
    Object.assign(on.tracked, { project: { ...on.tracked.project, platforms: platforms.map((p) => ({ ...p, jobs: [JOB, job] })) } });
    const first = await propose();
    await settle();
    await types('UOLGA', `mute ${job.name} 14d the lab is moving`);
    const other = (await on.store.proposals('demo', 0)).find((p) => p.id !== first.id);
    await on.store.commit({ at: on.clock.now, proposals: [{ expected: 1, proposal: { ...other as Proposal, revision: 2, issue: { repo: 'demo/demo', number: 13, url: 'u' } } }] });
    await presses('UIVAN', 'reject', first.id, '#13 is the better one');
    const states = new Map((await on.store.proposals('demo', 0)).map((p) => [p.id, [p.state, p.votes[0]?.reason]]));
    expect([states.get(first.id), states.get(other?.id ?? '')]).toEqual([['rejected', '#13 is the better one'], ['open', undefined]]);
  });

  it('is decided again where its receipt comes in between', async () => {
    const made = await propose();
    const commit = on.store.commit.bind(on.store);
    let disturbed = false;
    on.store.commit = async (decision) => {
      if (!disturbed && decision.delivery !== undefined) {
        disturbed = true;
        await commit({ at: on.clock.now, proposals: [{ expected: made.revision, proposal: { ...made, revision: made.revision + 1, issue: { repo: 'demo/demo', number: 12, url: 'u' } } }] });
      }
      return commit(decision);
    };
    await types('UIVAN', 'approve');
    const { votes, issue } = await only();
    expect([votes.map((v) => v.by), issue?.number]).toEqual([['ivan'], 12]);
  });

  it('keeps a receipt that came while somebody was voting', async () => {
    await propose();
    const { answer } = on.edge;
    let voted = false;
    on.edge.answer = async (action) => {
      if (action.kind === 'ensure-document' && !voted) {
        voted = true;
        await types('UIVAN', 'approve');
      }
      return answer(action);
    };
    await settle();
    const { votes, issue, messages } = await only();
    expect([votes.length, issue?.number, Object.keys(messages)]).toEqual([1, 12, ['#leads']]);
    expect(await planned()).toEqual([]);
  });
});

describe('the clock of a proposal', () => {
  it('says the word before its end, once, and ends it', async () => {
    const { id, expiresAt, warnAt } = await propose();
    await settle();
    await dueProposals(on.rt, leading);
    expect(await audited(id)).toEqual(['proposed']);
    on.clock.now = warnAt ?? 0;
    for (let i = 0; i < 3; i++) await dueProposals(on.rt, leading);
    expect(await planned()).toEqual(['card-reply', 'post-comment']);
    await settle();
    on.clock.now = expiresAt;
    for (let i = 0; i < 3; i++) await dueProposals(on.rt, leading);
    expect(await audited(id)).toEqual(['proposed', 'reminded', 'expired']);
    expect([(await only()).state, await muted()]).toEqual(['expired', 0]);
  });

  it('is minded by who leads its project, and by nobody else', async () => {
    const { id, expiresAt } = await propose();
    on.clock.now = expiresAt;
    await dueProposals(on.rt, () => false);
    expect(await audited(id)).toEqual(['proposed']);
    await dueProposals(on.rt, (name) => name === 'demo');
    expect(await audited(id)).toEqual(['proposed', 'expired']);
  });

  it('gives way to a word that was decided on at the same moment', async () => {
    const { id, expiresAt } = await propose();
    const before = on.store.proposal.bind(on.store);
    on.clock.now = expiresAt - 1;
    let spoken = false;
    on.store.proposal = async (wanted) => {
      const found = await before(wanted);
      if (!spoken && on.clock.now === expiresAt) {
        spoken = true;
        on.clock.now = expiresAt - 1;
        await types('UIVAN', 'reject the fix lands today');
        on.clock.now = expiresAt;
      }
      return found;
    };
    on.clock.now = expiresAt;
    await dueProposals(on.rt, leading);
    expect((await only()).state).toBe('rejected');
    expect(await audited(id)).toEqual(['proposed', 'rejection', 'rejected']);
  });
});

describe('the ground of a proposal', () => {
  const elsewhere = { ...JOB, board: 'informing' as const };
  const withJobs = (jobs: readonly (typeof JOB | typeof elsewhere)[]) => {
    const { platforms, ...rest } = on.tracked.project;
    return track({ ...rest, platforms: platforms.map((p) => ({ ...p, jobs })) }, [on.source]);
  };

  it('is looked at after a poll: where it is gone, it ends with the reason', async () => {
    const { id } = await propose();
    await checkProposals(on.rt, on.tracked);
    expect(await audited(id)).toEqual(['proposed']);
    await checkProposals(on.rt, withJobs([elsewhere]));
    await checkProposals(on.rt, withJobs([elsewhere]));
    expect((await only()).because).toBe(`${JOB.name} on linux/s390x does not block the release any more, so it can be muted without a decision`);
    expect(await audited(id)).toEqual(['proposed', 'invalidated', 'invalid']);
  });

  it('is for those who decide by the configuration of now: its issue and its card name them, and the word before its end calls them', async () => {
    const { id, expiresAt } = await propose();
    await settle();
    const { releases, platforms, ...rest } = on.tracked.project;
    const tracked = track({ ...rest, releases: releases.map((r) => ({ ...r, leads: ['@demo/chiefs', '@anna'] as const })), platforms: platforms.map((p) => ({ ...p, owners: ['@demo/others'] as const })) }, [on.source]);
    for (let i = 0; i < 2; i++) await checkProposals(on.rt, tracked);
    expect([await audited(id), (await only()).deciders]).toEqual([['proposed', 'handed-over'], ['@demo/chiefs', '@anna']]);
    const rows = async (): Promise<string> => JSON.stringify((await on.store.entityActions(`proposal:${id}`)).filter((r) => r.state === 'pending').map((r) => r.action));
    for (const part of ['"kind":"ensure-document"', '"kind":"ensure-card"', '{"code":"demo/chiefs"}', '{"code":"demo/others"}']) expect(await rows()).toContain(part);
    expect(await rows()).not.toContain('"mention"');
    on.clock.now = expiresAt - 12 * 3_600_000;
    await dueProposals(on.rt, leading);
    expect((await rows()).match(/"mention":"[^"]*"/g)).toEqual(['"mention":"@demo/chiefs"', '"mention":"@anna"']);
    on.clock.now = expiresAt;
    await checkProposals(on.rt, on.tracked);
    expect((await audited(id)).filter((what) => what === 'handed-over')).toHaveLength(1);
  });

  it('is gone with its job', async () => {
    await propose();
    await checkProposals(on.rt, withJobs([]));
    expect((await only()).because).toBe(`${JOB.name} on linux/s390x is not tracked any more`);
  });

  it('is no longer looked at once it is decided', async () => {
    const { id } = await propose();
    await types('UOLGA', 'withdraw');
    await checkProposals(on.rt, withJobs([]));
    expect(await audited(id)).toEqual(['proposed', 'withdrawal', 'withdrawn']);
  });

  it('is another in another mode', async () => {
    await begin({ mode: 'dry' });
    await switchMode(on.rt);
    await propose();
    await switchMode({ ...on.rt, mode: 'live' });
    expect((await only()).because).toBe('Archsignal went from dry to live mode, so it is to be proposed anew');
  });
});

describe('closing its issue by hand', () => {
  beforeEach(async () => {
    await propose();
    await settle();
  });

  it('takes it back where its proposer does', async () => {
    await closes('Olga');
    expect((await only()).state).toBe('withdrawn');
  });

  it('rejects it where a lead does', async () => {
    await closes('ivan');
    const { state, votes } = await only();
    expect([state, votes[0]?.reason]).toEqual(['rejected', 'the issue was closed by hand']);
  });

  it('is answered and undone where somebody else does, each time', async () => {
    for (let i = 0; i < 2; i++) {
      await closes('stranger');
      expect((await only()).state).toBe('open');
      const rows = (await on.rows()).filter((r) => r.state === 'pending');
      expect(rows.map((r) => [r.action.kind, 'state' in r.action ? r.action.state : null]).sort()).toEqual([['ensure-document', 'open'], ['post-comment', null]]);
      await settle();
      on.clock.now += HOUR;
    }
  });

  it('means nothing where it is told again, though whoever closed it then has become a lead since', async () => {
    const at = on.clock.now;
    await closes('stranger');
    await settle();
    on.clock.now += HOUR;
    on.edge.members.add('@demo/release-team stranger');
    const before = await on.rows();
    await closes('stranger', undefined, at);
    expect([(await only()).state, await on.rows()]).toEqual(['open', before]);
    // The same words said now are a lead's.
    await closes('stranger');
    expect((await only()).state).toBe('rejected');
  });

  it('means nothing where the issue is open again, whoever closed it', async () => {
    on.edge.issues.set(12, { state: 'open', closedBy: null, locked: false, assignees: [], labels: [], milestone: null });
    const [before, at] = [await on.rows(), on.clock.now];
    on.clock.now += HOUR;
    for (const login of ['ivan', 'olga', 'stranger']) await closes(login, undefined, at);
    await closes('stale[bot]', { login: 'stale[bot]', type: 'Bot', bot: true });
    expect([(await only()).state, await on.rows()]).toEqual(['open', before]);
    on.edge.issues.set(12, { state: 'closed', closedBy: 'ivan', locked: false, assignees: [], labels: [], milestone: null });
    await closes('ivan', undefined, at);
    expect((await only()).state).toBe('rejected');
  });

  it('is believed at once, though GitHub may show the issue still open', async () => {
    on.edge.issues.set(12, { state: 'open', closedBy: null, locked: false, assignees: [], labels: [], milestone: null });
    await closes('ivan');
    expect((await only()).state).toBe('rejected');
  });

  it('is answered with what closing means, not with a command that nobody gave', async () => {
    const words = async (): Promise<string> => {
      await closes('stranger');
      const row = (await on.rows()).find((r) => r.action.kind === 'post-comment' && r.state === 'pending');
      await settle();
      on.clock.now += HOUR;
      return row?.action.kind === 'post-comment' ? plainText(row.action.text) : '';
    };
    expect(await words()).toBe('Closing the issue of a proposal rejects it, which is for release leads (demo/release-team), or takes it back, which is for whoever proposed it. You are neither, so the proposal stands, and its issue is opened again. If you own the platform that it is about, say what you know with /arch object <reason>.');
    on.edge.blind = true;
    expect(await words()).toContain('Whether stranger is one of them could not be looked up on GitHub just now, so the proposal stands, and its issue is opened again. Please close it again in a minute if you mean it.');
  });

  it('means nothing once it is decided', async () => {
    await types('UOLGA', 'withdraw');
    await settle();
    await closes('stranger');
    expect((await on.rows()).filter((r) => r.state === 'pending')).toEqual([]);
  });
});

describe('a click that asks for a reason', () => {
  const asked = (user: string, proposal: string, verb: 'reject' | 'object' = 'reject'): Promise<string | null> =>
    forestalled(on.rt, { verb, about: { proposal, edition: 1 }, place: { channel: { id: 'C1', name: 'leads' }, message: null, responseUrl: null } }, { team: 'T1', user }, on.clock.now).then((text) => text === null ? null : plainText(text));

  it('opens a dialog for whoever may, and tells everybody else at once why not, and changes nothing', async () => {
    const { id, revision } = await propose();
    expect(await asked('UIVAN', id)).toBeNull();
    expect(await asked('UIVAN', id, 'object')).toContain('Only owners of linux/s390x');
    expect(await asked('UNOBODY', id)).toContain('Your Slack account is not linked to a GitHub account yet');
    on.edge.blind = true;
    expect(await asked('UIVAN', id), 'may be known when it is sent').toBeNull();
    expect((await only()).revision).toBe(revision);
  });

  it('opens none for what is decided, or is gone', async () => {
    const { id } = await propose();
    await types('UOLGA', 'withdraw');
    expect(await asked('UIVAN', id)).toMatch(/^Withdrawn: [^]* That was before you said this\. Nothing was changed\. It can be proposed again with /);
    expect(await asked('UIVAN', 'mute-gone-abc')).toBe('This proposal has been over for more than 30 days. Nothing was changed.');
  });
});

describe('somebody in Slack who asked for a pull request', () => {
  it('is told once where GitHub does not take it, and of its link when it does', async () => {
    on.edge.answer = (action): ActionResult | null => action.kind === 'ensure-pull-request' ? { ok: false, retry: true, reason: 'away', after: null, scope: 'row' } : null;
    await types('UOLGA', 'owners linux/s390x add @paula');
    const told = async (): Promise<string[]> => (await on.rows()).flatMap(({ action }) => action.kind === 'whisper' ? [plainText(action.text)] : []).reverse();
    expect(await told()).toEqual([]);
    for (let i = 0; i < 6; i++) {
      await settle();
      on.clock.now += HOUR;
    }
    expect(await told()).toEqual(['GitHub does not take the pull request just now: Add paula to the owners of linux/s390x. It is opened as soon as GitHub does, and its link follows here.']);
    on.edge.answer = (action): ActionResult | null => action.kind === 'ensure-pull-request' ? { ok: true, receipt: { kind: 'pull-request', repo: 'demo/demo', number: 31, url: 'https://github.example/31' } } : null;
    await settle();
    expect((await told()).at(-1)).toMatch(/^Opened demo\/demo#31: Add paula/);
    expect(await told()).toHaveLength(2);
  });
});
