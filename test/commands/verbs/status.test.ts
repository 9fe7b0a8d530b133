import { describe, expect, it } from 'vitest';
import { status } from '../../../src/commands/verbs/status.ts';
import type { Scene } from '../../../src/commands/verb.ts';
import type { Release } from '../../../src/domain/project.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import type { Quiet } from '../../../src/domain/quiet.ts';
import { onIssueAct } from '../../../src/policy/people.ts';
import { DAY, HOUR, Story } from '../../policy/story.ts';
import { IN_SLACK, mentionsIn, mistake, ON_GITHUB, reply, say, sceneOf } from '../asking.ts';

/** Six hours in which s390x begins to fail, arm64 fails now and then, and nobody has read riscv64. */
const story = (): Story => new Story([
  { platform: 'linux/amd64', name: 'unit-amd64', suite: 'unit' }, { platform: 'linux/amd64', name: 'e2e-amd64', suite: 'e2e' },
  { platform: 'linux/arm64', name: 'unit-arm64', suite: 'unit' }, { platform: 'linux/riscv64', name: 'unit-riscv64', suite: 'unit' },
  { platform: 'linux/s390x', name: 'unit-s390x', suite: 'unit' }, { platform: 'linux/s390x', name: 'e2e-s390x', suite: 'e2e' },
]).hours({
  'linux/amd64 unit-amd64': 'PPPPPP', 'linux/amd64 e2e-amd64': 'PPPPPP', 'linux/arm64 unit-arm64': 'PPPPFP',
  'linux/s390x unit-s390x': 'PPPPPP', 'linux/s390x e2e-s390x': 'PPPFFF',
}, 'aabbcc').issue(4711);

const downtime = (from: number, to: number): Quiet => ({ kind: 'downtime', id: 'q1', project: 'demo', revision: 1, platform: 'linux/s390x', from, to, reason: 'new disks', by: 'olga', at: from, ended: null });
const mute = (scene: Scene): Quiet => {
  const job = scene.jobs.find((j) => j.job.name === 'e2e-s390x')?.job;
  return { kind: 'mute', id: 'q2', project: 'demo', revision: 1, platform: 'linux/s390x', job: job?.key ?? '', jobName: 'e2e-s390x', from: scene.now, to: scene.now + DAY, reason: null, by: 'otto', at: scene.now, ended: null, proposal: null };
};
const proposal = (scene: Scene): Proposal => ({
  id: 'p1', project: 'demo', repo: 'demo/demo', revision: 1, shown: 1, edition: 1, editionAt: scene.now, state: 'open',
  matter: { kind: 'mute', platform: 'linux/s390x', job: scene.jobs.find((j) => j.job.name === 'e2e-s390x')?.job.key ?? '', jobName: 'e2e-s390x', until: scene.now + 7 * DAY, reason: 'a known leak' },
  proposer: { by: 'otto', surface: 'github', at: scene.now }, recused: [], deciders: ['@demo/managers'], quorum: 2, objectors: [], expiresAt: scene.now + 3 * DAY, warnAt: null, latestEnd: null,
  votes: [], decidedAt: null, because: null, issue: { repo: 'demo/demo', number: 12, url: 'https://github.example/demo/demo/issues/12' }, messages: {},
});

const overview = (scene: Scene): string => reply(status, '/arch status', scene);
const headline = (scene: Scene): string => overview(scene).split('\n')[0] ?? '';
/** The overview's row of a platform. */
const row = (scene: Scene, platform: string): string => overview(scene).split('\n').find((line) => line.startsWith(platform)) ?? '';

describe('the overview', () => {
  it('sums up, and then names every platform, the worst first', () => {
    expect(overview(sceneOf(story()))).toBe([
      'demo: 1 of 4 platforms is broken, 1 flaky, 1 not known, 1 passing. 1 incident waits for somebody to take it.',
      '',
      'platform | health | step | build | open',
      'linux/s390x | failing | 2 | on | #4711, failing since Tue 17 Nov 12:00 UTC: nobody has it yet',
      'linux/arm64 | flaky | 2 | on | —',
      'linux/riscv64 | not known | 2 | on | its one job is not known. Nothing has been read of it yet.',
      'linux/amd64 | passing | 2 | on | —',
      '',
      '/arch status <platform> shows the jobs of one, /arch explain <platform> why it is called what it is.',
    ].join('\n'));
  });

  it('says in whose hands an incident is', () => {
    const at = story();
    const incident = at.live();
    const told = (over: Partial<typeof incident>): string => row(sceneOf(at, { incidents: [{ ...incident, ...over }] }), 'linux/s390x').split(': ').slice(1).join(': ');
    expect(told({ acknowledged: { by: 'olga', at: at.now } })).toBe('olga has it');
    expect(told({ snooze: { by: 'otto', at: at.now, until: at.now + DAY, reason: 'waiting for glibc' } })).toBe('snoozed until Wed 18 Nov 14:00 UTC by otto (waiting for glibc)');
    expect(told({ snooze: { by: 'otto', at: 0, until: at.now, reason: null } })).toBe('nobody has it yet');
    expect(told({ acknowledged: { by: 'olga', at: at.now }, classified: { as: 'infra', by: 'otto', at: at.now, note: null } })).toBe('olga has it, called a failure of the infrastructure by otto');
    expect(told({ classified: { as: 'flake', by: 'otto', at: at.now, note: 'TestX' } })).toBe('called a flake by otto (TestX)');
    const put = onIssueAct(incident, { kind: 'closed', by: 'olga' }, { project: at.project, now: at.now, evidence: null })?.incident ?? incident;
    expect(told(put)).toBe('its issue was closed by olga while it goes on, so it is watched in silence');
  });

  it('counts only what nobody has, is no longer known and lies in no downtime as waiting', () => {
    const at = story();
    const incident = at.live();
    const waiting = (over: Partial<typeof incident>, quiets: readonly Quiet[] = []): string => headline(sceneOf(at, { incidents: [{ ...incident, ...over }], quiets })).split('. ')[1] ?? '';
    const none = 'No incident waits for anybody.';
    expect(waiting({})).toBe('1 incident waits for somebody to take it.');
    expect(waiting({ acknowledged: { by: 'olga', at: at.now } })).toBe(none);
    expect(waiting({ snooze: { by: 'olga', at: at.now, until: at.now + 1, reason: null } })).toBe(none);
    expect(waiting({ classified: { as: 'flake', by: 'olga', at: at.now, note: null } })).toBe(none);
    expect(waiting({ state: 'dismissed' })).toBe(none);
    expect(waiting({}, [downtime(at.now - HOUR, at.now + HOUR)])).toBe(none);
    expect(waiting({}, [downtime(at.now + HOUR, at.now + DAY)])).toBe('1 incident waits for somebody to take it.');
  });

  it('shows downtimes, mutes and proposals that are in force or open', () => {
    const scene = sceneOf(story());
    expect(row({ ...scene, quiets: [downtime(scene.now - HOUR, scene.now + DAY), mute(scene)], proposals: [proposal(scene)] }, 'linux/s390x')).toBe(
      'linux/s390x | failing | 2 | on | #4711, failing since Tue 17 Nov 12:00 UTC: nobody has it yet; downtime until Wed 18 Nov 14:00 UTC, by olga (new disks); '
      + 'e2e-s390x is muted until Wed 18 Nov 14:00 UTC, by otto; proposal #12 to mute e2e-s390x on linux/s390x until Tue 24 Nov 14:00 UTC, to be decided by demo/managers until Fri 20 Nov 14:00 UTC');
    expect(row({ ...scene, quiets: [downtime(scene.now + HOUR, scene.now + DAY)], proposals: [{ ...proposal(scene), state: 'approved' }] }, 'linux/s390x')).not.toMatch(/downtime|proposal/);
  });

  it('shows a breakage that is everywhere with each platform that it holds jobs of', () => {
    const at = new Story([{ platform: 'linux/amd64', name: 'a', suite: 'unit' }, { platform: 'linux/s390x', name: 's', suite: 'unit' }])
      .hours({ 'linux/amd64 a': 'PFFF', 'linux/s390x s': 'PFFF' }).issue(5);
    expect(row(sceneOf(at), 'linux/s390x')).toBe('linux/s390x | failing | 2 | on | #5, failing since Tue 17 Nov 10:00 UTC, everywhere: nobody has it yet');
    expect(headline(sceneOf(at))).toBe('demo: all 2 platforms are broken. 1 incident waits for somebody to take it.');
  });

  it('never calls green what cannot be read, and says what was known', () => {
    const at = new Story([{ platform: 'linux/amd64', name: 'a' }, { platform: 'linux/s390x', name: 's' }]).hours({ 'linux/amd64 a': 'PP', 'linux/s390x s': 'PP' });
    const scene = sceneOf(at);
    expect(headline(scene)).toBe('demo: all 2 platforms are passing.');
    const dark = { ...scene, jobs: scene.jobs.map((j) => j.job.platform === 'linux/s390x' ? { ...j, health: 'unknown' as const } : j), readAt: new Map([['grid', at.now - 2 * HOUR]]) };
    expect(headline(dark)).toBe('demo: none of 2 platforms is known to be broken: 1 not known, 1 passing.');
    expect(row(dark, 'linux/s390x')).toBe('linux/s390x | not known | 2 | on | its one job is not known. Its source grid cannot be read just now. It was last read well on Tue 17 Nov 08:00 UTC. What was known then: 2 of the last 2 runs passed.');
    expect(row({ ...scene, jobs: [] }, 'linux/s390x')).toBe('linux/s390x | not known | 2 | on | no job of it is tracked');
  });

  it('shows 40 platforms and counts the rest', () => {
    const at = new Story(Array.from({ length: 43 }, (_, i) => ({ platform: `linux/p${i}` as const, name: 'unit' }))).hours({ 'linux/p42 unit': 'FFF', 'linux/p41 unit': 'P' });
    const lines = overview(sceneOf(at)).split('\n');
    expect(lines.filter((l) => l.startsWith('linux/'))).toHaveLength(40);
    expect(lines[3]).toMatch(/^linux\/p42 \| failing/);
    expect(lines.at(-3)).toBe('3 more platforms have no room here (2 not known, 1 passing).');
  });

  it('names summaries of many breakages', () => {
    const at = story();
    const flood = { ...at.live(), id: 'f', kind: 'flood' as const, platform: 'linux/amd64' as const, jobs: [], summarises: [{ id: 'x', platform: 'linux/s390x' as const, title: 't', over: false }], issue: { repo: 'demo/demo', number: 9, url: 'https://github.example/9' } };
    const told = overview(sceneOf(at, { incidents: [flood, { ...at.live(), issue: null, summarisedBy: 'f' }] }));
    expect(told).toContain('\n- #9 sums up 1 breakage that began at once\n');
    expect(told).toContain('linux/s390x | failing | 2 | on | #9, failing since');
    expect(told).toContain('linux/amd64 | passing | 2 | on | —');
  });
});

describe('one platform', () => {
  it('shows its jobs, what is open, and who cares for it', () => {
    const scene = sceneOf(story());
    expect(reply(status, '/arch status s390x', { ...scene, quiets: [mute(scene), downtime(scene.now + DAY, scene.now + 2 * DAY)] })).toBe([
      'linux/s390x is failing: of 2 jobs, 1 is failing and 1 is passing. Step 2, build on.',
      '',
      '- #4711, failing since Tue 17 Nov 12:00 UTC: nobody has it yet',
      '- e2e-s390x is muted until Wed 18 Nov 14:00 UTC, by otto',
      '- downtime from Wed 18 Nov 14:00 UTC to Thu 19 Nov 14:00 UTC, by olga (new disks)',
      '',
      'job | health | since | last run | last green',
      'e2e-s390x | failing, muted | Tue 17 Nov 12:00 UTC | Tue 17 Nov 14:00 UTC | Tue 17 Nov 11:00 UTC',
      'unit-s390x | passing | Tue 17 Nov 09:00 UTC | Tue 17 Nov 14:00 UTC | Tue 17 Nov 14:00 UTC',
      '',
      'Owners: demo/s390x-owners.',
    ].join('\n'));
  });

  it('gives the reason for each job that is not known', () => {
    expect(reply(status, '/arch status linux/arm64', sceneOf(story().problem('linux/arm64 unit-arm64', 'unreadable')))).toBe([
      'linux/arm64 is not known: its one job is not known. Step 2, build on.',
      '',
      'Nothing is open about it: no incident, downtime, mute or proposal.',
      '',
      'job | health | since | last run | last green',
      'unit-arm64 | not known | — | Tue 17 Nov 14:00 UTC | Tue 17 Nov 14:00 UTC',
      '',
      'Not known, and so neither green nor red:',
      '',
      '- unit-arm64: not there',
      '',
      'Owners: demo/arm64-owners.',
    ].join('\n'));
  });

  it('is the one of the incident, the proposal or the channel, where none is named', () => {
    const at = story();
    const scene = sceneOf(at);
    const first = (place: Partial<typeof ON_GITHUB.place>, line = '/arch status'): string => reply(status, line, { ...scene, proposals: [proposal(scene)] }, { ...ON_GITHUB, place: { ...ON_GITHUB.place, ...place } }).slice(0, 11);
    expect(first({ incident: at.live().id })).toBe('linux/s390x');
    expect(first({ proposal: 'p1' })).toBe('linux/s390x');
    expect(first({ platform: 'linux/arm64' })).toBe('linux/arm64');
    expect(first({ incident: at.live().id }, '/arch status all')).toBe('demo: 1 of ');
    expect(first({ incident: 'forgotten' })).toBe('demo: 1 of ');
  });

  it('mentions nobody, links the issue and the job, and is for everyone', () => {
    const { outcome, needs } = say(status, '/arch status s390x', sceneOf(story()), IN_SLACK);
    expect(mentionsIn(outcome.reply)).toEqual([]);
    expect(JSON.stringify(outcome.reply)).toContain('{"words":"#4711","link":"https://github.example/demo/demo/issues/4711"}');
    expect(JSON.stringify(outcome.reply)).toContain('{"words":"e2e-s390x","link":"https://ci.example/job"}');
    expect([outcome.verdict, needs.allowed]).toEqual(['answered', 'everyone']);
  });
});

describe('a release', () => {
  const release: Release = { name: 'v1.38', branch: 'master', leads: ['@demo/managers'], ciSignal: ['@demo/signal'], quorum: 2, date: Date.UTC(2026, 11, 13), freeze: Date.UTC(2026, 10, 15), milestone: null, proposalExpires: 3 * DAY };
  const older: Release = { ...release, name: null, branch: 'release-1.37', leads: [], date: Date.UTC(2026, 10, 17), freeze: null };
  const scene = (): Scene => {
    const now = sceneOf(story());
    const jobs = now.jobs.map((j) => ({ ...j, job: { ...j.job, board: j.job.name === 'unit-s390x' || j.job.name === 'e2e-s390x' ? 'blocking' as const : null, branch: j.job.name === 'unit-arm64' ? 'release-1.37' : null } }));
    return { ...now, jobs, project: { ...now.project, releases: [release, older] } };
  };

  it('shows its dates, who decides, its boards, what is red and what waits for whom', () => {
    expect(reply(status, '/arch status V1.38', { ...scene(), proposals: [proposal(scene())] })).toBe([
      'v1.38, from master: release on Sun 13 Dec, in 26 d; code freeze on Sun 15 Nov, 2 d ago. Led by demo/managers; a proposal needs 2 approvals besides its proposer.',
      '',
      '- Blocking board: of 2 jobs, 1 is failing and 1 is passing.',
      '- Informing board: no job of this release stands on it.',
      '- On no board: of 3 jobs, 1 is not known and 2 are passing.',
      '',
      'Everything that is not passing, the blocking board first:',
      '',
      'platform | job | health | since | last run | last green',
      'linux/s390x | e2e-s390x (blocking) | failing | Tue 17 Nov 12:00 UTC | Tue 17 Nov 14:00 UTC | Tue 17 Nov 11:00 UTC',
      'linux/riscv64 | unit-riscv64 | not known | — | none is known | none is known',
      '',
      'Waiting for somebody:',
      '',
      '- proposal #12 to mute e2e-s390x on linux/s390x until Tue 24 Nov 14:00 UTC, to be decided by demo/managers until Fri 20 Nov 14:00 UTC',
      '- linux/s390x: #4711, failing since Tue 17 Nov 12:00 UTC: nobody has it yet; asked: demo/s390x-owners',
    ].join('\n'));
  });

  it('is found by its branch, and has only the jobs of it', () => {
    expect(reply(status, '/arch status release-1.37', scene())).toBe([
      'release-1.37: release on Tue 17 Nov, today. No release lead is declared, so nothing can be decided.',
      '',
      '- Blocking board: no job of this release stands on it.',
      '- Informing board: no job of this release stands on it.',
      '- On no board: its one job, unit-arm64, is flaky.',
      '',
      'Everything that is not passing, the blocking board first:',
      '',
      'platform | job | health | since | last run | last green',
      'linux/arm64 | unit-arm64 | flaky | — | Tue 17 Nov 14:00 UTC | Tue 17 Nov 14:00 UTC',
      '',
      'Nothing waits for anybody: no proposal is open, and no incident that nobody has taken, silenced or explained.',
    ].join('\n'));
    expect(reply(status, '/arch status release-1.37', { ...scene(), jobs: [] })).toContain('\n- No job of this release is tracked, so nothing is known of it.\n');
  });

  it('is suggested where its name is misspelt', () => {
    expect(mistake(status, '/arch status v1.39', scene())).toContain('No platform or release is called "v1.39"; did you mean v1.38?');
  });
});

describe('a line that is wrong', () => {
  it('is told where', () => {
    const scene = sceneOf(story());
    expect(mistake(status, '/arch status s39x', scene)).toBe('/arch status s39x\n             ^^^^\n\nNo platform is called "s39x"; did you mean linux/s390x? Nothing was changed.\n\nFor example: /arch status linux/s390x. Usage: /arch status [platform|release|all].');
    expect(mistake(status, '/arch status s390x now', scene)).toContain('status takes one platform or one release, and "now" is one too many.');
  });
});
