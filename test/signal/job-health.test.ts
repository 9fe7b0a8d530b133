import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobReading, JobState } from '../../src/domain/job.ts';
import type { Outcome, Run } from '../../src/domain/run.ts';
import { attribute } from '../../src/signal/attribution.ts';
import { joinHistory, withoutLateCommits } from '../../src/signal/history.ts';
import { explainNow, healthNow, readJob, readProblem, sinceNow, type JobNow } from '../../src/signal/job-health.ts';
import { platformHealth } from '../../src/signal/platform-health.ts';
import { HOUR, makeJob, THRESHOLDS } from '../policy/story.ts';

const NOW = Date.UTC(2026, 10, 20, 10, 0);
const letters: Record<string, Outcome> = { P: 'pass', F: 'fail', K: 'flaky' };

/** Runs an hour apart, newest first in `text`; commits likewise. */
const runsOf = (text: string, commits?: string, newest = NOW - HOUR): Run[] => [...text].map((l, i) => ({
  build: String(1000 - i), started: newest - i * HOUR, finished: null, outcome: letters[l] ?? 'pass', commit: commits?.[i] ?? null, url: null,
}));

const reading = (runs: readonly Run[], over: Partial<Extract<JobReading, { kind: 'runs' }>> = {}): Extract<JobReading, { kind: 'runs' }> => ({
  kind: 'runs', key: 'k', runs, complete: true, unfinished: 0, failingTests: [], moreFailingTests: 0, testsTotal: null, links: { page: null, logs: null }, ...over,
});

const read = (text: string, over: Partial<typeof THRESHOLDS> = {}, previous: JobState | null = null): JobState => {
  const r = reading(runsOf(text));
  return readJob(r, r.runs, { ...THRESHOLDS, ...over }, previous);
};

describe('a job\'s health', () => {
  it.each([
    ['PPPPPPPPPP', 'passing'], ['P', 'passing'], ['FFFPPPPPPP', 'failing'], ['FFPPPPPPPP', 'flaky'], ['PFFFFPPPPP', 'flaky'],
    ['PPPPPPPPPPF', 'passing'], ['PPPPPPPPPF', 'flaky'], ['KFFF', 'flaky'], ['PPKP', 'flaky'], ['FFKFFF', 'flaky'], ['FFF', 'failing'],
  ])('reads %s, newest first, as %s', (text, health) => {
    expect(read(text).health).toBe(health);
  });

  it('is pending when runs exist and none has finished, unknown when there are none', () => {
    expect(readJob(reading([], { unfinished: 2 }), [], THRESHOLDS, null).health).toBe('pending');
    expect(readJob(reading([]), [], THRESHOLDS, null).health).toBe('unknown');
  });

  it('is stale over every colour after stale_after without a finished run, and not at it', () => {
    for (const text of ['PPP', 'FFF', 'PFP']) {
      const state = read(text);
      expect(healthNow(state, THRESHOLDS, NOW - HOUR + 48 * HOUR)).toBe(state.health);
      expect(healthNow(state, THRESHOLDS, NOW - HOUR + 48 * HOUR + 1)).toBe('stale');
    }
    expect(healthNow(readJob(reading([], { unfinished: 1 }), [], THRESHOLDS, null), THRESHOLDS, NOW + 1e12)).toBe('pending');
  });

  it('says since when: first failed run, last finished run, first pass of the streak', () => {
    expect(sinceNow(read('FFFFP'), 'failing')).toBe(NOW - 4 * HOUR);
    expect(sinceNow(read('PP'), 'stale')).toBe(NOW - HOUR);
    expect(sinceNow(read('PPPPPPPPPPPF'), 'passing')).toBe(NOW - 11 * HOUR);
    expect(sinceNow(read('FP'), 'flaky')).toBeNull();
  });

  it('remembers the last green that its history no longer shows', () => {
    const before = read('P');
    expect(read('FFF', {}, before)).toMatchObject({ lastGreen: before.lastGreen });
    expect(read('FFF').lastGreen).toBeNull();
  });

  it('keeps what was known, and since when, while the job cannot be read', () => {
    const state = read('FFF');
    const first = readProblem({ kind: 'unknown', key: 'k', reason: 'tab gone', problem: 'missing' }, state, NOW);
    const later = readProblem({ kind: 'unknown', key: 'k', reason: 'tab gone', problem: 'missing' }, first, NOW + HOUR);
    expect(later).toMatchObject({ streak: { length: 3 }, problem: { since: NOW, kind: 'missing' } });
    expect(healthNow(later, THRESHOLDS, NOW)).toBe('unknown');
    expect(explainNow(later, 'unknown', THRESHOLDS, NOW)).toBe('tab gone');
  });

  it('explains itself in one sentence', () => {
    expect(read('FFFFP').reason).toBe('4 runs failed in a row since Fri 20 Nov 06:00 UTC.');
    expect(read('FFF').reason).toBe('3 runs failed in a row since Fri 20 Nov 07:00 UTC; it has never passed.');
    expect(read('FPPP').reason).toBe('3 of the last 4 runs passed; the newest one failed (failing after 3 in a row).');
    expect(explainNow(read('PP'), 'stale', THRESHOLDS, NOW + 71 * HOUR)).toBe('No run has finished for 3 d (last on Fri 20 Nov 09:00 UTC); it is called stale after 2 d.');
  });

  it('has one health for any history, and failing means exactly the threshold at the head', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('P', 'F', 'K'), { minLength: 1, maxLength: 30 }), fc.integer({ min: 1, max: 5 }), (text, threshold) => {
      const state = read(text.join(''), { failuresToOpen: threshold });
      const streak = text.findIndex((l) => l !== 'F');
      const length = streak < 0 ? text.length : streak;
      expect(state.streak?.length ?? 0).toBe(length);
      expect(state.health === 'failing').toBe(length >= threshold);
      if (length < threshold) expect(state.health === 'passing').toBe(text.slice(0, 10).every((l) => l === 'P'));
    }));
  });
});

describe('history', () => {
  it('lets a late result of an older run take its place in the past', () => {
    const stored = runsOf('FFF');
    const late: Run = { build: '1', started: NOW - 10 * HOUR, finished: null, outcome: 'pass', commit: null, url: null };
    const r = reading([late], { complete: false });
    expect(joinHistory(r, stored).map((x) => x.outcome)).toEqual(['fail', 'fail', 'fail', 'pass']);
  });

  it('leaves a rerun of an older commit out: it neither opens nor closes', () => {
    expect(withoutLateCommits(runsOf('PFFFP', 'abbba')).map((r) => r.outcome)).toEqual(['fail', 'fail', 'fail', 'pass']);
    expect(withoutLateCommits(runsOf('FPPP', 'abca'.split('').reverse().join(''))).length).toBe(3);
  });

  it('takes the same result twice for one', () => {
    const runs = runsOf('FFP');
    expect(joinHistory(reading(runs, { complete: false }), runs)).toEqual(runs);
    expect(joinHistory(reading(runs), runs)).toEqual(runs);
  });

  it('keeps the source\'s own order of a whole history and continues it with what is stored', () => {
    const runs = runsOf('FFF');
    const older = runsOf('FP', undefined, NOW - 10 * HOUR).map((r) => ({ ...r, build: `old${r.build}` }));
    expect(joinHistory(reading(runs), older).map((r) => r.outcome).join()).toBe('fail,fail,fail,fail,pass');
  });

  it('orders builds with ids above 2^53 by their digits', () => {
    const base = runsOf('P')[0]!;
    const a = { ...base, build: '1502237051343343616' };
    const b = { ...base, build: '1502237051343343617', outcome: 'fail' as const };
    expect(joinHistory(reading([a, b], { complete: false }), []).map((r) => r.build)).toEqual([b.build, a.build]);
  });
});

describe('attribution', () => {
  const at = (platform: `${string}/${string}`, text: string, newest: number): JobNow => {
    const job = makeJob({ platform, name: 'e2e' });
    const r = reading(runsOf(text, undefined, newest), { key: job.key });
    const state = readJob(r, r.runs, THRESHOLDS, null);
    return { job, state, health: state.health };
  };
  const port = at('linux/s390x', 'FFFP', NOW - 2 * HOUR);

  it('waits for the port\'s next run when the reference turned green after its last one', () => {
    expect(attribute(port, [at('linux/amd64', 'PFFFP', NOW - HOUR)], [], false)).toBe('wait');
  });

  it('does not wait for a reference that was green all along', () => {
    expect(attribute(port, [at('linux/amd64', 'PPPPP', NOW - HOUR)], [], false)).toBe('here');
    expect(attribute(port, [at('linux/amd64', 'P', NOW - HOUR)], [], false)).toBe('here');
  });

  it('says here when there is nothing to compare with, and when the suite differs', () => {
    expect(attribute(port, [], [], false)).toBe('here');
    const other = at('linux/amd64', 'FFFP', NOW - 2 * HOUR);
    expect(attribute(port, [{ ...other, job: { ...other.job, suite: 'unit' } }], [], false)).toBe('here');
  });

  it('needs most of the reference\'s jobs of the suite, not one that is chronically red', () => {
    const red = at('linux/amd64', 'FFFFFFFF', NOW - 2 * HOUR);
    const green = (n: number): JobNow => ({ ...at('linux/amd64', 'PPPP', NOW - HOUR), job: makeJob({ platform: 'linux/amd64', name: `e2e-${n}`, suite: 'e2e' }) });
    expect(attribute(port, [red, green(1), green(2)], [], false)).toBe('here');
    expect(attribute(port, [red], [], false)).toBe('everywhere');
  });
});

describe('a platform\'s health', () => {
  it('is the worst of its jobs\', and never green while one cannot be read', () => {
    expect(platformHealth(['passing', 'failing', 'stale'])).toBe('failing');
    expect(platformHealth(['passing', 'unknown'])).toBe('unknown');
    expect(platformHealth(['passing', 'passing'])).toBe('passing');
    expect(platformHealth([])).toBe('unknown');
  });
});
