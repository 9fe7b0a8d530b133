import { describe, expect, it } from 'vitest';
import { replay, type ReplayOptions } from '../../src/cli/replay.ts';
import { CONFIG, DAY, HOUR, YEAR_START, folder, iso, line, monthlyAcks, printed, yearOfRuns } from './given.ts';

interface Replayed {
  readonly changes: readonly { readonly at: string; readonly platform: string; readonly kind: string; readonly from: number; readonly to: number; readonly because: readonly string[] }[];
  readonly warnings: readonly { readonly at: string; readonly platform: string; readonly criterion: string }[];
  readonly notes: readonly string[];
}

async function replayed(runs: readonly string[], events: readonly string[] | null, more: Partial<ReplayOptions> = {}, config = CONFIG): Promise<Replayed> {
  return JSON.parse(await printed(async (io) => replay(io, { ...await folder(runs, events, config), approveAfter: '7d', json: true, ...more }))) as Replayed;
}

const moves = ({ changes }: Replayed, platform: string) => changes.filter((c) => c.platform === platform).map((c) => `${c.kind} ${c.from}→${c.to}`);
const day = (at: string): number => (Date.parse(at) - YEAR_START) / DAY;

describe('a year, replayed', () => {
  it('leaves a healthy port where it is, and promotes one that has earned it', async () => {
    const year = await replayed(yearOfRuns(), monthlyAcks());
    expect(moves(year, 'linux/s390x')).toEqual([]);
    expect(moves(year, 'linux/arm64')).toEqual(['promote 2→3']);
    // 90 days at its step are full at the end of the 90th, the first of 14 on which all is met; approved after 7.
    expect(day(year.changes[0]?.at ?? '')).toBe(90 + 13 + 7);
    expect(year.warnings).toEqual([]);
  });

  it('does not demote for one bad week, and says so in time', async () => {
    const year = await replayed(yearOfRuns((r) => r.platform === 'linux/s390x' && r.job === 'e2e' && r.day >= 200 && r.day < 207 ? 'fail' : 'pass'), monthlyAcks());
    expect(moves(year, 'linux/s390x')).toEqual([]);
  });

  it('finds a job that fell silent behind green ones: a warning, and a step down at a time', async () => {
    const year = await replayed(yearOfRuns((r) => r.platform === 'linux/ppc64le' && r.job === 'node' && r.day >= 150 ? null : 'pass'), monthlyAcks());
    expect(moves(year, 'linux/ppc64le').slice(0, 2)).toEqual(['demote 3→2', 'demote 2→1']);
    const first = year.changes.find((c) => c.platform === 'linux/ppc64le');
    expect(first?.because).toContain('run-cadence');
    const warned = year.warnings.find((w) => w.platform === 'linux/ppc64le' && w.criterion === 'run-cadence');
    expect(day(warned?.at ?? '')).toBeGreaterThan(150 + 14);
    expect(day(first?.at ?? '') - day(warned?.at ?? '')).toBe(28 + 7);
    expect(year.changes.filter((c) => c.kind === 'demote').every((c) => c.from - c.to === 1)).toBe(true);
  });

  it('demotes whose owners went silent while things broke', async () => {
    const broken = (r: { readonly platform: string; readonly job: string; readonly day: number }) => r.platform === 'linux/s390x' && r.job === 'e2e' && r.day % 40 >= 20 && r.day % 40 < 30 ? 'fail' as const : 'pass' as const;
    const silent = await replayed(yearOfRuns(broken), monthlyAcks(['linux/arm64', 'linux/ppc64le']));
    expect(silent.changes.find((c) => c.platform === 'linux/s390x')).toMatchObject({ kind: 'demote', from: 3, to: 2, because: expect.arrayContaining(['owner-response']) as unknown });
  });

  it('takes no run for a platform\'s that is only called like it', async () => {
    const elsewhere = yearOfRuns((r) => r.platform === 'linux/ppc64le' ? null : 'pass')
      .concat(Array.from({ length: 365 }, (_, d) => line({ platform: 'linux/riscv64', job: 'node', build: `r${d}`, started: iso(YEAR_START + d * DAY), outcome: 'pass' })));
    const year = await replayed(elsewhere, monthlyAcks());
    expect(moves(year, 'linux/ppc64le')[0]).toBe('demote 3→2');
    expect(year.notes).toContain('Left out: 365 runs of node on linux/riscv64. The configuration tracks that job on linux/s390x, linux/ppc64le and linux/arm64 only.');
  });

  it('begins where the last change of step before it put a platform', async () => {
    const step = line({ at: '2025-02-01T00:00:00Z', kind: 'step', platform: 'linux/arm64', from: 2, to: 1 });
    const year = await replayed(yearOfRuns(), [...monthlyAcks(), step], { from: '2025-03-01' });
    expect(moves(year, 'linux/arm64')[0]).toBe('promote 1→2');
    const unmoved = await replayed(yearOfRuns(), [...monthlyAcks(), step], { from: '2025-01-15' });
    expect(moves(unmoved, 'linux/arm64')[0]).toBe('promote 2→3');
  });

  it('approves as soon as it is told to', async () => {
    const at = async (approveAfter: string) => day((await replayed(yearOfRuns(), monthlyAcks(), { approveAfter })).changes[0]?.at ?? '');
    expect([await at('0d'), await at('30d')]).toEqual([90 + 13, 90 + 13 + 30]);
  });

  it('holds everything back in an adoption period, if it is asked to', async () => {
    const silent = yearOfRuns((r) => r.platform === 'linux/ppc64le' && r.day >= 30 ? null : 'pass');
    expect((await replayed(silent, monthlyAcks())).changes.filter((c) => day(c.at) < 200)).not.toEqual([]);
    expect((await replayed(silent, monthlyAcks(), { adoption: true })).changes.filter((c) => day(c.at) < 200)).toEqual([]);
  });

  it('follows the ladder that it is given', async () => {
    const other = `${CONFIG}ladder: { extends: kubernetes-steps, steps: [{ step: 3, enter: [{ time-at-step: { for: 200d } }] }] }\n`;
    expect(day((await replayed(yearOfRuns(), monthlyAcks(), {}, other)).changes[0]?.at ?? '')).toBe(200 + 13 + 7);
  });

  it('needs something to replay', async () => {
    await expect(replayed([], null)).rejects.toThrow('The history is empty: there is no run and no event in it to replay.');
    await expect(replayed(yearOfRuns(), null, { from: '2025-06-01', to: '2025-05-01' })).rejects.toThrow('There is nothing to replay: it would begin at 2025-06-01T00:00:00.000Z and end at 2025-05-01T00:00:00.000Z.');
    await expect(replayed(yearOfRuns(), null, { approveAfter: 'soon' })).rejects.toThrow('--approve-after: expected a duration such as 7d, found "soon".');
    await expect(replayed([...yearOfRuns().slice(0, 10), '{"platform": 1}'], null)).rejects.toThrow(/runs\.ndjson:11: /);
  });

  it('does not run on into a future that a wrong clock wrote', async () => {
    const year = await replayed([...yearOfRuns(), line({ platform: 'linux/arm64', job: 'unit', build: 'x', started: '2097-01-01', outcome: 'pass' })], monthlyAcks());
    expect(year.notes).toEqual(['Not looked at: 1 run in the future (after Sat 10 Jan 12:00 UTC).']);
    expect(moves(year, 'linux/s390x')).toEqual([]);
  });

  it('names the lines that are odd, and counts what it did not use', async () => {
    const odd = [...yearOfRuns(), line({ platform: 'linux/arm64', job: 'unit', build: 'x', started: '2025-02-01T01:00:00Z', finished: '2025-02-01T00:00:00Z', outcome: 'pass' }), line({ platform: 'linux/arm64', job: 'lint', build: 'x', started: '2025-02-01', outcome: 'pass' })];
    const events = [...monthlyAcks(), line({ at: '2025-02-01', kind: 'promtion\u001b[31m', platform: 'linux/arm64' })];
    const year = await replayed(odd, events) as unknown as { findings: string[]; left_out: unknown };
    expect(year.findings.map((f) => f.replace(/^\S*\//, ''))).toEqual([expect.stringMatching(/^runs\.ndjson:9491: a run of unit on linux\/arm64 is said to have finished before it started; when it ended is taken as not known\.$/), expect.stringMatching(/^events\.ndjson:73: events of the kind "promtion/)]);
    expect(year.left_out).toEqual({ runs: 1, events: 1, repeated_runs: 0 });
    const text = await printed(async (io) => replay(io, { ...await folder(odd, events), approveAfter: '7d' }));
    expect(text).toMatch(/\n\nIn the history:\n {2}\/\S*runs\.ndjson:9491: a run of unit on linux\/arm64 is said to have finished before it started; when it ended is taken as not known\.\n {2}\/\S*events\.ndjson:73: /);
    expect(text).not.toContain('\u001b');
  });

  it('reads well on a terminal', async () => {
    const text = await printed(async (io) => replay(io, { ...await folder(yearOfRuns((r) => r.platform === 'linux/ppc64le' && r.job === 'node' && r.day >= 300 ? null : 'pass'), monthlyAcks()), approveAfter: '7d' }));
    expect(text.split('\n').map((l) => l.trimEnd())).toEqual([
      expect.stringMatching(/^demo on the ladder kubernetes-steps, from Wed 1 Jan 2025 00:00 UTC to Wed 31 Dec 2025 1\d:00 UTC, every proposal approved after 7d unless its evidence turns\.$/),
      '',
      expect.stringMatching(/^WHEN +PLATFORM +WHAT +BECAUSE OF$/),
      expect.stringMatching(/^[A-Z][a-z]{2} \d+ Apr 2025 +linux\/arm64 +up +test \(2\) to release \(3\) +.*time-at-step$/),
      expect.stringMatching(/Nov 2025 +linux\/ppc64le +warning +run-cadence unmet$/),
      expect.stringMatching(/Dec 2025 +linux\/ppc64le +down +release \(3\) to test \(2\) +run-cadence$/),
      expect.stringMatching(/linux\/ppc64le +warning +run-cadence unmet$/),
      '',
      '2 changes, 2 warnings; at the end linux/arm64 stands on release (3) and linux/ppc64le stands on test (2).',
    ]);
  });
});

describe('a history on the edge', () => {
  it('of one run moves nobody', async () => {
    const year = await replayed([line({ platform: 's390x', job: 'unit', build: 1, started: iso(YEAR_START), finished: iso(YEAR_START + HOUR), outcome: 'pass', commit: null })], null);
    expect(year.changes).toEqual([]);
  });

  it('comes to the same in whatever order its lines stand, and however they end', async () => {
    const [runs, events] = [yearOfRuns((r) => r.platform === 'linux/ppc64le' && r.day >= 100 ? 'fail' : 'pass'), monthlyAcks()];
    const straight = await replayed(runs, events);
    const shuffled = runs.map((text, i) => ({ text, key: (i * 7919) % runs.length })).sort((a, b) => a.key - b.key).map(({ text }) => `${text}\r`);
    expect(await replayed(shuffled, events.toReversed())).toEqual(straight);
    expect(straight.changes.length).toBeGreaterThan(1);
  });
});
