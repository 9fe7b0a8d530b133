import { describe, expect, it } from 'vitest';
import { ready } from '../../../src/commands/verbs/ready.ts';
import type { Found, Scene } from '../../../src/commands/verb.ts';
import type { DaySum } from '../../../src/domain/day-sum.ts';
import type { Ladder } from '../../../src/domain/ladder.ts';
import type { Board } from '../../../src/domain/job.ts';
import type { Project, Release } from '../../../src/domain/project.ts';
import { plainText } from '../../../src/domain/text.ts';
import { acknowledge } from '../../../src/policy/acts.ts';
import { DAY, HOUR, START, Story } from '../../policy/story.ts';
import { mentionsIn, mistake, ON_GITHUB, say, sceneOf } from '../asking.ts';
import { evaluation, LADDER, result } from '../ladder-given.ts';

const JOBS = [
  { platform: 'linux/amd64', name: 'e2e-amd' }, { platform: 'linux/s390x', name: 'e2e' }, { platform: 'linux/s390x', name: 'unit' },
  { platform: 'linux/s390x', name: 'slow' }, { platform: 'linux/s390x', name: 'e2e-old' }, { platform: 'linux/arm64', name: 'e2e-arm' },
] as const;
const BOARDS: Record<string, Board> = { 'e2e-amd': 'blocking', e2e: 'blocking', unit: 'blocking', slow: 'informing', 'e2e-old': 'blocking', 'e2e-arm': 'blocking' };

const release = (name: string, branch: string): Release =>
  ({ name, branch, leads: ['@demo/leads'], ciSignal: ['@demo/signal'], quorum: 2, date: START + 10 * DAY, freeze: null, milestone: null, proposalExpires: 72 * HOUR });

/** amd64 and s390x ship, arm64 is only tested; their ladder asks for 90% of the runs. */
const ASKS: Ladder = { ...LADDER, steps: LADDER.steps.map((s) => s.step === 3 ? { ...s, hold: [{ criterion: 'pass-rate', params: { share: 0.9, minWindow: 14 * DAY, maxWindow: 84 * DAY, runs: 20, minRuns: 5, suites: [] } }] } : s) };

function story(rows: Readonly<Record<string, string>> = {}): Story {
  const told = new Story(JOBS.map((j) => ({ ...j, suite: j.name.split('-')[0] ?? j.name })));
  const project = told.project;
  told.project = {
    ...project, releases: [release('v2', 'main'), release('v1', 'release-1')],
    platforms: project.platforms.map((p) => ({ ...p, step: p.id === 'linux/arm64' ? 2 : 3, jobs: p.jobs.map((j) => ({ ...j, board: BOARDS[j.name] ?? null, branch: j.name === 'e2e-old' ? 'release-1' : null })) })),
  };
  return told.hours({ 'linux/amd64 e2e-amd': 'PPPP', 'linux/s390x e2e': 'PPPP', 'linux/s390x unit': 'PPPP', 'linux/s390x slow': 'PPPP', 'linux/s390x e2e-old': 'PPPP', 'linux/arm64 e2e-arm': 'PPPP', ...rows });
}

function sceneFor(told: Story, over: Partial<Scene> = {}): Scene {
  const scene = sceneOf(told, { ladder: { ladder: ASKS, platforms: [] } });
  const configured = new Map(told.project.platforms.flatMap((p) => p.jobs.map((j) => [j.key, j] as const)));
  return { ...scene, jobs: scene.jobs.map((j) => ({ ...j, job: configured.get(j.job.key) ?? j.job })), ...over };
}

/** Every job passed these shares of 10 runs a day for two weeks; by default all of them. */
function found(told: Story, failed: Readonly<Record<string, number>> = {}): Partial<Found> {
  const today = Math.floor(told.now / DAY);
  const days = (name: string): DaySum[] => Array.from({ length: 14 }, (_, i) => ({ day: today - 13 + i, passed: 10 - (failed[name] ?? 0), failed: failed[name] ?? 0, flaky: 0 }));
  return { days: new Map(told.project.platforms.flatMap((p) => p.jobs.map((j) => [j.key, days(j.name)]))) };
}

const card = (told: Story, line = '/arch ready v2', over: Partial<Scene> = {}, more = found(told)): string => plainText(say(ready, line, sceneFor(told, over), ON_GITHUB, more).outcome.reply);
const row = (text: string, platform: string): string => text.split('\n').find((l) => l.startsWith(`${platform} |`)) ?? '';

describe('the go or no-go of a release', () => {
  it('is a go where every platform that ships has its greens and its rate, and says so in one line', () => {
    const told = story();
    expect(card(told)).toBe([
      'v2: go. All 2 platforms can ship. As of Tue 17 Nov 12:00 UTC; from main; release on Fri 27 Nov, in 10 d.', '',
      'platform | ships | because | waits for',
      'linux/amd64 | yes | e2e-amd (blocking) passed the last 3 times or more, and 100% of 140 runs (90% needed) | —',
      'linux/s390x | yes | e2e, unit (blocking) passed the last 3 times or more, and 100% of 280 runs (90% needed) | —', '',
      'Not part of the release by their step: linux/arm64 on test (2).',
    ].join('\n'));
  });

  it('is for everyone, calls nobody, and is told for every release where none is named', () => {
    const told = story();
    const { needs, outcome } = say(ready, '/arch ready', sceneFor(told), ON_GITHUB, found(told));
    expect([needs.allowed, needs.days?.jobs.length, needs.days?.back, mentionsIn(outcome.reply)]).toEqual(['everyone', 4, 84, []]);
    const text = plainText(outcome.reply);
    expect(text).toMatch(/^v2: go\.[^]*\n\nv1: not known, so no go yet\. linux\/amd64 is not known; 1 of 2 platforms can\./);
    expect(text).toContain('linux/amd64 | not known | no tracked job tests this branch | —');
    expect(text).toContain('linux/s390x | yes | e2e-old (blocking) passed');
  });

  it('is a no-go where a blocking job fails, with its issue and who is waited for', () => {
    const told = story({ 'linux/s390x e2e': 'PFFF' }).issue(12);
    const text = card(told);
    expect(text).toMatch(/^v2: no-go\. linux\/s390x cannot ship; 1 of 2 platforms can\. As of /);
    expect(text.indexOf('linux/s390x |')).toBeLessThan(text.indexOf('linux/amd64 |'));
    expect(row(text, 'linux/s390x')).toMatch(/^linux\/s390x \| no \| e2e failed its last 3 runs, since Tue 17 Nov 10:00 UTC; #12, failing since Tue 17 Nov 10:00 UTC: nobody has it yet; unit \(blocking\) passed .* \| demo\/s390x-owners \(#12\)$/);
    told.does('olga', acknowledge);
    expect(row(card(told), 'linux/s390x')).toMatch(/olga has it.* \| olga \(#12\)$/);
  });

  it('asks for three greens in a row, however good the rest', () => {
    expect(row(card(story({ 'linux/s390x unit': 'PFPP' })), 'linux/s390x')).toMatch(/^linux\/s390x \| no \| unit has 2 greens in a row, 3 are needed; /);
    expect(row(card(story({ 'linux/s390x unit': 'PPPK' })), 'linux/s390x')).toMatch(/\| no \| unit has no green in a row, 3 are needed; /);
    expect(row(card(story({ 'linux/s390x unit': 'FPPP' })), 'linux/s390x')).toMatch(/\| yes \|/);
    expect(row(card(story({ 'linux/s390x unit': '..PP' })), 'linux/s390x')).toMatch(/\| not known \| unit has 2 runs so far, 3 are needed; /);
  });

  it('asks for the pass rate of its step, which an exception makes a risk', () => {
    const told = story();
    const low = found(told, { unit: 2 });
    expect(row(card(told, '/arch ready v2', {}, low), 'linux/s390x')).toMatch(/^linux\/s390x \| no \| unit passed 80% of 140 runs \(90% needed\); e2e \(blocking\) passed/);
    const excepted = { ladder: { ladder: ASKS, platforms: [evaluation({ step: 3, criteria: [result('pass-rate', { verdict: 'unmet', exceptedUntil: START + 30 * DAY })] })] } };
    const text = card(told, '/arch ready v2', excepted, low);
    expect(text).toMatch(/^v2: go, at risk\. All 2 platforms can ship \(at risk: linux\/s390x\)\./);
    expect(row(text, 'linux/s390x')).toContain('| yes, at risk | unit passed 80% of 140 runs (90% needed; excepted until Thu 17 Dec)');
    // That the ladder is new here excepts everything, and nobody has decided it.
    const adopting = { ladder: { ladder: ASKS, platforms: [{ ...evaluation({ step: 3, criteria: [result('pass-rate', { verdict: 'unmet', exceptedUntil: START + 30 * DAY })] }), adoptionUntil: START + 30 * DAY }] } };
    expect(row(card(told, '/arch ready v2', adopting, low), 'linux/s390x')).toMatch(/\| no \| unit passed 80% of 140 runs \(90% needed\); /);
  });

  it('asks the pass rate of a step that is scoped of its own components’ and branches’ jobs alone', () => {
    const told = story();
    const scoped = (scope: { components?: readonly string[]; branches?: readonly string[] }): string => {
      const ladder = { ...ASKS, steps: ASKS.steps.map((s) => s.step === 3 ? { ...s, ...scope } : s) };
      told.project = { ...told.project, platforms: told.project.platforms.map((p) => ({ ...p, jobs: p.jobs.map((j) => ({ ...j, components: ['client'] })) })) };
      return row(card(told, '/arch ready v2', { ladder: { ladder, platforms: [] } }, found(told, { unit: 2 })), 'linux/s390x');
    };
    expect(scoped({ components: ['client'] })).toContain('unit passed 80% of 140 runs (90% needed)');
    expect(scoped({ components: ['server'] })).not.toContain('90% needed');
    expect(scoped({ branches: ['main'] })).toContain('90% needed');
    expect(scoped({ branches: ['release-*'] })).not.toContain('90% needed');
  });

  it('takes longer than two weeks where those hold too few runs, and is not known where there are too few at all', () => {
    const told = story();
    const today = Math.floor(told.now / DAY);
    const unit = told.job('linux/s390x unit').key;
    const days = (of: readonly DaySum[]): Partial<Found> => ({ days: new Map([...found(told).days ?? [], [unit, of]]) });
    const sparse = Array.from({ length: 12 }, (_, i): DaySum => ({ day: today - 7 * i, passed: i < 3 ? 4 : 0, failed: i < 3 ? 0 : 4, flaky: 0 }));
    expect(row(card(told, '/arch ready v2', {}, days(sparse)), 'linux/s390x')).toContain('unit passed 60% of 20 runs');
    expect(row(card(told, '/arch ready v2', {}, days([{ day: today, passed: 4, failed: 0, flaky: 0 }])), 'linux/s390x')).toMatch(/\| not known \| unit has only 4 runs to judge its pass rate by \(5 tell\)/);
    expect(row(card(told, '/arch ready v2', {}, days([])), 'linux/s390x')).toMatch(/\| not known \| unit has no run to judge/);
    expect(row(card(told, '/arch ready v2', {}, days([{ day: today - 85, passed: 40, failed: 0, flaky: 0 }])), 'linux/s390x')).toMatch(/\| not known \|/);
  });

  it('leaves out days that do not count, looks back further for them, and says so', () => {
    const told = story();
    const [today, unit] = [Math.floor(told.now / DAY), told.job('linux/s390x unit').key];
    const span = (from: number, to: number): Set<number> => new Set(Array.from({ length: to - from + 1 }, (_, i) => today - to + i));
    const off = (platform: ReadonlySet<number>, job: ReadonlySet<number> = new Set()): Partial<Found> => ({ daysOff: new Map([[unit, { platform, job }]]) });
    // Red for the last ten days, and green for thirty before them.
    const days: Partial<Found> = { days: new Map([...found(told).days ?? [], [unit, Array.from({ length: 40 }, (_, i): DaySum => ({ day: today - i, passed: i < 10 ? 0 : 2, failed: i < 10 ? 2 : 0, flaky: 0 }))]]) };
    const shown = (more: Partial<Found>): string => card(told, '/arch ready v2', {}, { ...days, ...more });
    expect(row(shown({}), 'linux/s390x')).toContain('unit passed 33% of 30 runs');
    expect(shown({})).not.toContain('left out');
    expect(row(shown(off(span(0, 9))), 'linux/s390x')).toMatch(/\| yes \| e2e, unit \(blocking\) passed .*, and 100% of 170 runs/);
    expect(shown(off(span(0, 9)))).toMatch(/\n\nDays of freezes and downtimes, and those without a good poll, are left out of the rates\.$/);
    // A day on which its source was not read is left out, and lengthens nothing.
    expect(row(shown(off(new Set(), span(0, 4))), 'linux/s390x')).toContain('unit passed 50% of 20 runs');
    expect(row(shown(off(span(0, 4))), 'linux/s390x')).toContain('unit passed 66% of 30 runs');
  });

  it('is never a go by what is not known: a source that cannot be read, a job that is silent, a ladder that was not looked at', () => {
    const told = story();
    const dark = sceneFor(told).jobs.map((j) => j.job.name === 'e2e' ? { ...j, health: 'unknown' as const } : j);
    expect(card(told, '/arch ready v2', { jobs: dark })).toMatch(/^v2: not known, so no go yet\. linux\/s390x is not known; 1 of 2 platforms can\./);
    expect(row(card(told, '/arch ready v2', { jobs: dark }), 'linux/s390x')).toContain('e2e is not known: its source cannot be read just now');
    const silent = sceneFor(told).jobs.map((j) => j.job.name === 'e2e' ? { ...j, health: 'stale' as const } : j);
    expect(row(card(told, '/arch ready v2', { jobs: silent }), 'linux/s390x')).toMatch(/\| not known \| e2e has finished no run since Tue 17 Nov 12:00 UTC/);
    expect(row(card(told, '/arch ready v2', { jobs: sceneFor(told).jobs.map((j) => ({ ...j, state: null, health: 'unknown' as const })) }), 'linux/amd64')).toMatch(/\| not known \| e2e-amd is not known: nothing has been read of it yet/);
    expect(card(told, '/arch ready v2', { ladder: null })).toMatch(/^v2: not known, so no go\. /);
  });

  it('is at risk by what else is broken, silenced or not held, and names it', () => {
    const others = card(story({ 'linux/s390x slow': 'PFFF' }));
    expect(row(others, 'linux/s390x')).toMatch(/\| yes, at risk \| .*failing since.*; beside them: slow failing; e2e, unit \(blocking\)/);
    const told = story().quiet({ job: 'linux/s390x unit' }, 2 * DAY).quiet({ platform: 'linux/amd64' }, DAY);
    const text = card(told, '/arch ready v2', { quiets: told.quiets });
    expect(row(text, 'linux/s390x')).toMatch(/\| yes, at risk \| unit is muted until Thu 19 Nov 12:00 UTC, by olga; e2e \(blocking\)/);
    expect(row(text, 'linux/amd64')).toMatch(/\| yes, at risk \| downtime until Wed 18 Nov 12:00 UTC/);
    const unmet = evaluation({ step: 3, criteria: [result('owner-response', { verdict: 'unmet' }), result('on-board', { verdict: 'unknown', exceptedUntil: START + DAY })] });
    expect(row(card(story(), '/arch ready v2', { ladder: { ladder: ASKS, platforms: [unmet] } }), 'linux/s390x')).toMatch(/\| yes, at risk \| its step asks for owner-response, which does not hold; on-board excepted until Wed 18 Nov; /);
  });

  it('cannot be a go by jobs that are all muted, or by a build that is off', () => {
    const told = story().quiet({ job: 'linux/amd64 e2e-amd' }, DAY);
    expect(row(card(told, '/arch ready v2', { quiets: told.quiets }), 'linux/amd64')).toMatch(/\| not known \| every job that decides is muted; e2e-amd is muted until/);
    const off = story();
    off.project = { ...off.project, platforms: off.project.platforms.map((p): Project['platforms'][number] => ({ ...p, build: 'off' })) };
    expect(row(card(off), 'linux/amd64')).toMatch(/\| no \| its build is off; /);
  });

  it('is judged by the informing board where nothing of the platform blocks, and says by which', () => {
    const told = story({ 'linux/s390x slow': 'PPPF' });
    told.project = { ...told.project, platforms: told.project.platforms.map((p) => ({ ...p, jobs: p.jobs.map((j) => ({ ...j, board: j.name === 'slow' ? 'informing' as const : null })) })) };
    const text = card(told);
    expect(row(text, 'linux/s390x')).toContain('| no | slow failed its last run | ');
    expect(row(text, 'linux/amd64')).toContain('e2e-amd (on no board) passed');
  });

  it('says which releases there are, and that there is none', () => {
    expect(mistake(ready, '/arch ready v3', sceneFor(story()))).toContain('No release is called "v3"; did you mean "v2"?');
    expect(mistake(ready, '/arch ready wonderful', sceneFor(story()))).toContain('there are v2, main, v1 and release-1');
    expect(mistake(ready, '/arch ready v2 v1', sceneFor(story()))).toContain('ready takes one release');
    const told = story();
    told.project = { ...told.project, releases: [] };
    expect(card(told, '/arch ready')).toBe('demo declares no release in its configuration (release), so there is none to be ready for.');
    const nothing = story();
    nothing.project = { ...nothing.project, platforms: nothing.project.platforms.map((p) => ({ ...p, step: 2 })) };
    expect(card(nothing)).toMatch(/^v2: neither go nor no-go\. No platform stands on a step that ships with the release\.\n\nNot part of the release by their step: linux\/amd64 on test \(2\), /);
  });
});
