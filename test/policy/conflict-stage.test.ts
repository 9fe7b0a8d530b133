import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextConflictDeadline } from '../../src/domain/conflict.ts';
import { addAttempt, askBack, giveUp, skipFixing } from '../../src/policy/conflict-acts.ts';
import { conflictId, openConflict } from '../../src/policy/conflict-open.ts';
import { greensSince } from '../../src/policy/conflict-watch.ts';
import { sameMatter, sameSubstance } from '../../src/policy/proposal-kinds.ts';
import { retold } from '../../src/policy/proposals.ts';
import { conflict as schema } from '../../src/store/schemas/conflict.ts';
import { proposal as proposalSchema } from '../../src/store/schemas/proposal.ts';
import { BLOCKER, Case, CUT, found, PLAN, projectOf, releaseOf, T } from './conflict-given.ts';
import { DAY, HOUR, Story } from './story.ts';

const pull = (state: 'open' | 'merged' | 'closed', mergedAt: number | null = null) => ({ repo: 'demo/demo', number: 9, url: 'https://github.com/demo/demo/pull/9', state, mergedAt });
const greens = (n: number) => new Map([['build-linux/ppc64le', n]]);
const back = { diff: '+  linux/ppc64le', byHand: null };

describe('a conflict', () => {
  it('asks the owners once, with a deadline, and has the same id whoever sees it', () => {
    const c = new Case();
    expect(c.conflict).toMatchObject({ stage: 'fixing', fixBy: T + 24 * HOUR, owners: ['@porter', '@demo/power'], round: 1, earlier: 0, exit: { greens: 3, jobs: ['build-linux/ppc64le'], upstream: null } });
    expect(c.asked).toEqual(['opened @porter', 'opened @demo/power']);
    expect(c.look().asked).toHaveLength(2);
    expect(c.conflict.id).toBe(conflictId('demo', 'linux/ppc64le', { ...BLOCKER, repo: 'Demo/demo', title: 'other' }));
    expect(c.conflict.id).toMatch(/^conflict-linux-ppc64le-[a-z0-9]+$/);
    expect(conflictId('demo', 'linux/ppc64le', { ...BLOCKER, number: 1 })).not.toBe(c.conflict.id);
  });

  it('asks the release-signal people where a platform has no owners', () => {
    expect(new Case(projectOf({}, { owners: [] })).asked).toEqual(['opened @demo/signal']);
  });

  it('is opened once, and again by itself only where it ended without a no', () => {
    const c = new Case();
    const opening = { project: c.project, found: found(), blocker: BLOCKER, branch: 'master', components: [], said: null, known: [c.conflict], unmentionable: new Set<string>(), now: T + DAY, evidence: null };
    expect(openConflict(opening)).toBeNull();
    c.look({ platform: 'green' });
    expect(openConflict({ ...opening, known: [c.conflict] })?.conflict).toMatchObject({ id: c.conflict.id, round: 2, stage: 'fixing', times: { detected: T + DAY } });
    const declined = new Case().look().wait(24 * HOUR).vote('ivan', 'reject').look();
    expect(declined.conflict).toMatchObject({ stage: 'over', outcome: 'declined' });
    expect(openConflict({ ...opening, known: [declined.conflict] })).toBeNull();
    expect(openConflict({ ...opening, known: [declined.conflict], said: { by: 'maria', surface: 'github', at: T + DAY } })?.conflict).toMatchObject({ round: 2, openedBy: { by: 'maria' }, formerProposals: [declined.conflict.proposal] });
  });
});

describe('fixing it first', () => {
  it('ends at the deadline, and not before', () => {
    const c = new Case().look();
    expect(nextConflictDeadline(c.conflict)).toBe(T + 24 * HOUR);
    expect(c.wait(24 * HOUR - 1).conflict.stage).toBe('fixing');
    expect(c.wait(1).conflict).toMatchObject({ stage: 'deciding', times: { proposed: T + 24 * HOUR } });
  });

  it('ends when an owner gives up', () => {
    expect(new Case().look().giveUp('porter', 'needs a new linker').look().conflict.stage).toBe('deciding');
  });

  it('ends when two leads say why there is no time; one, the blocker\'s author, or nobody\'s reason is not enough', () => {
    const c = new Case().look().skip('ivan', 'we cut today').skip('IVAN', 'again').skip('smarter', 'mine').skip('maria', ' ').look();
    expect(c.conflict).toMatchObject({ stage: 'fixing', skips: [{ by: 'ivan', reason: 'we cut today' }] });
    expect(c.skip('maria', 'it is the last blocker').look().conflict.stage).toBe('deciding');
    expect(c.proposal().matter).toMatchObject({ case: { skips: [{ by: 'ivan' }, { by: 'maria' }] } });
  });

  it('is over, and nothing is proposed, when the platform is green, the blocker blocks no more, or other platforms are red too', () => {
    const blocked = { state: 'open' as const, blocks: true, because: '' };
    expect(new Case().look({ platform: 'green' }).conflict).toMatchObject({ stage: 'over', outcome: 'fixed' });
    expect(new Case().look({ blocker: { ...blocked, state: 'merged' } }).conflict).toMatchObject({ outcome: 'unblocked' });
    expect(new Case().look({ blocker: { ...blocked, blocks: false, because: 'it carries okay-after-beta' } }).conflict.facts.at(-1)).toMatchObject({ kind: 'over', detail: '#25243 does not block the release any more: it carries okay-after-beta' });
    expect(new Case().look({ detection: { kind: 'suspect', platforms: [], because: 'Two are red.' } }).conflict).toMatchObject({ outcome: 'suspect', facts: [{}, { detail: 'Two are red' }] });
    expect(new Case().look({ blocker: { ...blocked, state: 'unknown', blocks: false } }).conflict.stage).toBe('fixing');
    expect(new Case().look({ platform: 'unknown' }).conflict.stage).toBe('fixing');
  });

  it('keeps what was tried, once and in the order in which it was said', () => {
    const c = new Case().attempt('porter', 'older binutils https://example.org/log.');
    c.take(null).now += HOUR;
    c.attempt('olga', 'split the binary');
    expect(c.conflict.tries.map((t) => [t.by, t.url])).toEqual([['porter', 'https://example.org/log'], ['olga', null]]);
    expect(c.asked).toHaveLength(2);
  });

  it('takes no word that was said before it was seen, and none once it is over', () => {
    const c = new Case().look();
    const earlier = { by: 'porter', surface: 'github' as const, at: T - HOUR, now: T, text: 'tried' };
    expect([addAttempt(c.conflict, { ...earlier, source: 's' }), giveUp(c.conflict, earlier), skipFixing(c.conflict, { ...earlier, by: 'ivan' })]).toEqual([null, null, null]);
    c.look({ platform: 'green' });
    expect([addAttempt(c.conflict, { ...earlier, at: T, source: 's' }), giveUp(c.conflict, { ...earlier, at: T })]).toEqual([null, null]);
  });

  it('takes up what is learned of the evidence', () => {
    const c = new Case().look({ detection: { ...found(), evidence: { ...found().evidence, base: 'red' } } });
    expect(c.conflict.evidence.base).toBe('red');
  });
});

describe('the proposal', () => {
  const proposed = (project = projectOf(), over = {}): Case => new Case(project, over).look().wait(24 * HOUR);

  it('waits for the exact edit, and for somebody who can decide', () => {
    const c = new Case().look({ plan: null }).wait(25 * HOUR);
    expect(c.conflict.stage).toBe('proposing');
    expect(c.look({ plan: PLAN }).conflict).toMatchObject({ stage: 'deciding', plan: PLAN });
    const nobody = proposed(projectOf({ releases: [releaseOf({ leads: [] })] }));
    expect(nobody.conflict).toMatchObject({ stage: 'proposing', stuck: expect.stringContaining('release.leads') as string });
  });

  it('counts neither who said so nor who wrote the blocker, and takes one approval more where the platform ships', () => {
    const c = proposed(projectOf({}, { step: 3 }), { said: { by: 'maria', surface: 'slack', at: T } });
    expect(c.proposal()).toMatchObject({ proposer: { by: 'maria' }, recused: ['smarter'], quorum: 3, deciders: ['@ivan', '@maria', '@anna', '@smarter'], objectors: ['@porter', '@demo/power'] });
    expect(c.vote('smarter').vote('maria').vote('ivan').vote('anna').look().conflict.stage).toBe('deciding');
    expect(c.vote('zoe').look().conflict.stage).toBe('doing');
  });

  it('expires after 72 h with a word 24 h before; an objection extends it by 12 h once', () => {
    const c = proposed();
    expect(c.proposal()).toMatchObject({ expiresAt: T + 96 * HOUR, warnAt: T + 72 * HOUR });
    c.now += HOUR;
    c.vote('porter', 'object').vote('olga', 'object').look();
    expect(c.wait(72 * HOUR).conflict.stage).toBe('deciding');
    expect(c.wait(12 * HOUR).conflict).toMatchObject({ stage: 'over', outcome: 'declined' });
  });

  it('is extended by no objection past 24 h before the cut', () => {
    const c = proposed(projectOf({ releases: [releaseOf({ date: T + 24 * HOUR + 80 * HOUR })] }), { now: T });
    expect(c.proposal().latestEnd).toBe(T + 80 * HOUR);
  });

  it('keeps approvals over a rebase with the same edit, and takes new ones when the removed entries change', () => {
    const c = proposed().vote('ivan').look();
    c.look({ plan: { ...PLAN, diff: '@@ -90 +90 @@', elsewhere: ['build/common.sh:77'] } });
    expect(c.proposal()).toMatchObject({ edition: 1, matter: { case: { plan: { diff: '@@ -90 +90 @@' } } } });
    c.now += HOUR;
    c.look({ plan: { ...PLAN, removed: [...PLAN.removed, { repo: null, file: 'x', at: null, entry: 'linux/ppc64le', controls: 'release' }] } });
    expect(c.proposal().edition).toBe(2);
    expect(c.vote('maria').look().conflict.stage).toBe('deciding');
    expect(c.vote('ivan').look().conflict.stage).toBe('doing');
  });

  it('withdraws itself when the platform is fixed meanwhile', () => {
    const c = proposed().look({ platform: 'green' });
    expect(c.proposal()).toMatchObject({ state: 'invalid', because: 'linux/ppc64le is green on #25243 again' });
    expect(c.conflict).toMatchObject({ stage: 'over', outcome: 'fixed' });
  });

  it('is another one for another conflict, and the same for the same', () => {
    const one = proposed().proposal().matter;
    const other = proposed(projectOf(), { blocker: { ...BLOCKER, number: 7 } }).proposal().matter;
    expect([sameMatter(one, one), sameMatter(one, other), sameSubstance(one, one)]).toEqual([true, false, true]);
    const waived = one.kind === 'deactivate' ? { ...one, remedy: 'waive' as const } : one;
    expect([sameMatter(one, waived), sameSubstance(one, waived)]).toEqual([false, false]);
  });

  it('approved by words that arrive late is carried out, and not when one revokes it in time', () => {
    const c = proposed().vote('ivan').wait(73 * HOUR);
    expect(c.conflict.outcome).toBe('declined');
    c.vote('maria', 'approve', T + 30 * HOUR).look();
    expect(c.conflict).toMatchObject({ stage: 'doing', outcome: null });
    c.vote('anna', 'reject', T + 29 * HOUR).look();
    expect(c.conflict).toMatchObject({ stage: 'over', outcome: 'declined' });
    expect(c.told).toContain('revoked');
  });
});

describe('carrying it out', () => {
  const approved = (): Case => new Case().look().wait(24 * HOUR).vote('ivan').vote('maria').look();

  it('is done with the merge, from which its clocks run', () => {
    const c = approved();
    expect(c.conflict).toMatchObject({ stage: 'doing', times: { approved: T + 24 * HOUR, off: null } });
    c.wait(2 * HOUR, { pull: pull('open') });
    expect(c.conflict.stage).toBe('doing');
    c.wait(2 * HOUR, { pull: pull('merged', T + 27 * HOUR), build: 'off' });
    expect(c.conflict).toMatchObject({ stage: 'watching', times: { off: T + 27 * HOUR }, expiresAt: T + 27 * HOUR + 14 * DAY, remindAt: T + 27 * HOUR + 7 * DAY });
    expect(c.proposal().matter).toMatchObject({ case: { times: { off: T + 27 * HOUR } } });
  });

  it('is put to the leads again when its pull request is closed, as what was approved is not done; near the cut it is dropped', () => {
    const c = approved().look({ pull: pull('closed') });
    expect(c.conflict).toMatchObject({ stage: 'deciding', outcome: null, pull: null, times: { approved: null, off: null } });
    expect(c.told.at(-1)).toBe('revoked');
    expect(c.proposal()).toMatchObject({ state: 'open', edition: 2, decidedAt: null });
    c.vote('ivan').vote('maria').look({ pull: null });
    expect(c.conflict).toMatchObject({ stage: 'doing' });
    const late = approved();
    late.now = CUT;
    expect(late.look({ pull: pull('closed') }).conflict).toMatchObject({ stage: 'over', outcome: 'dropped' });
  });

  it('follows the file where that changes around the same entries, and asks again where others would be taken out', () => {
    const c = approved().look({ plan: { ...PLAN, diff: '+  linux/s390x' } });
    expect(c.conflict).toMatchObject({ stage: 'doing', plan: { diff: '+  linux/s390x' } });
    expect(c.proposal()).toMatchObject({ state: 'approved', edition: 1 });
    c.look({ plan: { ...PLAN, diff: 'more', removed: [...PLAN.removed, ...PLAN.removed.map((r) => ({ ...r, at: 'KUBE_TEST_PLATFORMS' }))] } });
    expect(c.conflict).toMatchObject({ stage: 'deciding', plan: { diff: 'more' } });
    expect(c.conflict.facts.at(-1)).toMatchObject({ kind: 'revoked', detail: 'what would be edited is not what was decided on any more' });
    expect(c.vote('ivan').vote('maria').look().conflict).toMatchObject({ stage: 'doing', pull: null });
  });

  it('is not done when the platform was fixed meanwhile', () => {
    expect(approved().look({ platform: 'green', pull: pull('open') }).conflict).toMatchObject({ stage: 'over', outcome: 'fixed' });
  });

  it('waits to see the branch where the blocker was merged, and watches what was turned off in it', () => {
    const merged = { state: 'merged' as const, blocks: false, because: 'it is merged' };
    expect(approved().look({ blocker: merged, build: 'unknown' }).conflict.stage).toBe('doing');
    expect(approved().look({ blocker: merged, build: 'off' }).conflict).toMatchObject({ stage: 'watching', times: { helped: T + 24 * HOUR } });
    expect(approved().look({ blocker: merged, build: 'on' }).conflict).toMatchObject({ stage: 'over', outcome: 'unblocked' });
  });

  it('by hand, without a decision, ends the proposal and is watched all the same, with its owners asked', () => {
    const c = new Case().look().wait(24 * HOUR).vote('ivan').look({ build: 'off' });
    expect(c.conflict).toMatchObject({ stage: 'watching', times: { approved: null, off: T + 24 * HOUR } });
    expect(c.proposal()).toMatchObject({ state: 'invalid', because: 'linux/ppc64le is off already' });
    expect(c.asked.slice(-2)).toEqual(['off @porter', 'off @demo/power']);
  });

  it('retells only what was approved', () => {
    const p = new Case().look().wait(24 * HOUR).proposal();
    const told = p.matter.kind === 'deactivate' ? { ...p.matter, case: { ...p.matter.case, earlier: 5 } } : p.matter;
    expect([retold(p, told, { now: T }), retold({ ...p, state: 'rejected' }, told, { now: T })]).toEqual([null, null]);
    expect(retold(new Case().turnOff().proposal(), told, { now: T })?.proposal).toMatchObject({ state: 'approved', matter: { case: { earlier: 5 } } });
  });

  it('of a waiver is the merge without the check', () => {
    const c = new Case(projectOf(), { found: { ...found(), remedy: 'waive' } }).look({ plan: null }).wait(24 * HOUR).vote('ivan').vote('maria').look();
    expect(c.conflict).toMatchObject({ stage: 'doing', remedy: 'waive' });
    expect(c.look({ blocker: { state: 'merged', blocks: false, because: '' } }).conflict).toMatchObject({ stage: 'over', outcome: 'waived', times: { off: null } });
  });
});

describe('watching what is off', () => {
  it('says whether it helped, once', () => {
    const c = new Case().turnOff();
    expect(c.wait(HOUR, { platform: 'red', redAt: T }).told).not.toContain('did-not-help');
    c.wait(HOUR, { redAt: c.now }).wait(HOUR);
    expect(c.told.filter((k) => k === 'did-not-help')).toHaveLength(1);
    c.wait(HOUR, { platform: 'green' }).wait(HOUR);
    expect(c.told.filter((k) => k === 'helped')).toHaveLength(1);
    expect(c.conflict.stage).toBe('watching');
  });

  it('puts the way back to the leads once where it did not help, and takes it back where it did after all', () => {
    const vain = (): Case => { const c = new Case().turnOff(); return c.wait(HOUR, { platform: 'red', redAt: c.now + 1, back }); };
    const c = vain();
    expect(c.conflict.stage).toBe('returning');
    expect(c.proposal()).toMatchObject({ state: 'open', matter: { kind: 'reactivate', because: 'Turning it off did not help: #25243 is still red without it.' } });
    expect(c.wait(HOUR).conflict.stage).toBe('returning');
    expect(c.vote('ivan', 'reject').look().conflict.stage).toBe('watching');
    expect(c.wait(20 * DAY).conflict).toMatchObject({ stage: 'watching', backProposal: null });
    const helped = vain().wait(HOUR, { platform: 'green' });
    expect(helped.conflict).toMatchObject({ stage: 'watching', backProposal: null });
    expect(helped.proposals.find((p) => p.matter.kind === 'reactivate')).toMatchObject({ state: 'invalid', because: 'turning it off helped after all' });
  });

  it('asks leads about one way back at a time', () => {
    const other = new Case(projectOf(), { blocker: { ...BLOCKER, number: 29740 } }).turnOff().wait(DAY, { greens: greens(3), back });
    expect(other.conflict.stage).toBe('returning');
    const c = new Case().turnOff().wait(DAY, { greens: greens(3), back, proposals: other.proposals });
    expect(c.conflict.stage).toBe('watching');
    expect(new Case().turnOff().wait(DAY, { greens: greens(3), back }).conflict.stage).toBe('returning');
  });

  it('opens the reactivation issue again each time that it is closed, as long as the build is off', () => {
    const c = new Case().turnOff();
    const closed = (closedAt: number) => ({ reactivation: { state: 'closed' as const, closedAt } });
    c.wait(HOUR, closed(c.now + HOUR)).wait(HOUR);
    expect(c.told.filter((k) => k === 'reopened-issue')).toHaveLength(1);
    c.wait(HOUR, closed(c.now + HOUR));
    expect(c.told.filter((k) => k === 'reopened-issue')).toHaveLength(2);
  });

  it('reminds owners half-way, and asks the leads at its expiry, once each', () => {
    const c = new Case().turnOff();
    const before = c.asked.length;
    c.wait(7 * DAY).wait(DAY).wait(7 * DAY).wait(30 * DAY);
    expect(c.asked.slice(before)).toEqual(['reminded @porter', 'reminded @demo/power', 'escalated @ivan', 'escalated @maria', 'escalated @anna', 'escalated @smarter']);
  });

  it('comes back in part where that is asked for, and forgets the asking where that part is built again already', () => {
    const c = new Case().turnOff();
    const wished = askBack(c.conflict, c.saying('porter', ''), ['client']);
    c.take(wished).look({ partBuilt: true });
    expect(c.conflict).toMatchObject({ stage: 'watching', wishedBack: null, backProposal: null });
    c.take(askBack(c.conflict, c.saying('porter', ''), ['client'])).look({ partBuilt: undefined, back: { diff: '+  linux/ppc64le', byHand: null } });
    expect(c.conflict.stage).toBe('returning');
    c.vote('ivan').vote('maria').look({ build: 'partly', backPull: { repo: 'demo/demo', number: 12, url: 'u', state: 'merged', mergedAt: c.now } });
    expect(c.conflict).toMatchObject({ stage: 'watching', outcome: null, wishedBack: null, backProposal: null, times: { back: null } });
  });

  it('is questioned again before each branch that is cut after that, and not in between', () => {
    const c = new Case().turnOff();
    const cut = c.now + 60 * 24 * HOUR;
    c.wait(20 * 24 * HOUR, { nextCut: cut });
    const escalated = (): number => c.told.filter((f) => f === 'escalated').length;
    expect([escalated(), c.conflict.expiresAt]).toEqual([1, cut - 48 * HOUR]);
    c.wait(30 * 24 * HOUR);
    expect(escalated()).toBe(1);
    c.wait(9 * 24 * HOUR);
    expect([escalated(), c.conflict.expiresAt]).toEqual([2, null]);
    c.wait(5 * 24 * HOUR, { nextCut: cut + 100 * 24 * HOUR });
    expect([escalated(), c.conflict.expiresAt]).toEqual([2, cut + 98 * 24 * HOUR]);
  });

  it('stays where a part is back, and is over where all of it is', () => {
    const c = new Case().turnOff().wait(DAY, { build: 'partly' }).wait(DAY);
    expect(c.told.filter((k) => k === 'partly-back')).toHaveLength(1);
    expect(c.conflict.stage).toBe('watching');
    expect(c.wait(DAY, { build: 'on' }).conflict).toMatchObject({ stage: 'over', outcome: 'back', times: { back: c.now } });
  });

  it('tells the release-signal people when other platforms\' builds changed with it', () => {
    const c = new Case().turnOff().wait(HOUR, { othersChanged: ['linux/arm64'] }).wait(HOUR);
    expect(c.asked.filter((a) => a.startsWith('others-changed'))).toEqual(['others-changed @demo/signal']);
  });

  it('ends where the platform is not tracked any more, and goes on when it comes back still off', () => {
    const c = new Case().turnOff();
    const { platforms } = c.project;
    c.wait(DAY, { project: { ...c.project, platforms: [] } });
    expect(c.conflict).toMatchObject({ stage: 'over', outcome: 'gone' });
    expect(c.wait(DAY, { project: { ...c.project, platforms } }).conflict).toMatchObject({ stage: 'watching', outcome: null });
  });
});

describe('turning it on again', () => {
  const ready = (): Case => new Case().turnOff().wait(DAY, { greens: greens(3), back });

  it('is proposed when the exit test holds, and not before', () => {
    const c = new Case().turnOff().wait(DAY, { greens: greens(2), back });
    expect(c.conflict.stage).toBe('watching');
    c.wait(DAY, { greens: greens(3) });
    expect(c.conflict).toMatchObject({ stage: 'returning' });
    expect(c.proposal()).toMatchObject({ proposer: { by: 'archsignal' }, quorum: 2, matter: { kind: 'reactivate', because: 'build-linux/ppc64le of linux/ppc64le passed 3 times in a row since it was turned off.', removed: PLAN.removed, diff: back.diff } });
  });

  it('waits for the fix elsewhere to be released, where one is named', () => {
    const c = new Case().turnOff();
    c.conflict = { ...c.conflict, exit: { ...c.conflict.exit, upstream: 'golang/go#15823' } };
    expect(c.wait(DAY, { greens: greens(9), back }).conflict.stage).toBe('watching');
    expect(c.wait(DAY, { upstreamReleased: true }).conflict.stage).toBe('returning');
    expect(c.proposal().matter).toMatchObject({ because: 'golang/go#15823 is released, and build-linux/ppc64le of linux/ppc64le passed 3 times in a row since it was turned off.' });
  });

  it('is over with the merge of the reverse edit', () => {
    const c = ready().vote('ivan').vote('maria').look();
    expect(c.conflict.stage).toBe('returning');
    expect(c.wait(DAY, { backPull: pull('merged', c.now + HOUR), build: 'on' }).conflict).toMatchObject({ stage: 'over', outcome: 'back', times: { back: c.now - DAY + HOUR } });
  });

  it('is taken back when the exit test does not hold any more, and proposed anew when it does', () => {
    const c = ready();
    const first = c.proposal().id;
    c.wait(HOUR, { greens: greens(0) });
    expect(c.conflict).toMatchObject({ stage: 'watching', backProposal: null, formerBackProposals: [first] });
    expect(c.proposals.find((p) => p.id === first)?.state).toBe('invalid');
    expect(c.wait(HOUR, { greens: greens(3) }).conflict.stage).toBe('returning');
  });

  it('is not proposed again for two weeks after a no', () => {
    const c = ready().vote('ivan', 'reject').look();
    expect(c.conflict.stage).toBe('watching');
    expect(c.wait(13 * DAY).conflict.stage).toBe('watching');
    expect(c.wait(DAY).conflict.stage).toBe('returning');
  });

  it('counts runs that began after it was turned off', () => {
    const story = new Story([{ platform: 'linux/ppc64le', name: 'b', suite: 'build' }]).hours({ 'linux/ppc64le b': 'FFFPPP' });
    const state = story.state('linux/ppc64le b');
    const now = [{ job: story.job('linux/ppc64le b'), state: state ?? null, health: 'passing' as const }];
    expect([story.now - 3 * HOUR, story.now - HOUR, story.now].map((off) => greensSince(now, off).get('b'))).toEqual([3, 1, 0]);
  });
});

describe('a conflict of any kind', () => {
  it('is stored and read back as it was', () => {
    const c = new Case().turnOff().wait(DAY, { greens: greens(3), back });
    expect(schema.parse(structuredClone(c.conflict))).toEqual(c.conflict);
    for (const p of c.proposals) expect(proposalSchema.parse(structuredClone(p))).toEqual(p);
  });

  it('comes to the same end however often it is looked at between', () => {
    const steps: readonly [number, Parameters<Case['look']>[0]][] = [[0, {}], [24 * HOUR, {}], [26 * HOUR, { build: 'off' }], [10 * DAY, {}], [20 * DAY, { greens: greens(3), back }]];
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 21 * DAY }), { maxLength: 12 }), (looks) => {
      const run = (more: readonly number[]): unknown => {
        const c = new Case();
        const all = [...steps.map(([at, facts]) => ({ at, facts })), ...more.map((at) => ({ at, facts: {} }))].toSorted((a, b) => a.at - b.at);
        for (const { at, facts } of all) c.wait(T + at - c.now, facts);
        const { revision: _r, shown: _s, facts, ...rest } = c.conflict;
        return { ...rest, told: facts.map((f) => f.kind), asked: c.asked };
      };
      const [one, other] = [run(looks), run([])] as [Record<string, unknown>, Record<string, unknown>];
      expect([one['stage'], one['told'], one['asked']]).toEqual([other['stage'], other['told'], other['asked']]);
    }), { numRuns: 60 });
  });

  it('has a cut that its decisions know', () => { expect(new Case().look().wait(24 * HOUR).proposal().matter).toMatchObject({ case: { cut: CUT } }); });
});
