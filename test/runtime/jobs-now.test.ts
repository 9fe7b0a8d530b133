import { describe, expect, it } from 'vitest';
import type { JobState } from '../../src/domain/job.ts';
import { jobsNow } from '../../src/runtime/jobs-now.ts';
import { States } from '../../src/runtime/states.ts';
import { track, type Tracked } from '../../src/runtime/tracked.ts';
import { readJob, readProblem } from '../../src/signal/job-health.ts';
import type { Source } from '../../src/sources/source.ts';
import { HOUR, makeJob, makeProject, START } from '../policy/story.ts';

const jobs = ['unit', 'e2e'].map((name) => makeJob({ platform: 'linux/s390x', name }));
const [unit, e2e] = jobs.map((j) => j.key) as [string, string];
const source: Source = { name: 'grid', poll: () => Promise.reject(new Error('not asked here')), forget: () => {} };

const passed = (key: string, started: number): JobState => readJob({
  kind: 'runs', key, runs: [], complete: true, unfinished: 0, failingTests: [], moreFailingTests: 0, testsTotal: 1, links: { page: null, logs: null },
}, [{ build: '1', started, finished: null, outcome: 'pass', commit: null, url: null }], { failuresToOpen: 3, passesToClose: 2, recentRuns: 10, staleAfter: 48 * HOUR }, null);

/** Both jobs passed: one at the start, the other an hour later; read well at `at`. */
function read(at: number): Tracked {
  const tracked = track(makeProject(jobs), [source]);
  tracked.states = new States([passed(unit, START), passed(e2e, START + HOUR)]);
  tracked.readAt.set('grid', at);
  return tracked;
}

const healths = (tracked: Tracked): string[] => jobsNow(tracked).map((j) => j.health);

describe('the jobs as they are now', () => {
  it('are the same list as long as nothing about them changes', () => {
    const tracked = read(START + HOUR);
    const first = jobsNow(tracked);
    tracked.readAt.set('grid', START + 48 * HOUR);
    tracked.states?.learn([]);
    expect(jobsNow(tracked)).toBe(first);
  });

  it('turn stale one after the other by the passing of time alone', () => {
    const tracked = read(START + HOUR);
    expect(healths(tracked)).toEqual(['passing', 'passing']);
    tracked.readAt.set('grid', START + 48 * HOUR + 1);
    expect(healths(tracked)).toEqual(['stale', 'passing']);
    tracked.readAt.set('grid', START + 49 * HOUR + 1);
    expect(healths(tracked)).toEqual(['stale', 'stale']);
  });

  it('are well again when the clock was ahead and is set back', () => {
    const tracked = read(START + 72 * HOUR);
    expect(healths(tracked)).toEqual(['stale', 'stale']);
    tracked.readAt.set('grid', START + HOUR);
    expect(healths(tracked)).toEqual(['passing', 'passing']);
  });

  it('are unknown before their source was read, while it is down, and not after', () => {
    const tracked = read(START + HOUR);
    tracked.readAt.delete('grid');
    expect(healths(tracked)).toEqual(['unknown', 'unknown']);
    tracked.readAt.set('grid', START + HOUR);
    expect(healths(tracked)).toEqual(['passing', 'passing']);
    tracked.down.set('grid', 'grid: it could not be read.');
    expect(healths(tracked)).toEqual(['unknown', 'unknown']);
    tracked.down.delete('grid');
    expect(healths(tracked)).toEqual(['passing', 'passing']);
  });

  it('show what was learned of one of them', () => {
    const tracked = read(START + HOUR);
    jobsNow(tracked);
    const problem = readProblem({ kind: 'unknown', key: unit, problem: 'missing', reason: 'gone' }, tracked.states?.get(unit) ?? null, START);
    tracked.states?.learn([problem]);
    expect(jobsNow(tracked).map((j) => [j.state, j.health])).toEqual([[problem, 'unknown'], [tracked.states?.get(e2e), 'passing']]);
  });

  it('stay the same list where a job that cannot be read would long be stale', () => {
    const tracked = read(START + 48 * HOUR);
    tracked.states?.learn([readProblem({ kind: 'unknown', key: unit, problem: 'missing', reason: 'gone' }, tracked.states?.get(unit) ?? null, START)]);
    tracked.readAt.set('grid', START + 48 * HOUR + 1);
    const first = jobsNow(tracked);
    tracked.readAt.set('grid', START + 48 * HOUR + 2);
    expect(jobsNow(tracked)).toBe(first);
  });

  it('are another list once the states were read anew from the store', () => {
    const tracked = read(START + HOUR);
    const first = jobsNow(tracked);
    tracked.states = new States([passed(unit, START)]);
    expect(jobsNow(tracked)).not.toBe(first);
    expect(healths(tracked)).toEqual(['passing', 'unknown']);
  });
});
