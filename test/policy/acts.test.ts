import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../src/domain/incident.ts';
import { nextDeadline } from '../../src/domain/incident.ts';
import { acknowledge, classify, snooze, unacknowledge, unclassify, unsnooze } from '../../src/policy/acts.ts';
import { putOffUntil } from '../../src/policy/milestones.ts';
import { timeToAck, timeToFix } from '../../src/policy/responses.ts';
import { asks, DAY, HOUR, kinds, Story } from './story.ts';

const S390X = 'linux/s390x e2e';
const AMD64 = 'linux/amd64 e2e';
const patient = { thresholds: { staleAfter: 300 * DAY } };
/** A breakage of linux/s390x, with its issue. */
const broken = (over = {}) => new Story([{ platform: 'linux/amd64', name: 'e2e', ...patient }, { platform: 'linux/s390x', name: 'e2e', ...patient }], over)
  .hours({ [AMD64]: 'PPPP', [S390X]: 'PFFF' }).issue();
const green = (story: Story) => story.hours({ [AMD64]: 'PP', [S390X]: 'PP' });

const snoozeFor = (ms: number, reason: string | null = null) => (i: Incident, c: Parameters<typeof snooze>[2]) => snooze(i, { until: c.now + ms, reason }, c);
const call = (as: 'flake' | 'infra', note: string | null = null) => (i: Incident, c: Parameters<typeof classify>[2]) => classify(i, { as, note }, c);

describe('who has it', () => {
  it('is whoever said so, and nobody is reminded', () => {
    const story = broken();
    story.does('olga', acknowledge);
    expect(story.live()).toMatchObject({ acknowledged: { by: 'olga', at: story.now }, firstAcknowledged: { by: 'olga', at: story.now } });
    story.wait(100 * HOUR);
    expect(kinds(story.live())).toEqual(['opened', 'acknowledged']);
  });

  it('is told once, however often the same person says it', () => {
    const story = broken();
    story.does('olga', acknowledge);
    expect(story.does('Olga', acknowledge)).toBeNull();
  });

  it('becomes somebody else when they take it over, and who had it first stays known', () => {
    const story = broken();
    story.does('olga', acknowledge);
    story.wait(HOUR).does('petra', acknowledge);
    expect(story.live()).toMatchObject({ acknowledged: { by: 'petra' }, firstAcknowledged: { by: 'olga' } });
  });

  it('is nobody again when it is given back: what was not said yet is said later, and nothing twice', () => {
    const story = broken().wait(25 * HOUR);
    expect(kinds(story.live())).toEqual(['opened', 'reminded']);
    story.does('olga', acknowledge);
    story.wait(HOUR).does('olga', unacknowledge);
    expect(story.live()).toMatchObject({ acknowledged: null, remindAt: null, escalateAt: story.now + 72 * HOUR, firstAcknowledged: { by: 'olga' } });
    story.wait(72 * HOUR).does('olga', acknowledge);
    story.does('olga', unacknowledge);
    story.wait(500 * HOUR);
    expect(kinds(story.live()).filter((k) => k === 'reminded' || k === 'escalated')).toEqual(['reminded', 'escalated']);
  });

  it('keeps with its giving back who had it, but for whom GitHub has unassigned already', () => {
    const had = (give: (s: Story) => void): unknown => {
      const s = broken().act({ kind: 'assigned', by: 'olga', assignee: 'olga' });
      give(s);
      return s.live().facts.at(-1);
    };
    expect(had((s) => s.does('petra', unacknowledge))).toMatchObject({ kind: 'unacknowledged', had: 'olga' });
    expect(had((s) => s.act({ kind: 'unassigned', by: 'petra', assignee: 'olga' }))).not.toHaveProperty('had');
  });

  it('cannot be given back by nobody', () => {
    const story = broken();
    story.does('olga', unacknowledge);
    expect(story.live()).toMatchObject({ acknowledged: null, firstAcknowledged: null, facts: { length: 1 } });
  });

  it('is not asked of a breakage that somebody silenced', () => {
    const story = broken().act({ kind: 'closed', by: 'olga' });
    expect([acknowledge, unacknowledge, unsnooze, snoozeFor(DAY)].map((act) => story.does('petra', act))).toEqual([null, null, null, null]);
  });
});

describe('a snooze', () => {
  it('keeps reminder and escalation away, then says once that it is over and asks nobody', () => {
    const story = broken();
    story.does('olga', snoozeFor(100 * HOUR, 'waiting'));
    expect(story.live()).toMatchObject({ acknowledged: null, firstAcknowledged: { by: 'olga' }, snooze: { by: 'olga', reason: 'waiting' } });
    expect(nextDeadline(story.live())).toBe(story.now + 100 * HOUR);
    story.wait(99 * HOUR);
    expect(kinds(story.live())).toEqual(['opened', 'snoozed']);
    story.wait(HOUR).decide();
    expect(kinds(story.live())).toEqual(['opened', 'snoozed', 'woken']);
    expect(story.live()).toMatchObject({ snooze: null, remindAt: story.now + 24 * HOUR, escalateAt: story.now + 72 * HOUR });
    expect(asks(story.live())).toEqual(['@demo/s390x-owners']);
    story.wait(25 * HOUR);
    expect(kinds(story.live()).at(-1)).toBe('reminded');
  });

  it('wakes nobody\'s reminder where somebody has it by then', () => {
    const story = broken();
    story.does('olga', snoozeFor(DAY));
    story.does('olga', acknowledge);
    story.wait(DAY).wait(30 * DAY);
    expect(kinds(story.live())).toEqual(['opened', 'snoozed', 'acknowledged', 'woken']);
  });

  it('does not repeat the reminder that was given before it', () => {
    const story = broken().wait(25 * HOUR);
    story.does('olga', snoozeFor(DAY));
    story.wait(DAY);
    expect(story.live()).toMatchObject({ remindAt: null, escalateAt: story.now + 72 * HOUR });
  });

  it('ends with a recovery, and does not outlive it when it breaks again', () => {
    const story = broken();
    story.does('olga', snoozeFor(30 * DAY));
    green(story);
    expect(story.incidents[0]).toMatchObject({ state: 'closed', snooze: null });
    story.hours({ [AMD64]: 'PPP', [S390X]: 'FFF' });
    expect(story.live().snooze).toBeNull();
    story.wait(25 * HOUR);
    expect(kinds(story.live()).at(-1)).toBe('reminded');
  });

  it('is over when a person closes the issue, also for who opens it again', () => {
    const story = broken();
    story.does('olga', snoozeFor(DAY));
    story.act({ kind: 'closed', by: 'petra' }).act({ kind: 'reopened', by: 'petra' });
    expect(story.live()).toMatchObject({ state: 'open', snooze: null, remindAt: story.now + 24 * HOUR });
  });

  it('is ended by hand, and is one where a button was clicked twice', () => {
    const story = broken();
    story.does('olga', snoozeFor(DAY));
    story.now += 1_000;
    expect(story.does('olga', snoozeFor(DAY))).toBeNull();
    story.does('petra', unsnooze);
    expect(story.live()).toMatchObject({ snooze: null, remindAt: story.now + 24 * HOUR });
    expect(story.does('petra', unsnooze)).toBeNull();
  });

  it('does not begin with a moment that is over', () => {
    expect(broken().does('olga', snoozeFor(-HOUR))).toBeNull();
  });
});

describe('what it is', () => {
  it('answers the question: nobody is reminded of a flake, or of what the infrastructure did', () => {
    for (const as of ['flake', 'infra'] as const) {
      const story = broken();
      story.does('olga', call(as, 'TestX'));
      story.wait(200 * HOUR);
      expect(kinds(story.live())).toEqual(['opened', 'classified']);
      expect(story.live()).toMatchObject({ classified: { as, by: 'olga', note: 'TestX' }, acknowledged: null, firstAcknowledged: { by: 'olga' } });
    }
  });

  it('is said once, replaced by another word, and taken back', () => {
    const story = broken();
    story.does('olga', call('flake'));
    expect(story.does('petra', call('flake'))).toBeNull();
    story.does('petra', call('infra', 'runners'));
    expect(story.live().classified).toMatchObject({ as: 'infra', by: 'petra' });
    const takeBack = (as: 'flake' | 'infra') => (i: Incident, c: Parameters<typeof classify>[2]) => unclassify(i, as, c);
    story.does('olga', takeBack('flake'));
    expect(story.live().classified).toMatchObject({ as: 'infra', by: 'petra' });
    story.does('olga', takeBack('infra'));
    expect(story.live()).toMatchObject({ classified: null, remindAt: story.now + 24 * HOUR });
  });

  it('keeps an incident quiet that is given back', () => {
    const story = broken();
    story.does('olga', acknowledge);
    story.does('olga', call('infra'));
    story.does('olga', unacknowledge);
    expect(story.live()).toMatchObject({ remindAt: null, escalateAt: null });
  });

  it('is not taken for an answer to the next breakage', () => {
    const story = broken();
    story.does('olga', call('flake'));
    green(story).hours({ [AMD64]: 'PPP', [S390X]: 'FFF' });
    expect(story.live()).toMatchObject({ classified: null, facts: { length: 4 } });
    expect(story.live().remindAt).not.toBeNull();
  });
});

describe('the order of arrival', () => {
  const story = (): Story => {
    const s = broken();
    s.now += 10 * HOUR;
    return s;
  };
  const saids = fc.uniqueArray(fc.record({
    by: fc.constantFrom('olga', 'petra', 'quinn'), said: fc.integer({ min: 1, max: 500 }),
    act: fc.constantFrom('ack', 'unack', 'snooze', 'unsnooze', 'flake', 'infra', 'flake off', 'infra off'), surface: fc.constantFrom('github', 'slack'),
  }), { selector: (s) => s.said, minLength: 2, maxLength: 7 });
  const takeBack = (as: 'flake' | 'infra') => (i: Incident, c: Parameters<typeof classify>[2]) => unclassify(i, as, c);

  it('does not matter: what was said last stands, whatever arrives last', () => {
    fc.assert(fc.property(saids.chain((s) => fc.tuple(fc.constant(s), fc.shuffledSubarray(s, { minLength: s.length }))), ([inOrder, shuffled]) => {
      // Who says the same again says nothing new, so each speaks once here.
      const once = inOrder.filter((s, i) => inOrder.findIndex((o) => o.by === s.by && o.act === s.act) === i);
      const end = (list: typeof once) => {
        const s = story();
        const base = s.live().openedAt;
        for (const { by, said, act } of list) {
          const at = base + said * 60_000;
          if (act === 'ack') s.does(by, acknowledge, { said: at });
          else if (act === 'unack') s.does(by, unacknowledge, { said: at });
          else if (act === 'unsnooze') s.does(by, unsnooze, { said: at });
          else if (act === 'flake off' || act === 'infra off') s.does(by, takeBack(act === 'flake off' ? 'flake' : 'infra'), { said: at });
          else if (act === 'snooze') s.does(by, (i, c) => snooze(i, { until: base + 20 * DAY + said * HOUR, reason: null }, c), { said: at });
          else s.does(by, call(act, by), { said: at });
          s.now += 1_000;
        }
        const { acknowledged, snooze: silence, classified, firstAcknowledged, remindAt, escalateAt } = s.live();
        return { acknowledged, silence, classified, firstAcknowledged, reminded: remindAt === null, escalated: escalateAt === null };
      };
      expect(end(shuffled.filter((s) => once.includes(s)))).toEqual(end(once.toSorted((a, b) => a.said - b.said)));
    }), { numRuns: 300 });
  });

  it('lets a late word not undo a newer one', () => {
    const s = story();
    s.does('olga', acknowledge, { said: s.now - 4 * HOUR });
    s.does('olga', unacknowledge, { said: s.now - 2 * HOUR });
    s.does('petra', acknowledge, { said: s.now - 3 * HOUR });
    expect(s.live().acknowledged).toBeNull();
    s.does('petra', acknowledge, { said: s.now - HOUR });
    expect(s.live().acknowledged).toEqual({ by: 'petra', at: s.now - HOUR });
    s.does('quinn', unacknowledge, { said: s.now - 2 * HOUR });
    expect(s.live().acknowledged?.by).toBe('petra');
    s.does('petra', snoozeFor(DAY), { said: s.now - HOUR });
    s.does('quinn', unsnooze, { said: s.now - 2 * HOUR });
    expect(s.live().snooze).not.toBeNull();
  });

  it('does not take what was said of the time before for an answer to a new breakage', () => {
    const s = broken();
    const before = s.now;
    green(s).hours({ [AMD64]: 'PPP', [S390X]: 'FFF' });
    s.does('olga', acknowledge, { said: before });
    expect(s.live().acknowledged).toBeNull();
  });

  it('does not believe a clock that is far off', () => {
    const s = story();
    s.does('olga', acknowledge, { said: Date.UTC(2019, 4, 15) });
    expect(s.live().acknowledged).toEqual({ by: 'olga', at: s.now });
    s.now += 1_000;
    s.does('olga', unacknowledge, { said: s.now + DAY });
    expect(s.live().facts.at(-1)).toMatchObject({ kind: 'unacknowledged', at: s.now });
  });

  it('keeps facts in the order of their times, and in the audit when it was said', () => {
    const s = story();
    const said = s.now - HOUR;
    s.wait(25 * HOUR);
    const change = s.does('olga', acknowledge, { said });
    expect(s.live().facts.map((f) => f.at)).toEqual(s.live().facts.map((f) => f.at).toSorted((a, b) => a - b));
    expect(change?.audit).toEqual([expect.objectContaining({ what: 'acknowledged', actor: 'slack:olga', at: said })]);
  });
});

describe('by hand on GitHub', () => {
  it('makes an assignee the one who has it, if whoever assigned answers for the platform', () => {
    expect(broken().act({ kind: 'assigned', by: 'stranger', assignee: 'olga' }).live().acknowledged).toBeNull();
    const story = broken().act({ kind: 'assigned', by: 'lead', assignee: 'olga', owner: true });
    expect(story.live().acknowledged?.by).toBe('olga');
    story.act({ kind: 'assigned', by: 'lead', assignee: 'petra', owner: true }).act({ kind: 'unassigned', by: 'lead', assignee: 'olga' });
    expect(story.live().acknowledged?.by).toBe('petra');
  });

  it('is no assignment any more of whom it was given to by others and taken over from, unless they said something of it', () => {
    const had = (story: Story, by = 'petra'): unknown => {
      story.does(by, acknowledge);
      return story.live().facts.at(-1);
    };
    const given = (): Story => broken().act({ kind: 'assigned', by: 'lead', assignee: 'olga', owner: true });
    const after = (story: Story, act: Parameters<Story['does']>[1]): Story => {
      story.does('olga', act);
      return story;
    };
    expect(had(given())).toMatchObject({ kind: 'acknowledged', by: 'petra', had: 'olga' });
    for (const said of [had(broken().act({ kind: 'assigned', by: 'olga', assignee: 'olga' })), had(after(broken(), acknowledge)), had(after(given(), snoozeFor(HOUR)))]) {
      expect(said).toMatchObject({ kind: 'acknowledged', by: 'petra' });
      expect(said).not.toHaveProperty('had');
    }
    expect(had(given(), 'olga')).not.toHaveProperty('had');
  });

  it('takes a comment of an owner for an answer, and never for taking over', () => {
    const story = broken().act({ kind: 'commented', by: 'olga', owner: true }).act({ kind: 'commented', by: 'petra', owner: true });
    expect(story.live().acknowledged?.by).toBe('olga');
  });

  it.each([['kind/flake', 'flake'], ['kind: Flaky', 'flake'], ['infra', 'infra'], ['area/infrastructure', 'infra']] as const)('reads the label %s as %s', (label, as) => {
    const story = broken().act({ kind: 'labeled', by: 'olga', label });
    expect(story.live().classified).toMatchObject({ as, by: 'olga' });
    story.act({ kind: 'unlabeled', by: 'olga', label });
    expect(story.live().classified).toBeNull();
  });

  it.each(['flake/no', 'unflake', 'infra-team', 'kind/bug', ''])('reads nothing into the label %j', (label) => {
    expect(broken().act({ kind: 'labeled', by: 'olga', label }).live().classified).toBeNull();
  });

  it('takes a label on an issue that is over for the record, and reminds nobody of it', () => {
    const story = green(broken());
    const over = story.incidents[0];
    story.act({ kind: 'labeled', by: 'olga', label: 'infra' }, over);
    expect(story.incidents[0]).toMatchObject({ state: 'closed', classified: { as: 'infra' }, remindAt: null });
    story.act({ kind: 'unlabeled', by: 'olga', label: 'infra' }, story.incidents[0]);
    expect(story.incidents[0]).toMatchObject({ state: 'closed', classified: null, remindAt: null });
    story.act({ kind: 'assigned', by: 'olga', assignee: 'olga' }, story.incidents[0]);
    expect(story.incidents[0]?.acknowledged).toBeNull();
  });

  const release = (name: string, date: string | null) => ({
    name, branch: 'main', leads: [], ciSignal: [], quorum: 2, date: date === null ? null : Date.parse(date), freeze: null, milestone: `${name}-blockers`, proposalExpires: DAY,
  });
  const releasing = () => broken({ releases: [release('v1.37', '2026-12-09'), release('v1.36', '2026-08-01'), release('next', '2027-04-01')] });

  it.each(['v1.38', 'V1.40', 'next', 'next-blockers'])('snoozes what is put off to %s until the present release is out', (milestone) => {
    const story = releasing().act({ kind: 'milestoned', by: 'olga', milestone });
    expect(story.live().snooze).toMatchObject({ until: Date.parse('2026-12-09'), by: 'olga' });
    story.act({ kind: 'demilestoned', by: 'olga', milestone });
    expect(story.live().snooze).toBeNull();
  });

  it.each(['v1.37', 'v1.37-blockers', 'v1.36', 'v1.9', 'phase 99', 'someday'])('does nothing about the milestone %s', (milestone) => {
    expect(releasing().act({ kind: 'milestoned', by: 'olga', milestone }).live().snooze).toBeNull();
  });

  it('does nothing where the present release has no date to come', () => {
    for (const date of [null, '2026-01-01']) {
      expect(broken({ releases: [release('v1.37', date)] }).act({ kind: 'milestoned', by: 'olga', milestone: 'v1.38' }).live().snooze).toBeNull();
    }
  });

  it('reads a milestone by the releases and the day', () => {
    const { project } = releasing();
    const out = Date.parse('2026-12-09');
    expect([out - 1, out].map((now) => putOffUntil('v1.38', project, now))).toEqual([out, null]);
    expect(putOffUntil('v1.38', { releases: [] }, 0)).toBeNull();
  });

  it('ends no snooze that a milestone did not begin', () => {
    const story = releasing();
    story.does('olga', snoozeFor(DAY, 'mine'));
    story.act({ kind: 'demilestoned', by: 'olga', milestone: 'v1.38' });
    expect(story.live().snooze?.reason).toBe('mine');
  });
});

describe('how long it took', () => {
  it('is counted from the opening to the first answer, and to green', () => {
    const story = broken();
    const { openedAt } = story.live();
    expect([timeToAck(story.live()), timeToFix(story.live())]).toEqual([null, null]);
    story.wait(3 * HOUR).does('olga', snoozeFor(DAY));
    story.wait(HOUR).does('petra', acknowledge);
    expect(timeToAck(story.live())).toBe(3 * HOUR);
    green(story);
    expect(timeToFix(story.incidents[0]!)).toBe(story.now - openedAt);
  });

  it('is counted to green also where a person had closed the issue, and not where its job was taken out', () => {
    const closed = green(broken().act({ kind: 'closed', by: 'olga' }));
    expect(timeToFix(closed.incidents[0]!)).toBeGreaterThan(0);
    const gone = broken().untrack(S390X);
    expect(gone.incidents[0]).toMatchObject({ state: 'closed', closedBy: 'untracked' });
    expect(timeToFix(gone.incidents[0]!)).toBeNull();
  });

  it('is never less than nothing', () => {
    const story = broken();
    story.does('olga', acknowledge, { said: story.live().openedAt - 30_000 });
    expect(timeToAck(story.live())).toBe(0);
  });
});
