import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { GitHubDelivery, GitHubEvent, GitHubEventName } from '../../src/delivery/github/index.ts';
import { githubEvent } from '../../src/delivery/github/index.ts';
import { lookAskedFor } from '../../src/runtime/conflicts/asked.ts';
import { watch } from '../../src/runtime/conflicts/watched.ts';
import { Inbox } from '../../src/runtime/deliveries.ts';
import { Dispatcher } from '../../src/runtime/dispatch.ts';
import { hear, startsNothing } from '../../src/runtime/door.ts';
import { pollProject } from '../../src/runtime/poll.ts';
import { stage, type Stage } from './fixtures.ts';

let on: Stage;
let inbox: Inbox;
beforeEach(async () => {
  on = await stage({ project: { releases: [{
    name: 'v1', branch: 'main', leads: ['@lead'], ciSignal: [], quorum: 1, date: null, freeze: null, milestone: 'v1', proposalExpires: 3_600_000,
    conflict: { blockerLabels: ['release-blocker'], fixWindow: 3_600_000, expiresAfter: 3_600_000 },
  }] } });
  inbox = new Inbox(on.rt);
  on.brings('PPFFF');
  await pollProject(on.rt, on.tracked, new AbortController().signal);
  await new Dispatcher(on.rt).drain();
  await watch(on.rt, 'demo', { numbers: [25], heads: ['b10c'] });
});
afterEach(() => on.store.close());

const PLACES = { tracked: { fullName: 'demo/demo', id: 1 }, renamed: { fullName: 'demo/anew', id: 1 }, other: { fullName: 'demo/other', id: 2 } };
const ISSUES = { ours: 7, other: 8, watched: 25 };
const BODIES = { word: 'Looking.', command: '/arch ack' };

interface Said { readonly event: GitHubEventName; readonly place: keyof typeof PLACES; readonly issue: keyof typeof ISSUES; readonly body: keyof typeof BODIES; readonly labels: readonly string[]; readonly label: string; readonly milestone: string; readonly sha: string; readonly bot: boolean }

const eventOf = ({ event, place, issue, body, labels, label, milestone, sha, bot }: Said): GitHubEvent => {
  const [kind] = event.split('.');
  return {
    event, repo: PLACES[place], at: on.clock.now, actor: bot ? { login: 'stale[bot]', type: 'Bot', bot: true } : { login: 'olga', type: 'User' },
    ...(kind === 'issues' || kind === 'issue_comment' ? { issue: { number: ISSUES[issue], state: 'open', labels: [...labels], authorLogin: 'olga', url: 'u' } } : {}),
    ...(kind === 'issue_comment' ? { comment: { id: 5, url: 'u#5', body: BODIES[body], authorLogin: 'olga', ...(event.endsWith('edited') ? { before: 'Hm.' } : {}) } } : {}),
    ...(kind === 'pull_request' ? { pull: { number: ISSUES[issue], url: 'u', merged: false, mergedAt: null, sha } } : {}),
    ...(kind === 'status' || event.endsWith('.completed') ? { check: { sha, pulls: [] } } : {}),
    ...(/\.(un)?labeled$/.test(event) ? { label } : {}), ...(/milestoned$/.test(event) ? { milestone } : {}), ...(/assigned$/.test(event) ? { assignee: 'olga' } : {}),
  };
};

/** What is told all day. */
const USUAL: Said = { event: 'issues.labeled', place: 'tracked', issue: 'other', body: 'word', labels: [], label: 'bug', milestone: 'v9', sha: '0ff0', bot: false };

const anyOf = <T>(all: readonly T[], n: number): T => all[n % all.length] as T;
/** Every event in every place about every issue, and the rest of what differs in turn. */
const EVERYTHING: readonly Said[] = githubEvent.shape.event.options.flatMap((event) => (['tracked', 'renamed', 'other'] as const).flatMap((place) => (['ours', 'other', 'watched'] as const).flatMap((issue) =>
  Array.from({ length: 12 }, (_, n): Said => ({
    event, place, issue, body: anyOf(['word', 'command'], n), labels: anyOf([[], ['bug'], ['archsignal'], ['release-blocker']], n), label: anyOf(['bug', 'release-blocker', 'bug'], n),
    milestone: anyOf(['v9', 'v1', 'v9'], n), sha: anyOf(['0ff0', '0ff0', 'b10c'], n), bot: event === 'issues.closed' && n % 5 === 4,
  })))));

/** All that a delivery could change. */
const everything = async (): Promise<string> => JSON.stringify([
  await on.store.incidents('demo', 0), await on.rows(), await on.store.warnings(), await on.store.platformEvents('demo', 0), await lookAskedFor(on.rt, 'demo'),
  await on.store.proposals('demo', 0), await on.store.conflicts('demo', 0), await on.store.auditBy('olga', 0, 100), [...on.rt.repositories], on.edge.done.length,
]);

let count = 0;
const delivery = (payload: GitHubEvent): GitHubDelivery => ({ id: `d${count++}`, surface: 'github', event: payload.event, payload });

describe('the door', () => {
  it('goes by what the last look was about, though it has asked before', async () => {
    const heard = async (sha: string): Promise<boolean> => !await startsNothing(on.rt, eventOf({ ...USUAL, event: 'status', sha }));
    expect([await heard('b10c'), await heard('beef')]).toEqual([true, false]);
    await watch(on.rt, 'demo', { numbers: [], heads: ['beef'] });
    expect([await heard('b10c'), await heard('beef')]).toEqual([false, true]);
  });

  it('lets pass only what would change nothing if it were kept and handled', async () => {
    let passed = 0;
    await startsNothing(on.rt, eventOf({ ...USUAL, issue: 'ours' }));
    const before = await everything();
    for (const said of EVERYTHING) {
      const event = eventOf(said);
      if (!await startsNothing(on.rt, event)) continue;
      passed++;
      await inbox.receive(delivery(event));
      await inbox.work();
      expect(await everything(), JSON.stringify(said)).toBe(before);
    }
    expect(passed).toBeGreaterThan(400);
  });

  it.each<[string, boolean, Partial<Said>]>([
    ['a label on somebody\'s issue', true, {}],
    ['a label on ours', false, { issue: 'ours' }],
    ['a label on what may be ours and is not known yet', false, { labels: ['archsignal'] }],
    ['a closing of what may be ours, in a repository that had our label in another case', false, { event: 'issues.closed', labels: ['Archsignal'] }],
    ['a label that makes a blocker', false, { label: 'release-blocker' }],
    ['a label on a blocker that is watched', false, { issue: 'watched' }],
    ['a comment without a command', true, { event: 'issue_comment.created' }],
    ['a comment without a command on ours', false, { event: 'issue_comment.created', issue: 'ours' }],
    ['a command', false, { event: 'issue_comment.created', body: 'command' }],
    ['a command that an edit has added, in a repository that has another name now', false, { event: 'issue_comment.edited', body: 'command', place: 'renamed' }],
    ['a command in a repository that is nobody\'s', true, { event: 'issue_comment.created', body: 'command', place: 'other' }],
    ['a check', true, { event: 'check_run.completed' }],
    ['a check of a blocker', false, { event: 'check_run.completed', sha: 'b10c' }],
    ['a status', true, { event: 'status' }],
    ['a pull request that was closed', false, { event: 'pull_request.closed' }],
    ['a push to the configuration', false, { event: 'push' }],
    ['an App that was installed', false, { event: 'installation.created', place: 'other' }],
  ])('says of %s whether it can start nothing: %s', async (_, nothing, over) => {
    await startsNothing(on.rt, eventOf({ ...USUAL, issue: 'ours' }));
    expect(await startsNothing(on.rt, eventOf({ ...USUAL, ...over }))).toBe(nothing);
  });

  it('keeps nothing of what passes, however often it comes, and one of what does not', async () => {
    const passing = delivery(eventOf(USUAL));
    const ours = delivery(eventOf({ ...USUAL, issue: 'ours' }));
    const kept: boolean[] = [];
    for (const d of [passing, passing, ours, ours]) kept.push(await hear(on.rt, inbox, d));
    expect(kept).toEqual([false, false, true, false]);
    expect(await inbox.work()).toBe(1);
    expect(await on.rt.metrics.registry.getSingleMetricAsString('archsignal_deliveries_total')).toMatch(/outcome="passed"\} 2\n.*outcome="stored"\} 1\n.*outcome="repeated"\} 1/s);
  });
});
