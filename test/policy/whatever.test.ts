import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextDeadline, type Fact, type Incident } from '../../src/domain/incident.ts';
import type { Project } from '../../src/domain/project.ts';
import { acknowledge, classify, snooze, unacknowledge, unclassify, unsnooze, type ActContext } from '../../src/policy/acts.ts';
import { addTry, announceFix, onPull } from '../../src/policy/fixes.ts';
import type { Change } from '../../src/policy/world.ts';
import { DAY, HOUR, START, Story, THRESHOLDS } from './story.ts';

const JOBS = ['linux/amd64 e2e', 'linux/s390x e2e', 'linux/s390x unit', 'linux/ppc64le e2e'];
const PULL = { repo: 'demo/demo', number: 1, url: 'https://github.example/1', mergedAt: null };

type Deed = (incident: Incident, context: ActContext) => Change | null;
const DEEDS: Record<string, Deed> = {
  ack: acknowledge, unack: unacknowledge, unsnooze,
  snooze: (i, c) => snooze(i, { until: c.now + 5 * HOUR, reason: null }, c),
  flake: (i, c) => classify(i, { as: 'flake', note: null }, c),
  unflake: (i, c) => unclassify(i, 'flake', c),
  attempt: (i, c) => addTry(i, { text: 'x', source: `c${c.now}` }, c),
  fix: (i, c) => announceFix(i, { ...PULL, state: 'open' }, c),
  merge: (i, c) => onPull(i, { ...PULL, state: 'merged', mergedAt: c.now }, c),
};

const hour = fc.record(Object.fromEntries(JOBS.map((j) => [j, fc.constantFrom('P', 'F', 'F', '.')])));
const happening = fc.constantFrom(...Object.keys(DEEDS), 'closed', 'reopened', 'downtime', 'mute', 'none', 'none', 'none');

/** The facts of each time that it broke: since it opened, opened again, or a job broke beside others that never passed. */
function rounds(incident: Incident): Fact[][] {
  const all: Fact[][] = [];
  for (const fact of incident.facts) {
    if (fact.kind === 'opened' || fact.kind === 'reopened' || (fact.kind === 'joined' && fact.asks.length > 0)) all.push([]);
    all.at(-1)?.push(fact);
  }
  return all;
}

function check(story: Story): void {
  for (const incident of story.incidents) {
    const deadline = nextDeadline(incident);
    // A deadline that is over and changes nothing would be looked at every second for ever.
    if (deadline !== null) expect(deadline, `${incident.id} ${incident.state}`).toBeGreaterThan(story.now);
    expect(incident.facts.map((f) => f.n)).toEqual(incident.facts.map((_, i) => i + 1));
    expect(incident.facts.map((f) => f.at)).toEqual(incident.facts.map((f) => f.at).toSorted((a, b) => a - b));
    for (const facts of rounds(incident)) {
      for (const once of ['reminded', 'escalated', 'recovered'] as const) expect(facts.filter((f) => f.kind === once).length).toBeLessThanOrEqual(1);
    }
    if (incident.state === 'closed' || incident.acknowledged !== null || incident.classified !== null) expect([incident.remindAt, incident.escalateAt]).toEqual([null, null]);
    if (incident.state === 'closed') expect(incident.snooze).toBeNull();
  }
}

describe('whatever people do', () => {
  it('nothing is asked twice, no deadline is left behind, and deciding again changes nothing', () => {
    const hours: (Project['platforms'][number]['hours'])[] = [null, { from: 540, to: 1080, zone: 'Europe/Berlin' }];
    fc.assert(fc.property(fc.array(fc.tuple(hour, happening, fc.constantFrom(0, 0, 7, 30), fc.nat(3)), { minLength: 6, maxLength: 30 }), fc.constantFrom(...hours), fc.constantFrom(1, 20), (list, office, cap) => {
      const story = new Story(JOBS.map((j) => ({ platform: j.split(' ')[0] as `${string}/${string}`, name: j.split(' ')[1] ?? '' })), { signal: { ...THRESHOLDS, reopenWithin: DAY, cap } });
      const onCall = { people: ['@ann', '@ben'] as const, every: DAY, from: START };
      story.project = { ...story.project, platforms: story.project.platforms.map((p) => ({ ...p, hours: office, onCall: office === null ? onCall : null })) };
      for (const [letters, what, sleep, which] of list) {
        story.now += sleep * HOUR;
        story.hours(letters);
        const before = story.changes.length;
        story.decide();
        expect(story.changes.length).toBe(before);
        check(story);
        const target = story.incidents.filter((i) => i.state !== 'closed').at(which % 2);
        const deed = DEEDS[what];
        if (what === 'downtime') story.quiet({ platform: 'linux/s390x' }, 9 * HOUR);
        else if (what === 'mute') story.quiet({ job: JOBS[which] ?? '' }, 9 * HOUR);
        else if (target && deed) story.does('olga', deed, { incident: target });
        else if (target && (what === 'closed' || what === 'reopened') && target.summarisedBy === null) story.act({ kind: what, by: 'olga' }, target);
      }
      const pings = story.changes.flatMap((c) => c.pings.map((p) => p.key));
      expect(new Set(pings).size).toBe(pings.length);
    }), { numRuns: 100 });
  });
});
