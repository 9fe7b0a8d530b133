import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goneIssues, withoutIssue } from '../../src/domain/incident.ts';
import { acknowledge } from '../../src/policy/acts.ts';
import { loseIssue } from '../../src/policy/people.ts';
import { allAsks, asks, DAY, HOUR, kinds, standing, START, Story, THRESHOLDS } from './story.ts';

const S390X = 'linux/s390x e2e';
const UNIT = 'linux/s390x unit';
const AMD64 = 'linux/amd64 e2e';
const PPC = 'linux/ppc64le e2e';
const ports = () => new Story([
  { platform: 'linux/amd64', name: 'e2e' }, { platform: 'linux/s390x', name: 'e2e' }, { platform: 'linux/s390x', name: 'unit' }, { platform: 'linux/ppc64le', name: 'e2e' },
]);
const green = (letters: string) => ({ [AMD64]: letters, [PPC]: letters, [UNIT]: letters });

describe('from failure to incident', () => {
  it('does nothing about jobs without any usable result', () => {
    const story = ports().problem(S390X, 'unreadable').wait(HOUR);
    expect(story.changes).toEqual([]);
  });

  it('opens one incident at the threshold and asks the owners once', () => {
    const story = ports().hours({ ...green('PPPPPP'), [S390X]: 'PPPFFF' });
    expect(kinds(story.live())).toEqual(['opened']);
    expect(asks(story.live())).toEqual(['@demo/s390x-owners']);
    expect(story.live().scope).toBe('here');
    story.hours({ ...green('PPPPPP'), [S390X]: 'FFFFFF' });
    expect(kinds(story.live())).toEqual(['opened']);
  });

  it('does nothing below the threshold, and nothing about a flake', () => {
    const story = ports().hours({ ...green('PPPPPPPPP'), [S390X]: 'PPFFPFPKF' });
    expect(story.changes).toEqual([]);
  });

  it('leaves the streak standing through hours in which nothing finished', () => {
    const story = ports().hours({ ...green('PPPPPPPP'), [S390X]: 'PF.F..F.' });
    expect(story.live().jobs[0]?.streak?.length).toBe(3);
  });

  it('counts distinct runs and says how many commits they span', () => {
    const story = ports().hours({ ...green('PPPPPP'), [S390X]: 'PPPFFF' }, 'aabbbc');
    expect(story.live().jobs[0]?.streak).toMatchObject({ length: 3, commits: 2, firstCommit: 'b'.repeat(10), lastCommit: 'c'.repeat(10) });
  });

  it('does nothing when the failures are already fixed at head', () => {
    const story = ports();
    story.hours({ ...green('PP'), [S390X]: 'PF' });
    const quiet = new Story([{ platform: 'linux/s390x', name: 'e2e', thresholds: { failuresToOpen: 3 } }]);
    quiet.hours({ [S390X]: 'FFP' });
    expect(quiet.changes).toEqual([]);
  });

  it('says the same thing once: deciding again about the same world changes nothing', () => {
    const story = ports().hours({ ...green('PPPPPP'), [S390X]: 'PPPFFF' });
    const before = story.changes.length;
    story.decide().decide();
    expect(story.changes.length).toBe(before);
  });

  it('puts many jobs of one platform that break in one tick into one incident, and closes it when none is left', () => {
    const story = ports().hours({ [AMD64]: 'PPPP', [PPC]: 'PPPP', [S390X]: 'PFFF', [UNIT]: 'PFFF' });
    expect(standing(story.live())).toEqual([S390X, UNIT]);
    expect(kinds(story.live())).toEqual(['opened']);
    story.hours({ [AMD64]: 'PP', [PPC]: 'PP', [S390X]: 'FF', [UNIT]: 'PP' });
    expect(standing(story.live())).toEqual([S390X]);
    expect(kinds(story.live())).toEqual(['opened', 'left']);
    story.hours({ [AMD64]: 'PP', [PPC]: 'PP', [S390X]: 'PP', [UNIT]: 'PP' });
    expect(kinds(story.incidents[0]!)).toEqual(['opened', 'left', 'recovered']);
    expect(story.incidents[0]).toMatchObject({ state: 'closed', closedBy: 'recovery' });
    expect(allAsks(story)).toEqual(['@demo/s390x-owners']);
  });

  it('lets a second job join the open incident without asking anybody again', () => {
    const story = ports().hours({ ...green('PPPPPP'), [S390X]: 'PPPFFF' }).hours({ [AMD64]: 'PPP', [PPC]: 'PPP', [S390X]: 'FFF', [UNIT]: 'FFF' });
    expect(kinds(story.live())).toEqual(['opened', 'joined']);
    expect(asks(story.live())).toEqual(['@demo/s390x-owners']);
  });

  it('closes only after the configured number of passes in a row', () => {
    const story = ports().hours({ ...green('PPPPPPP'), [S390X]: 'PPPFFFP' });
    expect(story.live().state).toBe('open');
    story.hours({ ...green('PP'), [S390X]: 'FP' });
    expect(story.live().state).toBe('open');
    story.hours({ ...green('P'), [S390X]: 'P' });
    expect(story.incidents[0]?.state).toBe('closed');
  });

  it('calls a pass on the commit that had failed a flake and does not close on that pass alone', () => {
    const one = new Story([{ platform: 'linux/s390x', name: 'e2e', thresholds: { passesToClose: 1 } }]);
    one.hours({ [S390X]: 'PFFFP' }, 'abbbb');
    expect(one.live().jobs[0]).toMatchObject({ flake: true, left: null });
    one.hours({ [S390X]: 'P' }, 'c');
    expect(one.incidents[0]?.state).toBe('closed');
    const fixed = new Story([{ platform: 'linux/s390x', name: 'e2e', thresholds: { passesToClose: 1 } }]);
    fixed.hours({ [S390X]: 'PFFFP' }, 'abbbc');
    expect(fixed.incidents[0]?.state).toBe('closed');
  });

  it('tells a job that was never green apart, tells its owners once, and not again when it is configured again', () => {
    const story = new Story([{ platform: 'linux/s390x', name: 'e2e' }]).hours({ [S390X]: 'FFFF' });
    expect(story.live().jobs[0]?.neverGreen).toBe(true);
    story.wait(40 * HOUR);
    expect(kinds(story.live())).toEqual(['opened']);
    story.untrack(S390X);
    expect(story.incidents[0]).toMatchObject({ state: 'closed', closedBy: 'untracked' });
    story.trackAgain(S390X).hours({ [S390X]: 'FFF' });
    expect(story.incidents.length).toBe(1);
    expect(allAsks(story)).toEqual(['@demo/s390x-owners']);
  });

  it('goes on where its jobs left the configuration and come back as broken as they went, and asks nobody again', () => {
    const story = ports().hours({ ...green('PPPP'), [S390X]: 'PFFF' });
    story.does('olga', (incident, context) => acknowledge(incident, context));
    story.untrack(S390X);
    expect(story.incidents[0]).toMatchObject({ state: 'closed', closedBy: 'untracked' });
    story.trackAgain(S390X).hours({ ...green('P'), [S390X]: 'F', });
    expect(story.incidents).toHaveLength(1);
    expect([kinds(story.live()), story.live().acknowledged?.by]).toEqual([['opened', 'acknowledged', 'left', 'reopened'], 'olga']);
    expect(allAsks(story)).toEqual(['@demo/s390x-owners']);
    expect(asks(story.wait(40 * HOUR).live())).toEqual(['@demo/s390x-owners']);
  });

  it('is another breakage where a job that had left was green meanwhile, or was away for long', () => {
    const well = ports().hours({ ...green('PPPP'), [S390X]: 'PFFF' }).untrack(S390X).hours({ ...green('P'), [S390X]: 'P' }).hours({ ...green('PPP'), [S390X]: 'FFF' }).trackAgain(S390X);
    expect(well.incidents.map((i) => i.state)).toEqual(['closed', 'open']);
    const long = ports().hours({ ...green('PPPP'), [S390X]: 'PFFF' }).untrack(S390X).wait(25 * HOUR).trackAgain(S390X);
    expect(long.incidents.map((i) => i.state)).toEqual(['closed', 'open']);
  });

  it('stays silent where a person closed it, though its job leaves the configuration and comes back, or is muted for a while', () => {
    const left = ports().hours({ ...green('PPPP'), [S390X]: 'PFFF' }).act({ kind: 'closed', by: 'olga' }).untrack(S390X).wait(30 * HOUR).trackAgain(S390X);
    expect(left.incidents.map((i) => i.state)).toEqual(['dismissed']);
    left.hours({ ...green('PP'), [S390X]: 'PP' }).hours({ ...green('PPP'), [S390X]: 'FFF' });
    expect(left.incidents.map((i) => i.state)).toEqual(['closed', 'open']);
    const muted = ports().hours({ ...green('PPPP'), [S390X]: 'PFFF' }).act({ kind: 'closed', by: 'olga' }).quiet({ job: S390X }, 5 * HOUR);
    muted.hours({ ...green('PPPPPP'), [S390X]: 'FFFFFF' });
    expect(muted.incidents.map((i) => [i.state, kinds(i)])).toEqual([['dismissed', ['opened', 'dismissed']]]);
    // What broke beside it is news.
    const other = ports().hours({ ...green('PPPP'), [S390X]: 'PFFF' }).act({ kind: 'closed', by: 'olga' }).untrack(S390X).trackAgain(S390X).hours({ [AMD64]: 'PPP', [PPC]: 'PPP', [UNIT]: 'FFF' });
    expect(other.incidents.map((i) => [i.state, standing(i)])).toEqual([['dismissed', [S390X]], ['open', [UNIT]]]);
  });

  it('asks the owners when a real breakage joins jobs that never passed', () => {
    const story = new Story([{ platform: 'linux/s390x', name: 'e2e' }, { platform: 'linux/s390x', name: 'unit' }]);
    story.hours({ [S390X]: 'FFFF', [UNIT]: 'PPPP' }).hours({ [S390X]: 'FFF', [UNIT]: 'FFF' });
    expect(story.live().facts.map((f) => [f.kind, f.asks])).toEqual([['opened', ['@demo/s390x-owners']], ['joined', ['@demo/s390x-owners']]]);
    story.wait(25 * HOUR);
    expect(kinds(story.live())).toEqual(['opened', 'joined', 'reminded']);
  });

  it('says of a reopened incident only what is broken now', () => {
    const story = ports().hours({ [AMD64]: 'PPPP', [PPC]: 'PPPP', [S390X]: 'PFFF', [UNIT]: 'PFFF' }).hours({ [AMD64]: 'PP', [PPC]: 'PP', [S390X]: 'PP', [UNIT]: 'PP' });
    story.hours({ [AMD64]: 'PPP', [PPC]: 'PPP', [S390X]: 'PPP', [UNIT]: 'FFF' });
    expect(story.live().jobs.map((j) => j.name)).toEqual(['unit']);
  });

  it('neither opens nor closes anything while a source cannot be read', () => {
    const story = ports().hours({ ...green('PPPPPP'), [S390X]: 'PPPFFF' });
    const before = story.changes.length;
    for (const job of [AMD64, S390X, UNIT, PPC]) story.problem(job, 'unreadable');
    story.wait(3 * HOUR).wait(12 * HOUR);
    expect(story.changes.length).toBe(before);
  });

  it('folds a storm into one summary that asks the release-signal team, and closes it with the last', () => {
    const many = Array.from({ length: 21 }, (_, i) => ({ platform: `linux/a${i}` as const, name: 'e2e' }));
    const all = (letters: string) => Object.fromEntries(many.map((m) => [`${m.platform} e2e`, letters]));
    const story = new Story(many).hours(all('PFFF'));
    const flood = story.of('linux/amd64', 'flood')!;
    expect(flood.summarises.length).toBe(21);
    expect(allAsks(story)).toEqual(['@demo/signal']);
    expect(story.incidents.filter((i) => i.kind === 'breakage').every((i) => i.summarisedBy === flood.id)).toBe(true);
    story.hours(all('PP')).decide();
    expect(story.incidents.every((i) => i.state === 'closed')).toBe(true);
    expect(allAsks(story)).toEqual(['@demo/signal']);
  });

  it('opens as many incidents as the cap allows one by one', () => {
    const many = Array.from({ length: 20 }, (_, i) => ({ platform: `linux/a${i}` as const, name: 'e2e' }));
    const story = new Story(many).hours(Object.fromEntries(many.map((m) => [`${m.platform} e2e`, 'PFFF'])));
    expect(story.incidents.map((i) => i.kind)).toEqual(many.map(() => 'breakage'));
  });

  it('reports a job that disappeared for good to the people who can mend the configuration, once', () => {
    const story = ports().hours({ ...green('PPP'), [S390X]: 'PPP' }).problem(S390X, 'missing').wait(47 * HOUR);
    expect(story.incidents).toEqual([]);
    for (const job of [AMD64, UNIT, PPC]) story.problem(job, 'unreadable');
    story.wait(2 * HOUR).wait(HOUR);
    expect(story.live()).toMatchObject({ kind: 'configuration' });
    expect(allAsks(story)).toEqual(['@demo/signal']);
    story.solved(S390X);
    story.decide();
    expect(story.incidents[0]?.state).toBe('closed');
  });
});

describe('stale jobs', () => {
  it('opens a stale incident after silence, and closes it after two passes that came after the silence', () => {
    const story = ports().hours({ ...green('PPPP'), [S390X]: 'PPPP' });
    for (let i = 0; i < 50; i++) story.hours({ ...green('P'), [S390X]: '.' });
    expect(story.live()).toMatchObject({ kind: 'stale', platform: 'linux/s390x', scope: 'here' });
    expect(asks(story.live())).toEqual(['@demo/s390x-owners']);
    story.hours({ ...green('P'), [S390X]: 'P' });
    expect(story.live().state).toBe('open');
    story.hours({ ...green('P'), [S390X]: 'P' });
    expect(story.incidents[0]).toMatchObject({ state: 'closed', closedBy: 'recovery' });
  });

  it('keeps the breakage open when its job goes stale, and opens nothing beside it', () => {
    const story = ports().hours({ ...green('PPPP'), [S390X]: 'PFFF' });
    for (let i = 0; i < 60; i++) story.hours({ ...green('P'), [S390X]: '.' });
    expect(story.incidents.map((i) => [i.kind, i.state])).toEqual([['breakage', 'open']]);
  });

  it('moves a job from the stale incident to a breakage when it comes back failing', () => {
    const story = ports().hours({ ...green('PPPP'), [S390X]: 'PPPP' });
    for (let i = 0; i < 50; i++) story.hours({ ...green('P'), [S390X]: '.' });
    story.hours({ ...green('PPP'), [S390X]: 'FFF' });
    expect(story.of('linux/s390x', 'stale')).toMatchObject({ state: 'closed', closedBy: 'moved' });
    expect(story.of('linux/s390x', 'breakage')).toMatchObject({ state: 'open' });
  });
});

describe('only here or everywhere', () => {
  it('makes one incident of a breakage that the reference shares, and asks no owner of any platform', () => {
    const story = ports().hours({ [AMD64]: 'PPFFF', [S390X]: 'PPFFF', [PPC]: 'PPFFF', [UNIT]: 'PPPPP' });
    expect(story.live()).toMatchObject({ platform: 'linux/amd64', scope: 'everywhere' });
    expect(standing(story.live()).sort()).toEqual([AMD64, PPC, S390X].sort());
    expect(allAsks(story)).toEqual(['@demo/signal']);
  });

  it('does so too when the reference is slower and has failed only once so far', () => {
    const story = ports().hours({ [AMD64]: 'PP..F', [S390X]: 'PPFFF', [PPC]: 'PPFFF', [UNIT]: 'PPPPP' });
    expect(story.live()).toMatchObject({ platform: 'linux/amd64', scope: 'everywhere' });
    expect(allAsks(story)).toEqual(['@demo/signal']);
  });

  it('asks the port after all when the reference is green again and the port fails on', () => {
    const story = ports().hours({ [AMD64]: 'PPFFF', [S390X]: 'PPFFF', [UNIT]: 'PPPPP' });
    story.hours({ [AMD64]: 'PP', [S390X]: '..', [UNIT]: 'PP' });
    expect(allAsks(story)).toEqual(['@demo/signal']);
    story.hours({ [AMD64]: 'P', [S390X]: 'F', [UNIT]: 'P' });
    expect(story.of('linux/amd64')?.state).toBe('closed');
    expect(story.of('linux/s390x')).toMatchObject({ state: 'open', scope: 'here' });
    expect(allAsks(story)).toEqual(['@demo/signal', '@demo/s390x-owners']);
  });

  it('says which of them is green where the reference recovers and a port goes on failing at the same moment', () => {
    const story = ports().hours({ [AMD64]: 'PPFFF', [S390X]: 'PPFFF', [UNIT]: 'PPPPP' });
    story.hours({ [AMD64]: 'PP', [S390X]: 'FF', [UNIT]: 'PP' });
    const wide = story.of('linux/amd64')!;
    expect(wide).toMatchObject({ state: 'closed', closedBy: 'recovery' });
    expect(wide.facts.flatMap((f) => f.kind === 'left' ? [[f.why, ...f.jobs.map((j) => j.platform)]] : [])).toEqual([['recovered', 'linux/amd64'], ['moved', 'linux/s390x']]);
    expect(kinds(wide)).not.toContain('recovered');
    expect(story.of('linux/s390x')).toMatchObject({ state: 'open', scope: 'here' });
  });

  it('calls nothing green that is muted at the moment when the last of the others recovers', () => {
    const story = ports().hours({ [AMD64]: 'PPPPP', [S390X]: 'PPFFF', [UNIT]: 'PPFFF' });
    story.hours({ [AMD64]: 'P', [S390X]: 'P', [UNIT]: 'F' });
    story.quiet({ job: UNIT }, 9 * HOUR).hours({ [AMD64]: 'P', [S390X]: 'P', [UNIT]: 'F' });
    const own = story.of('linux/s390x')!;
    expect(own.state).toBe('closed');
    expect(own.facts.flatMap((f) => f.kind === 'left' ? [[f.why, ...f.jobs.map((j) => j.name)]] : []).sort()).toEqual([['muted', 'unit'], ['recovered', 'e2e']]);
    expect(kinds(own)).not.toContain('recovered');
  });

  it('keeps a port that was broken long before the reference where it is', () => {
    const story = ports().hours({ ...green('PPPPPPPPPP'), [S390X]: 'PPPFFFFFFF' });
    story.hours({ [AMD64]: 'FFF', [PPC]: 'FFF', [S390X]: 'FFF', [UNIT]: 'PPP' });
    expect(standing(story.of('linux/s390x')!)).toEqual([S390X]);
    expect(standing(story.of('linux/amd64')!).sort()).toEqual([AMD64, PPC].sort());
  });

  it('blames only the port when the reference passes the suite', () => {
    const story = ports().hours({ [AMD64]: 'PPPPP', [S390X]: 'PPFFF', [PPC]: 'PPFFF', [UNIT]: 'PPPPP' });
    expect(story.incidents.map((i) => [i.platform, i.scope])).toEqual([['linux/s390x', 'here'], ['linux/ppc64le', 'here']]);
    expect(story.of('linux/s390x')?.surroundings).toMatchObject({ platformsPassing: ['linux/amd64'], wellJobs: ['unit'] });
  });

  it('says of no platform that it passes the same suites which runs but one of them, where others pass them all', () => {
    const amd = [{ platform: 'linux/amd64' as const, name: 'e2e' }, { platform: 'linux/amd64' as const, name: 'unit' }];
    const story = new Story([...amd, { platform: 'linux/s390x', name: 'e2e' }, { platform: 'linux/s390x', name: 'unit' }, { platform: 'linux/riscv64', name: 'unit' }]);
    story.hours({ [AMD64]: 'PPPPP', 'linux/amd64 unit': 'PPPPP', [S390X]: 'PPFFF', [UNIT]: 'PPFFF', 'linux/riscv64 unit': 'PPPPP' });
    expect(story.of('linux/s390x')?.surroundings.platformsPassing).toEqual(['linux/amd64']);
    const apart = new Story([{ platform: 'linux/amd64', name: 'e2e' }, { platform: 'linux/s390x', name: 'e2e' }, { platform: 'linux/s390x', name: 'unit' }, { platform: 'linux/riscv64', name: 'unit' }]);
    apart.hours({ [AMD64]: 'PPPPP', [S390X]: 'PPFFF', [UNIT]: 'PPFFF', 'linux/riscv64 unit': 'PPPPP' });
    expect(apart.of('linux/s390x')?.surroundings.platformsPassing).toEqual(['linux/amd64', 'linux/riscv64']);
  });

  it('tells the release-signal team when a breakage that began on the reference spreads', () => {
    const story = ports().hours({ [AMD64]: 'PFFFFFF', [S390X]: 'PPPPFFF', [PPC]: 'PPPPPPP', [UNIT]: 'PPPPPPP' });
    expect(story.live().scope).toBe('everywhere');
    expect(allAsks(story)).toEqual(['@demo/amd64-owners', '@demo/signal']);
  });
});

describe('deadlines and people', () => {
  const patient = { thresholds: { staleAfter: 100 * DAY } };
  const broken = () => new Story([
    { platform: 'linux/amd64', name: 'e2e', ...patient }, { platform: 'linux/s390x', name: 'e2e', ...patient },
    { platform: 'linux/s390x', name: 'unit', ...patient }, { platform: 'linux/ppc64le', name: 'e2e', ...patient },
  ]).hours({ ...green('PPPPPP'), [S390X]: 'PPPFFF' }).issue();

  it('reminds the owners once, then escalates once to those named for it alone, then nothing repeats', () => {
    const story = broken();
    story.wait(23 * HOUR);
    expect(kinds(story.live())).toEqual(['opened']);
    story.wait(2 * HOUR);
    expect(kinds(story.live())).toEqual(['opened', 'reminded']);
    story.now = story.live().escalateAt!;
    story.decide();
    expect(story.live().facts.map((f) => [f.kind, f.asks])).toEqual([
      ['opened', ['@demo/s390x-owners']], ['reminded', ['@demo/s390x-owners']], ['escalated', ['@demo/leads']],
    ]);
    story.wait(DAY).wait(30 * DAY);
    expect(kinds(story.live()).slice(0, 3)).toEqual(['opened', 'reminded', 'escalated']);
    expect(asks(story.live()).length).toBe(3);
  });

  it('tells only the last deadline that passed during a long sleep', () => {
    const story = broken();
    story.now += 80 * HOUR;
    story.decide();
    expect(kinds(story.live())).toEqual(['opened', 'escalated']);
  });

  it('reminds nobody of what is acknowledged, by self-assignment or an owner\'s comment', () => {
    for (const act of [{ kind: 'assigned', by: 'olga', assignee: 'Olga' }, { kind: 'commented', by: 'olga', owner: true }] as const) {
      const story = broken().act(act);
      expect(story.live().acknowledged).toEqual({ by: 'olga', at: story.now });
      story.wait(80 * HOUR);
      expect(asks(story.live())).toEqual(['@demo/s390x-owners']);
    }
  });

  it('does not take a stranger\'s comment, or an assignment of somebody else, for an acknowledgement', () => {
    const story = broken().act({ kind: 'commented', by: 'stranger', owner: false }).act({ kind: 'assigned', by: 'lead', assignee: 'olga' });
    expect(story.live().acknowledged).toBeNull();
  });

  it('takes the acknowledgement back when the one who had it is unassigned', () => {
    const story = broken().act({ kind: 'assigned', by: 'olga', assignee: 'olga' }).act({ kind: 'unassigned', by: 'lead', assignee: 'olga' });
    expect(story.live().acknowledged).toBeNull();
    story.wait(25 * HOUR);
    expect(kinds(story.live())).toContain('reminded');
  });

  it('does not reopen what a person closed before it was green once, and comments once after the snooze', () => {
    const story = broken().act({ kind: 'closed', by: 'olga' });
    story.hours({ ...green('FFF'.replace(/F/g, 'P')), [S390X]: 'FFF' });
    expect(story.live().state).toBe('dismissed');
    story.now += 72 * HOUR;
    story.decide().decide();
    expect(kinds(story.live()).filter((k) => k === 'still-failing')).toEqual(['still-failing']);
    expect(asks(story.live())).toEqual(['@demo/s390x-owners']);
  });

  it('opens a new incident that links the old one when it breaks anew after a person had closed it and it was green', () => {
    const story = broken().act({ kind: 'closed', by: 'olga' });
    const old = story.live();
    story.hours({ ...green('PP'), [S390X]: 'PP' });
    expect(story.incidents[0]).toMatchObject({ state: 'closed', closedBy: 'person' });
    expect(kinds(story.incidents[0]!)).toEqual(['opened', 'dismissed']);
    story.hours({ ...green('PPP'), [S390X]: 'FFF' });
    expect(story.live().id).not.toBe(old.id);
    expect(story.live().previous).toEqual({ id: old.id, issue: old.issue });
  });

  it('reopens the same incident within the grace period after it closed by itself, and asks once more', () => {
    const story = broken().hours({ ...green('PP'), [S390X]: 'PP' }).hours({ ...green('PPP'), [S390X]: 'FFF' });
    expect(story.incidents.length).toBe(1);
    expect(kinds(story.live())).toEqual(['opened', 'recovered', 'reopened']);
    expect(asks(story.live())).toEqual(['@demo/s390x-owners', '@demo/s390x-owners']);
  });

  it('opens a new one, linking the old, when the grace period is over', () => {
    const story = broken().hours({ ...green('PP'), [S390X]: 'PP' });
    for (let i = 0; i < 30; i++) story.hours({ ...green('P'), [S390X]: 'P' });
    story.hours({ ...green('PPP'), [S390X]: 'FFF' });
    expect(story.incidents.length).toBe(2);
    expect(story.live().previous?.issue?.number).toBe(7);
  });

  it('takes a reopening by hand for what it says', () => {
    const story = broken().act({ kind: 'closed', by: 'olga' }).act({ kind: 'reopened', by: 'petra' });
    expect(story.live().state).toBe('open');
    story.wait(25 * HOUR);
    expect(kinds(story.live())).toEqual(['opened', 'dismissed', 'reopened-by-hand', 'reminded']);
  });

  it('replaces a deleted issue once and never again', () => {
    const story = broken().act({ kind: 'deleted', by: 'olga' });
    expect(story.live()).toMatchObject({ generation: 2, issue: null, lostIssues: [{ number: 7 }] });
    story.issue(8).act({ kind: 'deleted', by: 'olga' });
    expect(story.live().lostIssues.map((i) => i.number)).toEqual([7, 8]);
    expect(withoutIssue(story.live())).toBe(true);
    expect(allAsks(story)).toEqual(['@demo/s390x-owners']);
  });

  it('continues a full issue in another one as often as it takes, and counts none of them as lost', () => {
    const story = broken();
    const fill = (): void => { story.does('archsignal', (incident, context) => loseIssue(incident, 'full', context)); };
    for (const number of [8, 9, 10]) {
      fill();
      expect(withoutIssue(story.live())).toBe(false);
      story.issue(number);
    }
    story.act({ kind: 'deleted', by: 'olga' });
    expect([story.live().generation, withoutIssue(story.live())]).toEqual([5, false]);
    expect(allAsks(story)).toEqual(['@demo/s390x-owners']);
    story.issue(11).act({ kind: 'deleted', by: 'olga' });
    expect(withoutIssue(story.live())).toBe(true);
    expect(goneIssues(story.live()).map((i) => i.number)).toEqual([10, 11]);
  });

  it('asks the release-signal team, once, when nobody is declared', () => {
    const story = new Story([{ platform: 'linux/s390x', name: 'e2e' }], {}, { 'linux/s390x': [] }).hours({ [S390X]: 'PFFF' });
    expect(asks(story.live())).toEqual(['@demo/signal']);
  });

  it('tells somebody else as well when no owner can be mentioned', () => {
    const story = ports();
    story.unmentionable.add('@demo/s390x-owners');
    story.hours({ ...green('PPPPPP'), [S390X]: 'PPPFFF' });
    expect(asks(story.live())).toEqual(['@demo/s390x-owners', '@demo/signal']);
  });

  it('gives the same breakage the same id, whoever decides', () => {
    const one = broken().live().id;
    expect(one).toBe(broken().live().id);
    expect(one).toMatch(/^demo-linux-s390x-breakage-[a-z0-9]+$/);
    expect(START).toBeLessThan(broken().now);
  });
});

describe('whatever happens', () => {
  const jobs = ['linux/amd64 e2e', 'linux/amd64 unit', 'linux/s390x e2e', 'linux/s390x unit', 'linux/ppc64le e2e', 'linux/ppc64le unit'];
  const hour = fc.record(Object.fromEntries(jobs.map((j) => [j, fc.constantFrom('P', 'P', 'F', 'F', '.', 'K')])));
  const acts = fc.constantFrom('closed', 'reopened', 'assigned', 'commented', 'deleted', 'none', 'none', 'none', 'none');

  it('decides nothing more when asked twice, holds one open incident per slot, and never asks anybody twice for one fact', () => {
    fc.assert(fc.property(fc.array(fc.tuple(hour, acts, fc.boolean()), { minLength: 8, maxLength: 40 }), fc.constantFrom(1, 20), (hours, cap) => {
      const specs = jobs.map((j) => ({ platform: j.split(' ')[0] as `${string}/${string}`, name: j.split(' ')[1] ?? '' }));
      const story = new Story(specs, { signal: { ...THRESHOLDS, reopenWithin: DAY, cap } });
      let number = 1;
      for (const [letters, act, sleep] of hours) {
        if (sleep) story.now += 30 * HOUR;
        story.hours(letters);
        const before = story.changes.length;
        story.decide();
        expect(story.changes.length).toBe(before);
        for (const incident of story.incidents) if (incident.state === 'open' && incident.issue === null && incident.summarisedBy === null) story.issue(number++, incident);
        const target = story.incidents.find((i) => i.state !== 'closed' && i.issue !== null);
        if (!target || act === 'none') continue;
        if (act === 'assigned') story.act({ kind: act, by: 'olga', assignee: 'olga' }, target);
        else if (act === 'commented') story.act({ kind: act, by: 'olga', owner: true }, target);
        else story.act({ kind: act, by: 'olga' }, target);
      }
      for (const incident of story.incidents) {
        expect(incident.facts.map((f) => f.n)).toEqual(incident.facts.map((_, i) => i + 1));
        const over = incident.kind === 'flood' ? incident.summarises.every((s) => s.over) : incident.jobs.every((j) => j.left !== null);
        expect(incident.state === 'closed').toBe(over);
        for (const once of ['opened', 'recovered'] as const) {
          expect(incident.facts.filter((f) => f.kind === once).length).toBeLessThanOrEqual(1 + incident.facts.filter((f) => f.kind === 'reopened').length);
        }
      }
      const pings = story.changes.flatMap((c) => c.pings.map((p) => p.key));
      expect(new Set(pings).size).toBe(pings.length);
    }), { numRuns: 150 });
  });
});
