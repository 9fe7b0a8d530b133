import { beforeEach, describe, expect, it } from 'vitest';
import type { Action, OutboxRow, Receipt } from '../../src/domain/action.ts';
import type { StepWarning } from '../../src/domain/step-warning.ts';
import { plainText, type Span, type Text } from '../../src/domain/text.ts';
import type { StandingWarning } from '../../src/policy/ladder/evaluate.ts';
import { expectedAt } from '../../src/policy/ladder/expected.ts';
import { propose, withVote } from '../../src/policy/proposals.ts';
import { reconcileStepWarning, warningRowWanted, withWarningReceipt } from '../../src/policy/reconcile-step-warning.ts';
import { stepMatter } from '../../src/policy/step-matter.ts';
import { dismissWarning, forgotten, noteFollowing, resumeWarning, tendWarning, warningId, type WarningChange, type WarningFacts } from '../../src/policy/step-warnings.ts';
import { evaluation, LADDER, result } from '../commands/ladder-given.ts';
import { project, proposing, says } from './proposals-given.ts';
import { DAY, HOUR, START } from './story.ts';

const RED = result('pass-rate', { verdict: 'unmet', because: 'e2e passed 61% of 40 runs over 14 days; 75% is needed.', links: [{ words: 'ci-e2e', link: 'https://ci.example/e2e' }] });
const GREEN = result('pass-rate', { because: 'e2e passed 94% of 40 runs.' });
const standing = (over: Partial<StandingWarning> = {}): StandingWarning => ({ criterion: 'pass-rate', kind: 'unmet', since: START - 14 * DAY, days: 14, earlier: false, daysLeft: 28, ...over });
const TODAY = Math.floor(START / DAY) * DAY;

/** A platform's warning over days, with its issue and its message as executed rows show them. */
class Story {
  now = START;
  warning: StepWarning | null = null;
  rows: OutboxRow[] = [];
  readonly mentions: string[] = [];
  readonly comments: string[] = [];
  issue: { state: 'open' | 'closed'; body: string; title: string } | null = null;
  card = '';
  cards = 0;
  changes: WarningChange[] = [];

  facts(over: Partial<WarningFacts> = {}): WarningFacts {
    return { project: project(), ladder: LADDER, now: this.now, unmentionable: new Set(), proposals: [], ahead: { freezes: [], releases: [], downtimes: [] }, ...over };
  }

  /** An evaluation, and everything that follows from it. */
  judged(warnings: readonly StandingWarning[], over: Parameters<typeof evaluation>[0] = {}, facts: Partial<WarningFacts> = {}): this {
    const seen = evaluation({ criteria: [warnings.length > 0 ? RED : GREEN], warnings, ...over });
    const known = this.warning !== null && this.warning.state !== 'over' ? [this.warning] : [];
    const same = this.warning !== null && this.warning.id === warningId(project(), seen) ? this.warning : null;
    this.changes = tendWarning(seen, known, same, this.facts(facts));
    for (const change of this.changes) this.take(change);
    return this;
  }

  take(change: WarningChange | null): this {
    if (change !== null) this.warning = change.warning;
    for (let rows = this.plan(); rows.length > 0; rows = this.plan()) for (const row of rows) this.execute(row);
    return this;
  }

  plan(): OutboxRow[] {
    if (this.warning === null) return [];
    return reconcileStepWarning(this.warning, this.rows, { now: this.now, channels: ['#tiers'] })
      .map((a) => ({ ...a, state: 'pending', attempts: 0, notBefore: 0, createdAt: this.now, updatedAt: this.now, lastError: null, receipt: null }));
  }

  execute(row: OutboxRow): void {
    if (this.warning === null) return;
    const wanted = warningRowWanted(row.action, this.warning, 1);
    const receipt = wanted ? this.#done(row.action) : null;
    this.rows.push({ ...row, state: wanted ? 'done' : 'superseded', attempts: 1, receipt });
    if (receipt !== null) this.warning = withWarningReceipt(this.warning, row.action, receipt) ?? this.warning;
  }

  #done(action: Action): Receipt {
    switch (action.kind) {
      case 'ensure-document': {
        // As GitHub's edge does it: a new issue calls, an edit does not.
        if (action.issue === null) this.mentions.push(...mentionsIn(action.body));
        this.issue = { state: action.state === 'kept' ? this.issue?.state ?? 'open' : action.state, body: plainText(action.body), title: action.title };
        return { kind: 'document', repo: 'demo/demo', number: 12, url: 'https://github.example/12', state: this.issue.state, shown: action.shown };
      }
      case 'post-comment':
        this.mentions.push(...mentionsIn(action.text));
        this.comments.push(plainText(action.text));
        return { kind: 'comment', url: 'u' };
      case 'ensure-card':
        if (action.at === null) this.cards++;
        this.card = plainText(action.text);
        return { kind: 'card', channel: 'C1', ts: String(this.cards), shown: action.shown };
      default: throw new Error(action.kind);
    }
  }
}

const mentionsIn = (text: Text): string[] => JSON.stringify(text).match(/"mention":"[^"]+"/g)?.map((m) => (JSON.parse(`{${m}}`) as Extract<Span, { mention: string }>).mention) ?? [];

let story: Story;
beforeEach(() => { story = new Story(); });
const day = (n: number): void => { story.now = START + n * DAY; };
const OWNERS = ['@porter', '@demo/s390x-owners'];

describe('a criterion of the present step that has not held past its grace', () => {
  it('is told of in one issue that calls the owners once and wants help, with what is missing, by when, and how to stop it', () => {
    story.judged([standing()]);
    expect(story.rows.map((r) => r.action.kind)).toEqual(['ensure-document', 'ensure-card']);
    expect(story.rows[0]?.action).toMatchObject({ document: { kind: 'warning' }, labels: ['archsignal', 'arch/linux-s390x', 'help wanted'], state: 'open', title: '[linux/s390x] may lose its step test (2): help wanted' });
    expect(story.mentions).toEqual(OWNERS);
    expect(story.changes[0]?.pings.map((p) => p.handle)).toEqual(OWNERS);
    const body = story.issue?.body ?? '';
    expect(body).toContain('linux/s390x does not meet the one criterion of test (2).');
    expect(body).toMatch(/^pass-rate unmet \| .* \(14 days\) \| e2e passed 61% of 40 runs over 14 days; 75% is needed\. ci-e2e \| a demotion is proposed about .*: 28 days more$/m);
    expect(body).toContain('whether to move linux/s390x to build (1). Nothing moves without their decision and a merged pull request.');
    expect(body).toContain('- pass-rate: look at what fails most often');
    expect(body).toContain('/arch exception linux/s390x pass-rate <until> <reason>');
    expect(story.card).toContain('linux/s390x may lose its step test (2): pass-rate has not held since');
    expect(story.card).toContain('demo/demo#12');
  });

  it('says how to stop it for every criterion that it warns of', () => {
    story.judged([standing(), standing({ criterion: 'run-cadence', since: START - 9 * DAY, days: 9 })]);
    expect(story.issue?.body).toContain('release leads write /arch exception linux/s390x pass-rate <until> <reason> and /arch exception linux/s390x run-cadence <until> <reason>; it goes on for each that is left out. Closing this issue');
  });

  it('is told in short with the day from which on each has not held', () => {
    story.judged([standing(), standing({ criterion: 'run-cadence', since: START - 9 * DAY, days: 9 }), standing({ criterion: 'failure-streak', since: START - 14 * DAY })]);
    expect(story.card).toMatch(/pass-rate and failure-streak have not held since (\w+ \d+ \w+), and run-cadence has not held since (?!\1)\w+ \d+ \w+\./);
  });

  it('is kept true every day, and nobody is called again', () => {
    story.judged([standing()]);
    for (let n = 1; n <= 5; n++) {
      day(n);
      story.judged([standing({ days: 14 + n, daysLeft: 28 - n })]);
    }
    expect(story.issue?.body).toContain(': 23 days more');
    expect(story.rows.filter((r) => r.action.kind === 'ensure-document').map((r) => r.action.kind === 'ensure-document' && r.action.state)).toEqual(['open', 'kept', 'kept', 'kept', 'kept', 'kept']);
    expect([story.mentions, story.comments, story.cards]).toEqual([OWNERS, [], 1]);
    expect(story.judged([standing({ days: 19, daysLeft: 23 })]).changes).toEqual([]);
  });

  it('is closed with a word when the record has turned, and says why', () => {
    story.judged([standing()]);
    day(3);
    story.judged([]);
    expect(story.issue?.state).toBe('closed');
    expect(story.comments).toEqual(['linux/s390x is no longer warned of on test (2). pass-rate is met again: e2e passed 94% of 40 runs.']);
    expect(story.issue?.body).toContain('- pass-rate is met again');
    expect(story.card).toContain('no longer warned of on test (2)');
    expect(story.mentions).toEqual(OWNERS);
  });

  it('is over with an exception, and says until when', () => {
    story.judged([standing()]);
    story.judged([], { criteria: [{ ...RED, exceptedUntil: START + 30 * DAY }] });
    expect(story.comments[0]).toMatch(/pass-rate is excepted until .*: e2e passed 61%/);
  });

  it('is over when the platform stands on another step, and the new one has a warning of its own', () => {
    story.judged([standing()]);
    const first = story.warning?.id;
    story.judged([], { step: 1, since: START });
    expect([story.warning?.state, story.warning?.id]).toEqual(['over', first]);
    expect(story.comments[0]).toContain('linux/s390x stands on build (1) now, and no longer on test (2).');
    expect(warningId(project(), evaluation({ step: 1, since: START }))).not.toBe(first);
  });

  it('opens its issue again and calls once more when it turns again on the same step, with a message of its own', () => {
    story.judged([standing()]);
    story.judged([]);
    day(60);
    story.judged([standing({ since: START + 40 * DAY })]);
    expect([story.issue?.state, story.warning?.turn, story.cards]).toEqual(['open', 2, 2]);
    expect(story.mentions).toEqual([...OWNERS, ...OWNERS]);
    expect(story.comments.at(-1)).toContain('it has turned again on linux/s390x: pass-rate has not held since');
    day(61);
    story.judged([standing({ days: 15, daysLeft: 27 })]);
    expect([story.mentions.length, story.comments.length]).toEqual([4, 2]);
  });

  it('tells what nobody can tell as such, and that no demotion follows from it', () => {
    story.judged([standing({ kind: 'unknown', daysLeft: null })]);
    expect(story.issue?.title).toContain('cannot be shown to hold');
    expect(story.issue?.body).toContain('Nobody can tell whether linux/s390x meets the one criterion of test (2).');
    expect(story.issue?.body).toContain('nothing by itself: linux/s390x is neither moved down nor up for this.');
  });

  it('says why it goes faster than usual, as long as it does', () => {
    const hurry = [{ name: 'release-delayed', warnAfter: 7, proposeAfter: 14, because: 'it delayed 1 release within the last 365 days: v1.36' }] as const;
    const story = new Story().judged([standing()], { hurry });
    expect(story.issue?.body).toMatch(/What follows: release leads are asked .* do not count\. It goes faster than usual, as the ladder says: it delayed 1 release within the last 365 days: v1\.36\.\n/);
    expect(story.judged([standing()]).issue?.body).not.toContain('faster');
  });

  it('asks the release-signal team where a platform has no owner', () => {
    story.judged([standing()], {}, { project: { ...project(), releaseSignal: ['@demo/signal'], platforms: project().platforms.map((p) => ({ ...p, owners: [] })) } });
    expect(story.mentions).toEqual(['@demo/signal']);
  });
});

describe('a warning whose issue somebody closed by hand', () => {
  const closed = (): void => {
    story.judged([standing()]);
    if (story.issue) story.issue.state = 'closed';
    if (story.warning) story.take(dismissWarning(story.warning, 'olga', { now: story.now, evidence: {} }));
  };

  it('is noted once and stays closed while what it tells of lasts', () => {
    closed();
    for (let n = 1; n <= 3; n++) {
      day(n);
      story.judged([standing({ days: 14 + n, daysLeft: 28 - n })]);
    }
    expect([story.issue?.state, story.comments.length]).toEqual(['closed', 1]);
    expect(story.comments[0]).toMatch(/^Closed by olga, so this warning stays silent .* a demotion of linux\/s390x is proposed about /);
    expect(story.card).toContain('Its issue was closed by olga');
  });

  it('ends in silence when the record turns, and is raised anew after that', () => {
    closed();
    story.judged([]);
    expect([story.warning?.state, story.comments.length, story.issue?.state]).toEqual(['over', 1, 'closed']);
    day(60);
    story.judged([standing({ since: START + 40 * DAY })]);
    expect([story.issue?.state, story.mentions.length]).toEqual(['open', 4]);
  });

  it('goes on when somebody opens it again', () => {
    closed();
    if (story.issue) story.issue.state = 'open';
    if (story.warning) story.take(resumeWarning(story.warning, 'ivan', { now: story.now, evidence: {} }));
    day(1);
    story.judged([standing({ days: 15, daysLeft: 27 })]);
    expect(story.issue?.body).toContain(': 27 days more');
    expect(story.mentions).toEqual(OWNERS);
  });
});

describe('a warning that a proposal follows', () => {
  const due = { kind: 'demote', to: 1, because: ['pass-rate'], heldUntil: null } as const;
  const wanted = stepMatter(evaluation({ criteria: [RED], proposal: due }), LADDER, { to: 1, asked: null });
  if (wanted === null) throw new Error('no matter');
  const proposal = propose(wanted, proposing({ by: 'archsignal', at: START + 28 * DAY, now: START + 28 * DAY })).proposal;
  const filed = { ...proposal, issue: { repo: 'demo/demo', number: 20, url: 'https://github.example/20' } };

  it('leads there in its text and with one comment, once it is known where that is', () => {
    story.judged([standing()]);
    day(28);
    story.judged([standing({ days: 42, daysLeft: 0 })], {}, { proposals: [proposal] });
    expect([story.comments, story.issue?.body.includes('release leads are asked now')]).toEqual([[], true]);
    for (let i = 0; i < 2; i++) if (story.warning) story.take(noteFollowing(story.warning, filed));
    expect(story.comments).toEqual(['Release leads are asked now, in demo/demo#20, whether to move linux/s390x from test (2) to build (1). Owners can object there.']);
    expect(story.mentions).toEqual(OWNERS);
  });

  it('says what has been decided, and stays as long as the criterion does not hold', () => {
    story.judged([standing()]);
    day(30);
    const rejected = withVote(filed, { ...says('ivan', 'reject', 0), at: START + 29 * DAY }, { now: START + 29 * DAY, evidence: {} }).proposal;
    story.judged([standing({ days: 44, daysLeft: 0 })], {}, { proposals: [rejected] });
    expect(story.issue).toMatchObject({ state: 'open', body: expect.stringContaining('release leads have decided in demo/demo#20 not to move') as unknown });
  });
});

it('begins anew after a mode in which it was only recorded', () => {
  story.judged([standing()]);
  if (story.warning) story.take(forgotten(story.warning, story.now));
  expect([story.warning?.state, story.warning?.issue]).toEqual(['over', null]);
  story.issue = null;
  story.judged([standing()]);
  expect([story.warning?.turn, story.mentions.length, story.comments]).toEqual([2, 4, []]);
});

it('files nothing for what was over before its issue was begun', () => {
  story.judged([standing()]);
  const first = story.changes[0]?.warning;
  const fresh = new Story();
  fresh.warning = first ?? null;
  const rows = fresh.plan();
  fresh.warning = first ? { ...first, state: 'over', over: { at: START, because: [] }, revision: 2 } : null;
  expect(rows.map((r) => fresh.warning && warningRowWanted(r.action, fresh.warning, 1))).toEqual([false]);
  expect(fresh.plan()).toEqual([]);
});

describe('the day on which a demotion is likely to be proposed', () => {
  const ahead = { freezes: [], releases: [], downtimes: [] };
  it('leaves out planned freezes and downtimes, and waits for the release between a code freeze and it', () => {
    expect(expectedAt(3, START, LADDER, ahead)).toBe(TODAY + 3 * DAY);
    expect(expectedAt(3, START, LADDER, { ...ahead, freezes: [{ from: TODAY + 2 * DAY, to: TODAY + 4 * DAY }], downtimes: [{ from: TODAY + 4 * DAY + HOUR, to: TODAY + 4 * DAY + 2 * HOUR, reason: null }] })).toBe(TODAY + 6 * DAY);
    const releases = [{ freeze: START, date: START + 20 * DAY }];
    expect([expectedAt(3, START, LADDER, { ...ahead, releases }), expectedAt(3, START, { ...LADDER, demotion: { ...LADDER.demotion, heldInFreeze: false } }, { ...ahead, releases })]).toEqual([START + 20 * DAY, TODAY + 3 * DAY]);
    expect(expectedAt(3, START, LADDER, { ...ahead, releases: [{ freeze: START, date: null }] })).toBeNull();
    expect(expectedAt(3, START, LADDER, { ...ahead, freezes: [{ from: 0, to: Infinity }] })).toBeNull();
  });
});
