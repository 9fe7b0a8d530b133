import { sql } from 'kysely';
import { expect, it } from 'vitest';
import type { Run } from '../../src/domain/run.ts';
import type { Bench } from './contract.ts';
import { HOUR, NOW, PROJECT, run, state } from './samples.ts';

const builds = (runs: readonly Run[] | undefined): string[] => (runs ?? []).map((r) => r.build);

export function readingsAndRuns(at: () => Bench): void {
  it('gives job states back as they were last saved, per project', async () => {
    const { store } = at();
    const second = state('b', { health: 'passing', streak: null, problem: { kind: 'missing', reason: 'gone', since: NOW },
      passes: { length: 2, since: NOW, firstCommit: null, firstUrl: null, sameCommitAsFailure: false, afterFailure: true, recent: [NOW] } });
    await store.saveReadings(PROJECT, NOW, [{ state: state('a'), runs: [] }, { state: state('b'), runs: [] }]);
    await store.saveReadings(PROJECT, NOW, [{ state: second, runs: [] }]);
    await store.saveReadings('other', NOW, [{ state: state('c'), runs: [] }]);
    const states = await store.jobStates(PROJECT);
    expect(states.sort((a, b) => a.key.localeCompare(b.key))).toEqual([state('a'), second]);
    expect(await store.jobStates('nobody')).toEqual([]);
  });

  it('gives the newest runs first, by start, then by build as a number beyond 2^53', async () => {
    const { store } = at();
    const runs = [run('9007199254740993'), run('9007199254740992'), run('999'), run('1'.repeat(30)), run('5', { started: NOW }), run('6', { started: NOW - 2 * HOUR })];
    await store.saveReadings(PROJECT, NOW, [{ state: state('a'), runs }]);
    const found = await store.lastRuns(PROJECT, ['a'], 10);
    expect(builds(found.get('a'))).toEqual(['5', '1'.repeat(30), '9007199254740993', '9007199254740992', '999', '6']);
    expect(builds((await store.lastRuns(PROJECT, ['a'], 2)).get('a'))).toEqual(['5', '1'.repeat(30)]);
  });

  it('answers for each key that was asked, from its own project only', async () => {
    const { store } = at();
    await store.saveReadings(PROJECT, NOW, [{ state: state('a'), runs: [run(1)] }]);
    await store.saveReadings('other', NOW, [{ state: state('a'), runs: [run(2)] }, { state: state('b'), runs: [run(3)] }]);
    const found = await store.lastRuns(PROJECT, ['a', 'b', 'never-seen'], 5);
    expect([...found].map(([key, runs]) => [key, builds(runs)])).toEqual([['a', ['1']], ['b', []], ['never-seen', []]]);
    expect(await store.lastRuns(PROJECT, [], 5)).toEqual(new Map());
  });

  it('updates a run whose build is known and keeps its start', async () => {
    const { store } = at();
    const first = run(1, { started: NOW - 3 * HOUR, outcome: 'fail', commit: 'aa' });
    await store.saveReadings(PROJECT, NOW, [{ state: state('a'), runs: [first] }]);
    await store.saveReadings(PROJECT, NOW, [{ state: state('a'), runs: [{ ...first, started: NOW, finished: NOW, outcome: 'flaky', commit: 'bb', url: 'https://logs' }] }]);
    expect((await store.lastRuns(PROJECT, ['a'], 5)).get('a')).toEqual([{ ...first, finished: NOW, outcome: 'flaky', commit: 'bb', url: 'https://logs' }]);
  });

  it('takes the last of one build that comes twice at once', async () => {
    const { store } = at();
    await store.saveReadings(PROJECT, NOW, [{ state: state('a'), runs: [run(1, { outcome: 'fail' }), run(1, { outcome: 'pass' })] }]);
    await store.saveReadings(PROJECT, NOW, [{ state: state('b', { runs: 1 }), runs: [] }, { state: state('b', { runs: 2 }), runs: [] }]);
    expect((await store.lastRuns(PROJECT, ['a'], 5)).get('a')).toEqual([run(1, { outcome: 'pass' })]);
    expect((await store.jobStates(PROJECT)).find((s) => s.key === 'b')?.runs).toBe(2);
  });

  it('stores more than one batch of runs of one job, and many jobs', async () => {
    const { store } = at();
    const many = Array.from({ length: 2_500 }, (_, i) => run(i, { started: NOW + i }));
    const others = Array.from({ length: 1_200 }, (_, i) => ({ state: state(`job-${i}`), runs: [run(`b${i}`)] }));
    await store.saveReadings(PROJECT, NOW, [{ state: state('a'), runs: many }, ...others]);
    expect(builds((await store.lastRuns(PROJECT, ['a'], 5_000)).get('a'))).toHaveLength(2_500);
    expect(await store.jobStates(PROJECT)).toHaveLength(1_201);
    const found = await store.lastRuns(PROJECT, others.map((o) => o.state.key), 3);
    expect([...found].every(([key, runs]) => runs[0]?.build === key.replace('job-', 'b'))).toBe(true);
  });

  it('stores text that no database likes', async () => {
    const { store } = at();
    const hostile = state('a\u0000b', { reason: 'NUL \u0000, half \ud800, quote \' " \\u0000 ; drop table runs' });
    const odd = run('1\u0000', { url: 'https://x/\udfff\u0000', commit: '\\u0000' });
    await store.saveReadings(PROJECT, NOW, [{ state: hostile, runs: [odd] }]);
    await store.saveReadings(PROJECT, NOW, [{ state: hostile, runs: [odd] }]);
    expect(await store.jobStates(PROJECT)).toEqual([hostile]);
    expect((await store.lastRuns(PROJECT, ['a\u0000b'], 5)).get('a\u0000b')).toEqual([{ ...odd, build: '1\uFFFD', url: 'https://x/\uFFFD\uFFFD' }]);
  });

  it('takes times with fractions, as they come from microseconds', async () => {
    const { store } = at();
    await store.saveReadings(PROJECT, NOW + 0.5, [{ state: state('a'), runs: [run(1, { started: NOW + 0.25, finished: NOW + 1.75 })] }]);
    expect((await store.lastRuns(PROJECT, ['a'], 5)).get('a')).toEqual([run(1, { started: NOW, finished: NOW + 1 })]);
  });

  it('skips a state that cannot be read, says so once, and takes the next one', async () => {
    const { store, engine, logged } = at();
    await store.saveReadings(PROJECT, NOW, [{ state: state('a'), runs: [] }, { state: state('b'), runs: [] }]);
    await sql`update job_states set state = '{"key":"a","health":"purple"}' where job = (select id from jobs where key = 'a')`.execute(engine.db);
    expect((await store.jobStates(PROJECT)).map((s) => s.key)).toEqual(['b']);
    expect((await store.jobStates(PROJECT)).map((s) => s.key)).toEqual(['b']);
    expect(logged).toHaveLength(1);
    await store.saveReadings(PROJECT, NOW, [{ state: state('a'), runs: [] }]);
    expect(await store.jobStates(PROJECT)).toHaveLength(2);
  });

  it('remembers how the sources are', async () => {
    const { store } = at();
    await store.saveSourceHealth(PROJECT, [{ source: 'grid', lastGood: NOW, lastTried: NOW, error: null }, { source: 'prow', lastGood: null, lastTried: NOW, error: 'no answer' }]);
    await store.saveSourceHealth(PROJECT, [{ source: 'grid', lastGood: NOW, lastTried: NOW + 1, error: 'HTML instead of JSON' }]);
    expect(await store.sourceHealth(PROJECT)).toEqual([
      { source: 'grid', lastGood: NOW, lastTried: NOW + 1, error: 'HTML instead of JSON' }, { source: 'prow', lastGood: null, lastTried: NOW, error: 'no answer' }]);
    expect(await store.sourceHealth('other')).toEqual([]);
  });
}
