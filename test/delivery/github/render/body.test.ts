import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Incident } from '../../../../src/domain/incident.ts';
import { bodySection } from '../../../../src/delivery/github/render/body.ts';
import { cut, wrap } from '../../../../src/delivery/github/section.ts';
import { title } from '../../../../src/delivery/github/render/title.ts';
import { factText } from '../../../../src/delivery/github/render/fact.ts';
import { aBriefing, aJob, anIncident, opened, subjectOf, T0, unitJob } from '../fixtures.ts';
import { hostile } from './hostile.ts';
import { effects, read } from './reader.ts';

const HOUR = 3_600_000;
const body = (fields: Partial<Incident> = {}, options: { mention?: boolean; room?: number; told?: number } = {}, briefing = aBriefing()): string =>
  bodySection(subjectOf(anIncident(fields), briefing), { told: 1, mention: false, room: 65_000, ...options }) ?? '';

describe('what an issue says', () => {
  it('begins with whom it asks and what is broken, and calls nobody else', () => {
    const text = body({}, { mention: true });
    expect(text.startsWith('@kubernetes/s390x-owners, **2 of 5 jobs on linux/s390x are failing.** linux/amd64 and linux/arm64 pass the same suites, so this looks specific to linux/s390x. Its other 3 jobs are passing: build, conformance and node-e2e.')).toBe(true);
    expect(effects(read(text).prose).mentions).toEqual(['kubernetes/s390x-owners']);
    expect(body()).toMatch(/^`kubernetes\/s390x-owners`, \*\*2 of 5/);
    expect(body()).not.toContain('@');
  });

  it('has a row for each job: since when, how many runs and commits, last green, how many tests', () => {
    expect(body()).toContain('| [e2e](https://testgrid.example/ibm-s390x-k8s#e2e) (periodic, release-informing) | Tue 18 Nov 14:10 UTC | 4 failed in a row, on 3 commits | [Tue 18 Nov 12:10 UTC](https://prow.example/view/10), [`9f3c2ab`](https://github.com/kubernetes/kubernetes/commit/9f3c2ab5f0) | 2 of 812 tests |');
    expect(body()).toContain('1 of 5,310 tests |');
  });

  it('links the commits between the last green run and the first failed one', () => {
    expect(body({ jobs: [aJob()] })).toContain('**Suspects:** the commits [`9f3c2ab…c41e7b0`](https://github.com/kubernetes/kubernetes/compare/9f3c2ab5f0...c41e7b0aa1) · **Logs of the last failure:** [e2e](https://prow.example/view/14)');
    expect(body({ jobs: [aJob({ lastGreenCommit: null, links: { page: null, logs: null } })] })).not.toContain('Suspects');
    expect(body({ jobs: [aJob({ lastGreenCommit: 'not a commit' })] })).not.toContain('Suspects');
  });

  it('tells by when an answer is expected, who is asked then, and how it is silenced', () => {
    expect(body()).toContain('say that you have it with `/arch ack`, or by assigning yourself, by Wed 19 Nov 15:10 UTC. After that you are reminded once, and on Fri 21 Nov 15:10 UTC `kubernetes/release-signal` is asked.');
    expect(body()).toContain('It closes by itself when every job here has passed twice in a row. Closed by hand, it stays silent until it has been green once; if it goes on for long, one comment says so.');
  });

  it('promises to close after as many passed runs as it takes of its jobs, also where they stopped reporting', () => {
    const of = (fields: Partial<Incident>, ...own: readonly (readonly [string, number])[]): string | undefined => /It closes by itself when [^.]*\./.exec(body(fields, {}, aBriefing({ passesOf: new Map(own.map(([key, n]) => [key, n])) })))?.[0];
    const [e2e, unit] = [aJob(), unitJob()];
    expect(of({ jobs: [e2e, unit] }, [unit.key, 5])).toBe('It closes by itself when every job here has passed 2 to 5 times in a row, as is set for it.');
    expect(of({ jobs: [{ ...e2e, left: T0 + HOUR, state: 'recovered' }, unit] }, [unit.key, 5])).toBe('It closes by itself when every job here has passed 5 times in a row.');
    expect(of({ jobs: [unit] }, [unit.key, 1])).toBe('It closes by itself when the job has passed once.');
    expect(of({ kind: 'stale', jobs: [{ ...e2e, state: 'stale' }] })).toBe('It closes by itself when the job runs again and has passed twice in a row.');
  });

  it('asks nobody any more when somebody has it', () => {
    const text = body({ acknowledged: { by: 'olga', at: T0 + 3 * HOUR }, remindAt: null, escalateAt: null });
    expect(text).toContain('**`olga` has it**, since Tue 18 Nov 17:10 UTC');
    expect(text).not.toContain('What is asked of you');
  });

  it('tells a job that never passed apart', () => {
    const never = aJob({ neverGreen: true, lastGreen: null, lastGreenCommit: null, lastGreenUrl: null });
    const alone = anIncident({ jobs: [never] });
    expect(title({ incident: alone })).toBe('[linux/s390x] e2e never passed');
    expect(body({ jobs: [never] })).toContain('has never passed.** That is not a new breakage');
    expect(body({ jobs: [never, unitJob()] })).toContain('No passed run of e2e is known at all');
  });

  it('says that a breakage may be a flake', () => {
    expect(body({ jobs: [aJob({ flake: true })] })).toContain('e2e also passed on a commit that it had failed on: a part of this may be a flake.');
  });

  it('says where nobody is declared, who is told instead, and where to declare somebody', () => {
    const text = body({ owners: [], facts: [opened(['@kubernetes/release-signal'])] }, { mention: true });
    expect(text).toContain('**No owner is declared for linux/s390x**, so you, `kubernetes/release-signal`, are asked instead.');
    expect(text).toContain('`config/kubernetes.yml`, under `platforms.linux/s390x.owners`');
    expect(text).toContain('on Fri 21 Nov 15:10 UTC you are asked a last time');
  });

  it('says that it is everywhere, and asks no platform\'s owners', () => {
    const fields: Partial<Incident> = {
      platform: 'linux/amd64', scope: 'everywhere', facts: [opened(['@kubernetes/release-signal'])], owners: ['@kubernetes/amd64'],
      jobs: [aJob({ platform: 'linux/amd64' }), aJob({ key: 'b' })], surroundings: { jobsTotal: 9, wellJobs: [], platformsPassing: ['linux/ppc64le'], platformsFailing: ['linux/s390x'] },
    };
    expect(title({ incident: anIncident(fields) })).toBe('[everywhere] e2e failing since Tue 18 Nov 14:10 UTC');
    expect(body(fields, { mention: true })).toContain('@kubernetes/release-signal, **e2e is failing on linux/amd64, the reference platform, and on linux/s390x.** That looks like a change that all platforms share, not like one platform, so no platform\'s owners are asked. linux/ppc64le passes.');
  });

  it('says so where other platforms cannot be compared, or fail too', () => {
    expect(body({ surroundings: { jobsTotal: 2, wellJobs: [], platformsPassing: [], platformsFailing: [] } })).toContain('whether it is specific to linux/s390x cannot be told');
    expect(body({ surroundings: { jobsTotal: 2, wellJobs: [], platformsPassing: ['linux/amd64'], platformsFailing: ['linux/ppc64le'] } })).toContain('linux/ppc64le fails at least one of the same suites too; linux/amd64 passes.');
    expect(body({ jobs: [aJob()], surroundings: { jobsTotal: 2, wellJobs: [], platformsPassing: [], platformsFailing: ['linux/ppc64le'] } })).toContain('linux/ppc64le fails the same suite too.');
  });

  it('moves a recovered job out of the table', () => {
    const text = body({ jobs: [aJob(), unitJob({ left: T0 + 20 * HOUR, state: 'recovered', fixedAt: 'eeeeeee123' })] });
    expect(text).not.toContain('| [unit]');
    expect(text).toContain('[unit](https://testgrid.example/ibm-s390x-k8s#unit) is green again since Wed 19 Nov 10:10 UTC, fixed in [`d02aa91…eeeeeee`]');
  });

  it('links the breakage before it and the issue that it continues', () => {
    const url = 'https://github.com/kubernetes/kubernetes/issues/12';
    expect(body({ previous: { id: 'x', issue: { repo: 'kubernetes/kubernetes', number: 12, url } } })).toContain(`The breakage before this one: [kubernetes/kubernetes#12](${url}).`);
    expect(body({ lostIssues: [{ repo: 'kubernetes/kubernetes', number: 12, url }] })).toContain(`This continues [kubernetes/kubernetes#12](${url})`);
  });

  it('says how long it took when it is over', () => {
    const jobs = [aJob({ state: 'recovered', left: T0 + 27 * HOUR }), unitJob({ state: 'recovered', left: T0 + 20 * HOUR })];
    expect(body({ state: 'closed', closedBy: 'recovery', closedAt: T0 + 27 * HOUR, jobs })).toContain('**e2e and unit are green again, after 1 d 3 h.**');
  });

  it('has a text for silent jobs, for many breakages at once, and for jobs that vanished', () => {
    const stale = anIncident({ kind: 'stale', jobs: [aJob({ state: 'stale', streak: null, lastRun: T0 - 60 * HOUR })] });
    expect(title({ incident: stale })).toBe('[linux/s390x] e2e without a finished run since Sun 16 Nov 02:10 UTC');
    expect(body(stale)).toContain('has stopped reporting');
    const last = { kind: 'stale' as const, scope: 'everywhere' as const, jobs: [aJob({ platform: 'linux/arm', state: 'stale', streak: null, lastRun: T0 - 60 * HOUR })] };
    expect(body(last)).toContain('**e2e on linux/arm has stopped reporting.**');
    const flood = anIncident({ kind: 'flood', scope: 'everywhere', jobs: [], summarises: Array.from({ length: 24 }, (_, i) => ({ id: `${i}`, platform: 'linux/arm64', title: `job-${i}`, over: i === 0 })) });
    expect(title({ incident: flood })).toBe('[everywhere] 24 breakages at once on Tue 18 Nov 15:10 UTC');
    expect(body(flood)).toContain('**24 breakages on 1 platform began at the same time**');
    expect(body(flood)).toContain('23 of them are still open');
    const gone = anIncident({ kind: 'configuration', jobs: [aJob({ state: 'missing', streak: null })] });
    expect(title({ incident: gone })).toBe('[linux/s390x] e2e no longer at its source');
    expect(body(gone)).toContain('| e2e | linux/s390x | grid: ibm-s390x-k8s/e2e |');
    expect(body(gone)).toContain('correct or remove this job in `config/kubernetes.yml`');
  });
});

describe('the title', () => {
  it('stays as it is while the streak grows and jobs recover', () => {
    const longer = aJob({ streak: { length: 40, since: T0, firstBuild: '1', firstCommit: null, lastBuild: '9', lastCommit: null, lastUrl: null, commits: 30 } });
    const name = title({ incident: anIncident() });
    expect(title({ incident: anIncident({ jobs: [longer, unitJob({ state: 'recovered', left: T0 + HOUR })], acknowledged: { by: 'x', at: T0 } }) })).toBe(name);
  });

  it('names at most three jobs and has at most 256 characters', () => {
    const jobs = Array.from({ length: 30 }, (_, i) => aJob({ key: `${i}`, name: `job-${i}-${'x'.repeat(100)}` }));
    const name = title({ incident: anIncident({ jobs }) });
    expect([...name].length).toBeLessThanOrEqual(256);
    expect(name).toContain('and 28 more failing since');
  });
});

describe('long bodies', () => {
  const tests = (n: number, size = 1_500) => Array.from({ length: n }, (_, i) => ({ name: `Test${i} ${'y'.repeat(200)}`, message: 'm'.repeat(size) }));

  it('cuts messages first, then tests, and says how many more there are and where', () => {
    const text = body({ jobs: [aJob({ failingTests: tests(2_100), moreFailingTests: 17 })] });
    expect(text.length).toBeLessThanOrEqual(65_000);
    expect(text).toContain('2,117 of 2,117 tests'.slice(0, 5));
    expect(text).toContain('- and 2,017 more tests: [all of them](https://testgrid.example/ibm-s390x-k8s#e2e)');
    expect(text).toContain('What is asked of you');
  });

  it('shows messages as long as there is room', () => {
    expect(body({ jobs: [aJob({ failingTests: tests(12) })] })).toContain('Messages are shown of the first 10; [the job\'s page]');
    const many = Array.from({ length: 40 }, (_, i) => aJob({ key: `${i}`, name: `job-${i}`, failingTests: tests(50) }));
    expect(body({ jobs: many })).toContain('- and 45 more tests: [all of them]');
  });

  it('cuts five hundred jobs to as many as have room', () => {
    const jobs = Array.from({ length: 500 }, (_, i) => aJob({ key: `${i}`, name: `ci-kubernetes-e2e-${i}`, failingTests: tests(30) }));
    const text = body({ jobs, surroundings: { jobsTotal: 510, wellJobs: [], platformsPassing: [], platformsFailing: [] } });
    expect(text.length).toBeLessThanOrEqual(65_000);
    expect(text).toMatch(/… and \d+ more jobs, which have no room here\./);
    expect(text).toContain('500 of 510 jobs on linux/s390x are failing');
    expect(text).toContain('**Failing tests** have no room here');
  });

  it('counts no character twice: four-byte names fit as well', () => {
    const emoji = Array.from({ length: 100 }, () => ({ name: '\ud83d\ude00'.repeat(300), message: '\ud83d\ude00'.repeat(1_500) }));
    expect(body({ jobs: [aJob({ failingTests: emoji })] }).length).toBeLessThanOrEqual(65_000);
  });

  it('says the least where there is little room, and nothing where there is none', () => {
    const jobs = Array.from({ length: 500 }, (_, i) => aJob({ key: `${i}`, name: `job-${i}` }));
    expect(body({ jobs }, { room: 2_000 })).toContain('What is asked of you');
    expect(body({ jobs }, { room: 2_000 }).length).toBeLessThanOrEqual(2_000);
    expect(bodySection(subjectOf(anIncident({ jobs })), { told: 1, mention: false, room: 100 })).toBeNull();
  });

  it('shows a flood of any size', () => {
    const summarises = Array.from({ length: 3_000 }, (_, i) => ({ id: `${i}`, platform: 'linux/arm64' as const, title: 'j'.repeat(400), over: false }));
    expect(body({ kind: 'flood', jobs: [], summarises }).length).toBeLessThanOrEqual(65_000);
  });
});

describe('text from outside, anywhere in an issue', () => {
  const arbitrary = fc.record({ a: hostile(), b: hostile(), c: hostile(), d: hostile(5), url: hostile(5) });
  const incidentOf = ({ a, b, c, d, url }: { a: string; b: string; c: string; d: string; url: string }, kind: Incident['kind']): Incident => anIncident({
    kind, owners: [], acknowledged: null, facts: [opened([]), { n: 2, at: T0 + HOUR, asks: [], kind: 'dismissed', by: d }],
    jobs: [
      aJob({
        key: `linux/s390x|${b}|${c}`, name: a, suite: b, failingTests: [{ name: c, message: a }, { name: a, message: d }, { name: b, message: null }],
        links: { page: url, logs: `https://x.example/${url}` }, lastGreenUrl: url, lastGreenCommit: d,
        streak: { length: 3, since: T0, firstBuild: a, firstCommit: d, lastBuild: b, lastCommit: c, lastUrl: url, commits: 2 },
      }),
      unitJob({ name: c, state: 'recovered', left: T0 + HOUR, fixedAt: d, links: { page: url, logs: null } }),
    ],
    surroundings: { jobsTotal: 5, wellJobs: [a, b], platformsPassing: ['linux/amd64'], platformsFailing: [] },
    summarises: [{ id: 'x', platform: 'linux/arm64', title: a, over: false }, { id: 'y', platform: 'linux/arm64', title: c, over: true }],
  });

  const inert = (text: string, frame: readonly string[] = []): void => {
    const reading = read(text);
    expect(effects(reading.prose), text).toEqual({ mentions: [], references: [], addresses: [] });
    expect(reading.html.filter((t) => !frame.includes(t)), text).toEqual([]);
    expect(reading.openFence, text).toBe(false);
    expect(new Set(reading.cells).size, text).toBeLessThanOrEqual(1);
    for (const address of reading.links) expect(address).toMatch(/^https?:\/\//);
    expect(cut(wrap(text))).toMatchObject({ before: '', after: '', section: text });
  };
  const FRAME = ['<details>', '</details>', '<summary>', '</summary>'];

  it.each(['breakage', 'stale', 'flood', 'configuration'] as const)('calls nobody, closes nothing and breaks nothing: %s', (kind) => {
    fc.assert(fc.property(arbitrary, (parts) => {
      const incident = incidentOf(parts, kind);
      inert(bodySection(subjectOf(incident), { told: 1, mention: true, room: 65_000 }) ?? '', FRAME);
      const raw = effects(title({ incident }));
      expect(raw.mentions).toEqual([]);
      expect(title({ incident })).not.toMatch(/\n/);
      expect(raw.references).toEqual([]);
    }), { numRuns: 150 });
  });

  it('nor in a comment', () => {
    fc.assert(fc.property(arbitrary, (parts) => {
      const { a, b, c, d, url } = parts;
      const incident = incidentOf(parts, 'breakage');
      const job = { key: a, name: b, platform: 'linux/s390x', since: T0, streak: 3, commits: 1, lastFailedCommit: c, fixedAt: d, passes: 2, flake: false, url } as const;
      const base = { n: 2, at: T0 + HOUR, asks: [] };
      for (const why of ['recovered', 'moved', 'untracked'] as const) inert(factText({ ...base, kind: 'left', why, jobs: [job, { ...job, name: a }] }, subjectOf(incident), true));
      inert(factText({ ...base, kind: 'joined', jobs: [job] }, subjectOf(incident), true));
      for (const kind of ['reopened', 'reminded', 'escalated', 'recovered', 'still-failing', 'now-here', 'now-everywhere'] as const) inert(factText({ ...base, kind }, subjectOf(incident), true));
      inert(factText({ ...base, kind: 'acknowledged', by: a }, subjectOf(incident), true));
    }), { numRuns: 100 });
  });

  it('nor in a handle that is none', () => {
    fc.assert(fc.property(hostile(), (text) => {
      const incident = anIncident({ facts: [opened([`@a ${text}`, text])] });
      const { prose, html } = read(bodySection(subjectOf(incident), { told: 1, mention: true, room: 65_000 }) ?? '');
      const real = /^@[A-Za-z0-9][A-Za-z0-9-]*(?:\/[A-Za-z0-9][A-Za-z0-9._-]*)?$/.test(text) ? [text.slice(1)] : [];
      expect(effects(prose).mentions.filter((m) => !real.includes(m))).toEqual([]);
      expect(html.filter((t) => !FRAME.includes(t))).toEqual([]);
    }), { numRuns: 150 });
  });
});
