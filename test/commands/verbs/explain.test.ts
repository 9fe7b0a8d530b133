import { describe, expect, it } from 'vitest';
import { explain } from '../../../src/commands/verbs/explain.ts';
import { DAY, HOUR, Story } from '../../policy/story.ts';
import type { Proposal } from '../../../src/domain/proposal.ts';
import { evaluated, result } from '../ladder-given.ts';
import { mentionsIn, mistake, ON_GITHUB, reply, say, sceneOf } from '../asking.ts';

const REF = 'linux/amd64 ref';
const PORT = 'linux/s390x e2e';
const OTHER = 'linux/arm64 e2e-arm64';

const story = (): Story => new Story([
  { platform: 'linux/amd64', name: 'ref', suite: 'e2e' }, { platform: 'linux/s390x', name: 'e2e', suite: 'e2e' },
  { platform: 'linux/s390x', name: 'lint', suite: 'lint' }, { platform: 'linux/arm64', name: 'e2e-arm64', suite: 'e2e' },
]);
const broken = (): Story => story().hours({ [REF]: 'PPPPPP', [PORT]: 'PPPFFF', 'linux/s390x lint': 'PPPPPP' }, 'aabbcc').issue(4711);

/** The reply about one job. */
const told = (at: Story, job = 's390x:e2e'): string => reply(explain, `/arch explain ${job}`, sceneOf(at), ON_GITHUB, { runs: at.runs });
/** Its lines after `What would change it:`, and about where it is broken. */
const change = (at: Story, job?: string): string => /What would change it: (.*)/.exec(told(at, job))?.[1] ?? '';
const where = (at: Story, job?: string): string => /\n- (Only here.*|Everywhere.*|Here or.*|.* too; no platform.*|No other platform.*)/.exec(told(at, job))?.[1] ?? '';

describe('why a job is called what it is', () => {
  it('is told with what would change it, where it fails, who has it, and its runs', () => {
    expect(told(broken())).toBe([
      'e2e on linux/s390x is failing: 3 runs failed in a row on 2 commits since Tue 17 Nov 12:00 UTC.',
      '',
      '- What would change it: one passed run ends the streak; 2 passed runs in a row end its part in an incident; without a finished run for 2 d it is stale.',
      '- Only here: linux/amd64 passes the same suite (e2e).',
      '- Incident: #4711, failing since Tue 17 Nov 12:00 UTC: nobody has it yet',
      '- To look at: its page.',
      '',
      'run | outcome | commit | logs',
      'Tue 17 Nov 14:00 UTC | failed | ccccccc | open',
      'Tue 17 Nov 13:00 UTC | failed | ccccccc | open',
      'Tue 17 Nov 12:00 UTC | failed | bbbbbbb | open',
      'Tue 17 Nov 11:00 UTC | passed | bbbbbbb | open',
      'Tue 17 Nov 10:00 UTC | passed | aaaaaaa | open',
      'Tue 17 Nov 09:00 UTC | passed | aaaaaaa | open',
    ].join('\n'));
  });

  it('says by the job\'s own thresholds what would change it', () => {
    expect(change(story().hours({ [PORT]: 'PPPP' }))).toBe('3 failed runs in a row make it failing; one failed or flaky run among the last 10 makes it flaky; without a finished run for 2 d it is stale.');
    expect(change(story().hours({ [PORT]: 'PPPF' }))).toBe('2 more failed runs now make it failing; 10 runs without a failed one make it passing; 2 passed runs in a row end its part in an incident; without a finished run for 2 d it is stale.');
    expect(change(story().hours({ [PORT]: 'FFFP' }))).toBe('3 failed runs in a row make it failing; 10 runs without a failed one make it passing; 2 passed runs in a row end its part in an incident (1 so far); without a finished run for 2 d it is stale.');
    expect(change(story().hours({ [PORT]: 'PP' }).wait(3 * DAY))).toBe('one finished run. Until then it is stale, whatever its last colour was.');
    expect(change(story().hours({ [PORT]: 'PP' }).problem(PORT, 'unreadable'))).toBe('the next good reading of its source. Then 3 failed runs in a row make it failing; 2 passed runs in a row end its part in an incident; without a finished run for 2 d it is stale.');
    const quick = new Story([{ platform: 'linux/s390x', name: 'e2e', thresholds: { failuresToOpen: 1, passesToClose: 1, staleAfter: 90 * HOUR } }]).hours({ [PORT]: 'P' });
    expect(change(quick)).toBe('1 failed run makes it failing; one failed or flaky run among the last 10 makes it flaky; without a finished run for 3 d 18 h it is stale.');
  });

  it('says where it is broken, by the reference platform and the others', () => {
    expect(where(story().hours({ [REF]: 'PPPP', [PORT]: 'PFFF', [OTHER]: 'PFFF' }))).toBe('Only here: linux/amd64 passes the same suite (e2e); linux/arm64 fails it too.');
    expect(where(story().hours({ [REF]: 'PFFF', [PORT]: 'PFFF' }))).toBe('Everywhere: linux/amd64, the reference, fails the same suite (e2e) too, so the platform is not to blame.');
    expect(where(story().hours({ [REF]: 'PFFF', [PORT]: 'PFFF' }), 'ref')).toBe('Everywhere: this is the reference, and linux/s390x fails the same suite (e2e) too.');
    expect(where(story().hours({ [PORT]: 'PFFF' }))).toBe('No other platform runs the same suite (e2e) just now, so whether it is only here cannot be told.');
    expect(where(story().hours({ [PORT]: 'PFFF', [OTHER]: 'PFFF' }))).toBe('linux/arm64 fails the same suite (e2e) too; no platform is known to pass it.');
    expect(where(story().hours({ [REF]: 'PFFFPPP', [PORT]: 'PFFF...' }))).toBe('Here or everywhere is not settled: linux/amd64, the reference, was red in the same suite (e2e) when this job last ran and is green since. Its next run will tell.');
    expect(where(story().hours({ [REF]: 'PP', [PORT]: 'PP' }).wait(3 * DAY))).toBe('Everywhere: linux/amd64, the reference, has stopped reporting the same suite (e2e) as well, so the reporting is to blame and not the platform.');
    expect(where(story().hours({ [PORT]: 'PP' }).wait(3 * DAY))).toBe('Only here, as far as is known: what reports it may be down.');
    expect(where(story().hours({ [PORT]: 'PPPP' }))).toBe('');
  });

  it('says which silence it lies in', () => {
    const at = broken();
    const quiet = { id: 'q', project: 'demo', revision: 1, platform: 'linux/s390x' as const, from: at.now - HOUR, to: at.now + HOUR, reason: null, by: 'olga', at: at.now, ended: null };
    const mute = { ...quiet, kind: 'mute' as const, job: at.job(PORT).key, jobName: 'e2e', proposal: null };
    const scene = sceneOf(at, { quiets: [mute, { ...quiet, kind: 'downtime' }, { ...mute, job: 'another', jobName: 'lint' }] });
    const lines = reply(explain, '/arch explain s390x:e2e', scene).split('\n');
    expect(lines.filter((l) => l.includes('olga'))).toEqual([
      '- e2e is muted until Tue 17 Nov 15:00 UTC, by olga; no incident opens meanwhile.', '- downtime until Tue 17 Nov 15:00 UTC, by olga; no incident opens meanwhile.',
    ]);
    expect(lines.at(-1)).toBe('No run of it is stored.');
  });

  it('shows ten runs, and a commit of any kind', () => {
    const at = story().hours({ [PORT]: 'P'.repeat(14) });
    expect(told(at).split('\n').filter((l) => l.includes('| passed |'))).toHaveLength(10);
    const [run] = at.runs.get(at.job(PORT).key) ?? [];
    if (!run) throw new Error('no run');
    const shown = (commit: string | null): string => reply(explain, '/arch explain s390x:e2e', sceneOf(at), ON_GITHUB, { runs: new Map([[at.job(PORT).key, [{ ...run, commit, url: null }]]]) }).split('\n').at(-1) ?? '';
    expect(shown(null)).toBe('Tue 17 Nov 22:00 UTC | passed | — | —');
    expect(shown('DEADBEEF1234')).toBe('Tue 17 Nov 22:00 UTC | passed | deadbee | —');
    expect(shown('v1.38.0-alpha.1+77')).toBe('Tue 17 Nov 22:00 UTC | passed | v1.38.0-alpha.1+77 | —');
  });

  it('asks for the runs of the job, mentions nobody and is for everyone', () => {
    const at = broken();
    const { outcome, needs } = say(explain, '/arch explain s390x:e2e', sceneOf(at));
    expect(needs).toEqual({ allowed: 'everyone', allowedAs: 'everyone', runs: [at.job(PORT).key] });
    expect([outcome.verdict, mentionsIn(outcome.reply)]).toEqual(['answered', []]);
  });
});

describe('why a platform is called what it is', () => {
  it('is told job by job, the worst first, with the runs of those that do not pass', () => {
    const at = broken();
    expect(reply(explain, '/arch explain s390x', sceneOf(at), ON_GITHUB, { runs: at.runs })).toBe([
      'linux/s390x is failing: a platform is what the worst of its jobs is.',
      '',
      '- Incident: #4711, failing since Tue 17 Nov 12:00 UTC: nobody has it yet',
      '',
      '- e2e is failing: 3 runs failed in a row on 2 commits since Tue 17 Nov 12:00 UTC. Only here: linux/amd64 passes the same suite (e2e).',
      '- lint is passing: 6 of the last 6 runs passed.',
      '',
      'Last runs of e2e',
      'run | outcome | commit | logs',
      'Tue 17 Nov 14:00 UTC | failed | ccccccc | open',
      'Tue 17 Nov 13:00 UTC | failed | ccccccc | open',
      'Tue 17 Nov 12:00 UTC | failed | bbbbbbb | open',
      'Tue 17 Nov 11:00 UTC | passed | bbbbbbb | open',
      'Tue 17 Nov 10:00 UTC | passed | aaaaaaa | open',
      'Tue 17 Nov 09:00 UTC | passed | aaaaaaa | open',
      '',
      'It stands on step 2. Its ladder has not been evaluated yet, which happens daily.',
      '',
      'Thresholds and more of one: /arch explain <job>.',
    ].join('\n'));
  });

  it('asks for the runs of three jobs, and tells of ten', () => {
    const at = new Story(Array.from({ length: 14 }, (_, i) => ({ platform: 'linux/s390x' as const, name: `j${i}` })));
    at.hours(Object.fromEntries(Array.from({ length: 14 }, (_, i) => [`linux/s390x j${i}`, i > 8 ? 'PFFF' : 'PPPP'])));
    const { needs } = say(explain, '/arch explain s390x', sceneOf(at));
    expect(needs.runs).toEqual(['j9', 'j10', 'j11'].map((name) => at.job(`linux/s390x ${name}`).key));
    const lines = reply(explain, '/arch explain s390x', sceneOf(at)).split('\n');
    expect(lines.filter((l) => /^- j\d+ is /.test(l))).toHaveLength(10);
    expect(lines).toContain('- 4 more jobs, none of them worse; /arch status linux/s390x lists them.');
  });

  it('is told of the platform of the incident or channel where none is named', () => {
    const at = broken();
    const first = (place: Partial<typeof ON_GITHUB.place>): string => reply(explain, '/arch explain', sceneOf(at), { ...ON_GITHUB, place: { ...ON_GITHUB.place, ...place } }).split(' ')[0] ?? '';
    expect(first({ incident: at.live().id })).toBe('linux/s390x');
    expect(first({ platform: 'linux/arm64' })).toBe('linux/arm64');
  });
});

describe('the words for a job', () => {
  const scene = sceneOf(new Story([
    { platform: 'linux/amd64', name: 'unit' }, { platform: 'linux/s390x', name: 'unit' }, { platform: 'linux/s390x', name: 'Conformance - EC2' },
  ]).hours({ 'linux/s390x unit': 'P' }));
  const asked = (line: string): string => reply(explain, line, scene).split(' is ')[0] ?? '';

  it('may hold white space, and a platform before them', () => {
    expect(asked('/arch explain linux/s390x:unit')).toBe('unit on linux/s390x');
    expect(asked('/arch explain s390x unit')).toBe('unit on linux/s390x');
    expect(asked('/arch explain Conformance - EC2')).toBe('Conformance - EC2 on linux/s390x');
    expect(asked('/arch explain s390x conformance - ec2')).toBe('Conformance - EC2 on linux/s390x');
    expect(asked('/arch explain s390x')).toBe('linux/s390x');
  });

  it('are told where they fit several, none, or a platform better', () => {
    expect(mistake(explain, '/arch explain unit', scene)).toContain('2 jobs are called "unit"; say which: linux/amd64:unit and linux/s390x:unit.');
    expect(mistake(explain, '/arch explain unti', scene)).toContain('No job is called "unti"; did you mean unit?');
    expect(mistake(explain, '/arch explain s39x', scene)).toContain('No platform is called "s39x"; did you mean linux/s390x?');
    expect(mistake(explain, '/arch explain linux/s390x foo bar', scene)).toContain('No job of linux/s390x is called so; /arch status linux/s390x lists them.');
    expect(mistake(explain, '/arch explain linux/s390x:unit please', scene)).toBe([
      '/arch explain linux/s390x:unit please', '                               ^^^^^^', '',
      'explain takes one platform or one job, and this is one too many. Nothing was changed.', '',
      'For example: /arch explain linux/s390x. Usage: /arch explain [platform|job].',
    ].join('\n'));
    expect(mistake(explain, '/arch explain', scene)).toContain('A platform or a job is missing here.');
  });
});

describe('where a platform stands on its ladder', () => {
  it('tells what is excepted apart from what is met', () => {
    expect(reply(explain, '/arch explain s390x', sceneOf(broken(), { ladder: evaluated({ criteria: [result('pass-rate', { verdict: 'unmet', exceptedUntil: Date.UTC(2027, 0, 1) })] }) }))).toContain('To hold test (2): 0 of 1 criterion met, 1 excepted.');
  });

  const shown = (over: Parameters<typeof evaluated>[0] = {}): string[] => reply(explain, '/arch explain s390x', sceneOf(broken(), { ladder: evaluated(over) })).split('\n');

  it('is told with the criteria of its step and of the next, what is missing first', () => {
    const lines = shown({ since: Date.UTC(2026, 7, 1) });
    expect(lines.slice(lines.findIndex((l) => l.startsWith('On demo-steps')), -2)).toEqual([
      'On demo-steps it stands on test (2) since Sat 1 Aug; the next is release (3).',
      '',
      'To hold test (2): 1 of 1 criterion met.',
      '',
      'criterion | step | verdict | because',
      'pass-rate | test (2) | met | 94% of 312 runs passed.',
      '',
      'To come to release (3), besides: 1 of 2 criteria met.',
      '',
      'criterion | step | verdict | because',
      'sign-off | release (3) | unmet | No sign-off by conformance is on record.',
      'time-at-step | release (3) | met | All is well with time-at-step.',
    ]);
  });

  it('is told with what leaves it less time, and with what its steps are about', () => {
    const { ladder } = evaluated();
    const about = { ...evaluated({
      warnings: [{ criterion: 'pass-rate', kind: 'unmet', since: Date.UTC(2026, 9, 1), days: 9, earlier: false, daysLeft: 8 }],
      hurry: [{ name: 'release-delayed', warnAfter: 7, proposeAfter: 10, because: 'it delayed 1 release within the last 365 days: v1.36' }],
    }), ladder: { ...ladder, steps: ladder.steps.map((s) => s.step === 3 ? { ...s, components: ['node', 'server'] } : s) } };
    const lines = reply(explain, '/arch explain s390x', sceneOf(broken(), { ladder: about })).split('\n');
    expect(lines).toContain('On demo-steps it stands on test (2), since when is not on record; the next is release (3). release (3) is about node and server only.');
    expect(lines).toContain('- It goes faster than usual: it delayed 1 release within the last 365 days: v1.36. A criterion is warned of after 7 days, and a step down proposed 10 days later.');
  });

  it('is told with exceptions and their end, warnings, what follows, and how often it was demoted', () => {
    const lines = shown({
      demotions: 2, criteria: [result('pass-rate', { verdict: 'unknown', because: 'Too few runs.', exceptedUntil: Date.UTC(2026, 11, 31), links: [{ words: 'runs', link: 'https://ci.example' }] })],
      proposal: { kind: 'demote', to: 1, because: ['pass-rate'], heldUntil: Date.UTC(2026, 11, 9, 12) },
      warnings: [{ criterion: 'pass-rate', kind: 'unknown', since: Date.UTC(2026, 9, 1), days: 14, earlier: false, daysLeft: null }, { criterion: 'owner-response', kind: 'unmet', since: Date.UTC(2026, 9, 1), days: 20, earlier: false, daysLeft: 8 }],
    });
    expect(lines).toContain('On demo-steps it stands on test (2), since when is not on record; the next is release (3). It has been demoted 2 times.');
    expect(lines).toContain('pass-rate | test (2) | unknown, excepted until Thu 31 Dec | Too few runs. runs');
    expect(lines).toContain('- By its record it is to move down to build (1): that is put to the release leads on Wed 9 Dec 12:00 UTC at the earliest.');
    expect(lines).toContain('- pass-rate has been unknown since Thu 1 Oct (14 days that count).');
    expect(lines).toContain('- owner-response has been unmet since Thu 1 Oct (20 days that count); in 8 more such days it calls for a step down.');
  });

  it('is told with what release leads made of what it calls for', () => {
    const matter = { kind: 'step', platform: 'linux/s390x', from: 2, to: 1 };
    const said = (state: Proposal['state'], to = 1): string | undefined => {
      const proposal = { state, matter: { ...matter, to }, decidedAt: 1, issue: { repo: 'demo/demo', number: 12, url: 'https://github.com/demo/demo/issues/12' } } as Proposal;
      const ladder = evaluated({ proposal: { kind: 'demote', to: 1, because: ['pass-rate'], heldUntil: null } });
      return /By its record it is to move down to build \(1\): (.*)/.exec(reply(explain, '/arch explain s390x', sceneOf(broken(), { ladder, proposals: state === 'open' ? [] : [proposal] })))?.[1];
    };
    expect(said('open')).toBe('that is proposed to the release leads.');
    expect(said('expired')).toBe('it was proposed, in #12, and not decided. It may be proposed again after a month.');
    expect(said('rejected')).toBe('release leads have decided against it, in #12. It may be proposed again after a month.');
    expect(said('approved')).toBe('release leads have approved it, in #12.');
    expect(said('rejected', 3)).toBe('that is proposed to the release leads.');
  });

  it('has no next at the top, and nothing to hold at the bottom', () => {
    expect(shown({ step: 3, next: null, ahead: [] })).toContain('On demo-steps it stands on release (3), since when is not on record; there is no higher one.');
    expect(shown({ step: 0, next: 1, criteria: [], ahead: [] })).toContain('To hold off (0): nothing is asked.');
  });
});
