import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { evaluate, type EvaluateOptions } from '../../src/cli/evaluate.ts';
import { openStore } from '../../src/store/open.ts';
import { CONFIG, DAY, HOUR, TODAY, YEAR_START, folder, iso, line, monthlyAcks, printed, yearOfRuns } from './given.ts';

interface Evaluated {
  readonly now: string;
  readonly platforms: readonly {
    readonly platform: string; readonly step: number;
    readonly criteria: readonly { readonly step: number; readonly criterion: string; readonly verdict: string; readonly because: string }[];
    readonly proposal: null | { readonly kind: string; readonly to: number; readonly because: readonly string[] };
    readonly warnings: readonly unknown[];
  }[];
  readonly findings: readonly string[];
  readonly notes: readonly string[];
}

const END = iso(YEAR_START + 365 * DAY);

async function evaluated(runs: readonly string[], events: readonly string[] | null, more: Partial<EvaluateOptions> = {}, config = CONFIG): Promise<Evaluated> {
  return JSON.parse(await printed(async (io) => evaluate(io, { ...await folder(runs, events, config), now: END, json: true, ...more }))) as Evaluated;
}

const of = ({ platforms }: Evaluated, platform: string) => {
  const found = platforms.find((p) => p.platform === platform);
  if (!found) throw new Error(`nothing of ${platform}`);
  return found;
};
const verdicts = (e: Evaluated, platform: string, step: number) => of(e, platform).criteria.filter((c) => c.step === step).map((c) => `${c.criterion} ${c.verdict}`);

describe('evaluating by a history', () => {
  it('gives every criterion of the present and of the next step, with the figures', async () => {
    const year = await evaluated(yearOfRuns(), monthlyAcks());
    expect(Object.keys(year)).toEqual(['now', 'platforms', 'findings', 'notes', 'left_out']);
    expect([year.now, year.platforms.map((p) => [p.platform, p.step])]).toEqual([END, [['linux/amd64', 3], ['linux/s390x', 3], ['linux/ppc64le', 3], ['linux/arm64', 2]]]);
    expect([...new Set(verdicts(year, 'linux/s390x', 3))].toSorted()).toEqual([
      'active-owners met', 'failure-streak met', 'on-board met', 'owner-response met', 'pass-rate met', 'run-cadence met', 'suites-present met',
    ]);
    expect(verdicts(year, 'linux/s390x', 4)).toEqual(['sign-off unmet', expect.stringMatching(/^time-at-step /)]);
    for (const { because } of of(year, 'linux/s390x').criteria) expect(because).toMatch(/^[A-Z0-9a-z].*\.$/);
    expect(of(year, 'linux/arm64').proposal).toMatchObject({ kind: 'promote', to: 3 });
    expect(of(year, 'linux/s390x').proposal).toBeNull();
  });

  it('proposes a step down, with what is unmet', async () => {
    const silent = await evaluated(yearOfRuns((r) => r.platform === 'linux/ppc64le' && r.job === 'node' && r.day >= 300 ? null : 'pass'), monthlyAcks());
    expect(of(silent, 'linux/ppc64le').proposal).toMatchObject({ kind: 'demote', to: 2, because: expect.arrayContaining(['run-cadence']) as unknown });
    expect(of(silent, 'linux/ppc64le').criteria.find((c) => c.criterion === 'run-cadence' && c.verdict === 'unmet')?.because).toMatch(/^node-e2e has not run for /);
  });

  it('judges as of a moment: what comes later changes nothing', async () => {
    const until = { now: iso(YEAR_START + 200 * DAY) };
    const broken = yearOfRuns((r) => r.day >= 200 ? 'fail' : 'pass');
    expect((await evaluated(broken, monthlyAcks(), until)).platforms).toEqual((await evaluated(broken.filter((l) => !l.includes('fail')), monthlyAcks(), until)).platforms);
  });

  it('says where the history ends long before, and what lies in the future', async () => {
    const old = await evaluated([...yearOfRuns(), line({ platform: 'linux/arm64', job: 'unit', build: 'x', started: '2030-01-01', outcome: 'pass' })], null, { now: iso(TODAY) });
    expect(old.notes).toEqual(['Not looked at: 1 run in the future (after Sat 10 Jan 12:00 UTC).']);
    const silent = await evaluated(yearOfRuns(), null, { now: iso(TODAY) });
    expect(silent.notes).toEqual([expect.stringMatching(/^The history ends 9 d .* before the moment that is judged \(Wed 31 Dec 2025 13:00 UTC\); --now judges an earlier one\.$/)]);
  });

  it('of an empty history knows nothing, and says so', async () => {
    const nothing = await evaluated([], null);
    expect(nothing.notes).toEqual(['The history is empty: no run and no event is in it.']);
    expect(nothing.platforms.every((p) => p.proposal === null && p.warnings.length === 0)).toBe(true);
  });

  it('counts an exception as long as it lasts', async () => {
    const exception = line({ at: iso(YEAR_START), kind: 'exception', platform: 'linux/ppc64le', criterion: 'run-cadence', until: '2026-06-01', reason: 'machines move' });
    const runs = yearOfRuns((r) => r.platform === 'linux/ppc64le' && r.job === 'node' && r.day >= 300 ? null : 'pass');
    expect(of(await evaluated(runs, [...monthlyAcks(), exception]), 'linux/ppc64le').proposal).toBeNull();
  });

  it('knows what Go says of its own ports', async () => {
    const tiers = `${CONFIG}ladder: kubernetes-platform-tiers\n`;
    const year = await evaluated(yearOfRuns(), monthlyAcks(), {}, tiers);
    const support = (platform: string) => of(year, platform).criteria.find((c) => c.criterion === 'toolchain-support')?.verdict;
    expect([support('linux/arm64'), support('linux/s390x')]).toEqual(['met', 'unmet']);
    expect(year.findings.filter((f) => f.includes('first-class Go port'))).toHaveLength(2);
  });

  it('reads well on a terminal', async () => {
    const text = await printed(async (io) => evaluate(io, { ...await folder(yearOfRuns((r) => r.platform === 'linux/ppc64le' && r.job === 'node' && r.day >= 330 ? null : 'pass'), monthlyAcks()), now: END }));
    expect(text).toMatch(/^demo on the ladder kubernetes-steps, as of Thu 1 Jan 00:00 UTC\.\n\nlinux\/amd64: step 3 \(release\)\n {2}To stay: /);
    expect(text).toMatch(/\n\nlinux\/ppc64le: step 3 \(release\)\n {2}To stay: 9 met, 1 unmet, 1 unknown\.\n|\n\nlinux\/ppc64le: step 3 \(release\)\n {2}To stay: 10 met, 1 unmet\.\n/);
    expect(text).toMatch(/\n {4}unmet +run-cadence +node-e2e has not run for /);
    expect(text).toMatch(/\n {2}Warning: run-cadence has been unmet since \w{3} \d+ Nov 2025, on \d+ days that count; after \d+ more a demotion is proposed\.\n/);
    expect(text).toMatch(/\n {2}For step 3 \(release\): \d met\.\n/);
    expect(text).toMatch(/\n {2}Proposed: promote to step 3 \(release\), because of .*time-at-step\.$/m);
    expect(text).toMatch(/\nWhere the configuration and the ladder disagree:\n {2}\S+demo\.yml:\d+:\d+: platforms\.linux\/amd64\./);
    expect(text).not.toMatch(/undefined|NaN|\bnull\b/);
  });

  it('says what a step is about, and what leaves a platform less time', async () => {
    const config = `${CONFIG.replaceAll('{ name: e2e, source: prow, suite: e2e, board: informing }', '{ name: e2e, source: prow, suite: e2e, components: [server] }')}ladder:
  steps:
    - { step: 2, name: test, build: on, hold: [owners-declared] }
    - { step: 3, name: server, build: on, components: [server], hold: [{ pass-rate: { share: 90% } }] }
  demotion: { faster: { release-delayed: { warn_after: 5d, propose_after: 9d } } }
release: { date: 2025-12-10, planned: 2025-12-01, delayed_by: [linux/ppc64le], name: v1.36 }
`;
    const files = await folder(yearOfRuns((r) => r.platform === 'linux/ppc64le' && r.job === 'e2e' && r.day >= 340 ? 'fail' : 'pass'), monthlyAcks(), config);
    const text = await printed(async (io) => evaluate(io, { ...files, now: END }));
    expect(text).toContain('\n\nlinux/ppc64le: step 3 (server, about server only)\n  To stay: ');
    expect(text).toMatch(/\n {4}met +owners-declared +2 owners: paul and pia\.\n {4}unmet +pass-rate +For server: e2e passed 0% of 28 runs over 14 days; 90% is needed\.\n/);
    expect(text).toContain('\n  Faster than usual: it delayed 1 release within the last 365 days: v1.36. What does not hold is warned of after 5 days, and a demotion is proposed 9 days later.\n  Warning: pass-rate has been unmet since');
    expect(text).toContain('\n  Proposed: demote to step 2 (test), because of pass-rate.');
    const data = of(JSON.parse(await printed(async (io) => evaluate(io, { ...files, now: END, json: true }))) as Evaluated, 'linux/ppc64le') as unknown as { proposal: object; faster: object };
    expect(data).toMatchObject({ proposal: { sooner: ['release-delayed'] }, faster: [{ circumstance: 'release-delayed', warn_after_days: 5, propose_after_days: 9 }] });
  });

  it('is refused in a sentence', async () => {
    await expect(evaluated(yearOfRuns(), null, { now: 'tomorrow' })).rejects.toThrow('--now: expected a time such as 2026-11-20T10:00:00Z, found "tomorrow".');
    await expect(evaluated(['{}'], null)).rejects.toThrow(/runs\.ndjson:1: started: missing/);
    await expect(evaluated([], null, {}, `${CONFIG}ladder: kubernetes-step\n`)).rejects.toThrow(/demo\.yml:\d+:9: ladder: no ladder is called "kubernetes-step"; did you mean "kubernetes-steps"\?/);
  });
});

describe('evaluating by the store', () => {
  async function dataDir(): Promise<string> {
    const path = await mkdtemp(join(tmpdir(), 'store-'));
    onTestFinished(() => rm(path, { recursive: true }));
    return path;
  }

  it('comes to what it remembers of runs, incidents and people', async () => {
    const DATA_DIR = await dataDir();
    const store = await openStore({ dataDir: DATA_DIR, mode: 'server', log: pino({ level: 'silent' }) });
    const key = 'linux/arm64|prow|unit';
    const runs = Array.from({ length: 60 }, (_, i) => ({ build: String(i), started: TODAY - (60 - i) * 12 * HOUR, finished: TODAY - (60 - i) * 12 * HOUR + HOUR, outcome: i % 4 === 0 ? 'fail' as const : 'pass' as const, commit: null, url: null }));
    await store.saveReadings('demo', TODAY, [{
      runs,
      state: {
        key, health: 'flaky', reason: '', streak: null, passes: null, runs: 10, passed: 8, lastRun: TODAY, lastGreen: TODAY, lastGreenCommit: null, lastGreenUrl: null, since: null, unfinished: 0,
        failingTests: [], moreFailingTests: 0, testsTotal: null, links: { page: 'https://prow.example.org/unit', logs: null }, problem: null,
      },
    }]);
    await store.commit({ at: TODAY, events: [{ id: 'step-1', project: 'demo', platform: 'linux/arm64', at: TODAY - 20 * DAY, kind: 'step', from: 1, to: 2, by: 'olga', url: null, proposal: null }] });
    await store.close();
    const { config } = await folder([]);
    const found = JSON.parse(await printed((io) => evaluate(io, { config, json: true }), { DATA_DIR })) as Evaluated;
    expect(of(found, 'linux/arm64')).toMatchObject({ step: 2, since: iso(TODAY - 20 * DAY) });
    expect(of(found, 'linux/arm64').criteria.find((c) => c.criterion === 'pass-rate')).toMatchObject({ verdict: expect.stringMatching(/met|unknown/) as unknown, because: expect.stringMatching(/75%/) as unknown });
    expect(of(found, 'linux/arm64').criteria.find((c) => c.criterion === 'suites-present' && c.step === 2)?.because).toMatch(/e2e and node-e2e are configured and no run of them is on record/);
  });

  it('says what to do where there is none yet', async () => {
    const [DATA_DIR, { config }] = [await dataDir(), await folder([])];
    await expect(printed((io) => evaluate(io, { config }), { DATA_DIR })).rejects.toThrow(/There is no store in .* yet: set DATA_DIR, or DATABASE_URL, as the server has it/);
  });
});

describe('a job that runs rarely, of which the configuration does not say so', () => {
  const weekly = yearOfRuns(({ job, at }) => job === 'conf' && (at - YEAR_START) % (7 * DAY) !== 0 ? null : 'pass');
  const response = (e: Evaluated): string | undefined => of(e, 'linux/s390x').criteria.find((c) => c.criterion === 'owner-response')?.because;

  it('breaks nothing by keeping to its pace, and whoever keeps the file is told what to write', async () => {
    const year = await evaluated(weekly, monthlyAcks());
    expect(response(year)).toBe('No incident of the last 365 days asked for an answer.');
    expect(of(year, 'linux/s390x')).toMatchObject({ proposal: null, warnings: [] });
    expect(year.notes).toEqual([
      'conf on linux/s390x, conf on linux/ppc64le and conf on linux/arm64 run about every 7 d, which the configuration does not say; a server would call each stale after 2 d. Here silence is a breakage after 14 d, as with `every: 7d`; write that in the file.',
    ]);
  });

  it('breaks when it is silent for longer than its pace allows', async () => {
    expect(response(await evaluated(weekly.filter((l) => !l.includes('"conf"') || l.includes('"started":"2025-0')), monthlyAcks()))).toMatch(/^The one incident .* acknowledged/);
  });

  it('is held to what the configuration says of it, and a job that runs often to what holds for all', async () => {
    const said = CONFIG.replaceAll('suite: conformance,', 'suite: conformance, stale_after: 48h,');
    const year = await evaluated(weekly, monthlyAcks(), {}, said);
    expect([response(year), year.notes]).toEqual([expect.stringContaining('acknowledged'), []]);
    expect((await evaluated(yearOfRuns(), monthlyAcks())).notes).toEqual([]);
  });
});
