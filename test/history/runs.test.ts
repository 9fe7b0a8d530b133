import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readHistory } from '../../src/history/index.ts';
import { errors, folder, history, job, project, run } from './given.ts';

const at = (time: string): number => Date.parse(time);

describe('the runs of a history', () => {
  it('may be none at all: every configured job is there, without runs', async () => {
    const h = await history([]);
    expect(h.evidence.platforms.map((p) => [p.platform, p.jobs.map((j) => [j.job.name, j.runs.length])])).toEqual([
      ['linux/s390x', [['unit', 0], ['e2e-s390x', 0]]], ['linux/arm64', [['unit', 0]]],
    ]);
    expect([h.span, h.notes]).toEqual([null, []]);
  });

  it('may be one; what is not known in its line is ignored', async () => {
    const h = await history([run({ url: 'https://x.example', nodes: 3 })]);
    expect(job(h).runs).toEqual([{ build: '1', started: at('2026-03-01T10:00:00Z'), finished: at('2026-03-01T10:30:00Z'), outcome: 'pass', commit: 'abc' }]);
    expect(h.evidence.since).toBe(at('2026-03-01T10:00:00Z'));
    expect(h.span).toEqual({ from: at('2026-03-01T10:00:00Z'), to: at('2026-03-01T10:30:00Z') });
  });

  it('come in any order and are given oldest first', async () => {
    const h = await history([run({ build: '3', started: '2026-03-03' }), run({ build: '1', started: '2026-03-01' }), run({ build: '2', started: '2026-03-02' })]);
    expect(job(h).runs.map((r) => r.build)).toEqual(['1', '2', '3']);
  });

  it('that began at one time are ordered by their number, however many digits it has', async () => {
    const h = await history([run({ build: '1980000000000000010' }), run({ build: '9' }), run({ build: '1980000000000000009' })]);
    expect(job(h).runs.map((r) => r.build)).toEqual(['9', '1980000000000000009', '1980000000000000010']);
  });

  it('count once each, whatever the order of their lines: the telling that finished last stands', async () => {
    const early = run({ outcome: 'fail', finished: '2026-03-01T10:10:00Z' });
    const late = run({ outcome: 'pass', finished: '2026-03-01T10:20:00Z' });
    for (const lines of [[early, late, late], [late, early, late]]) {
      const h = await history(lines);
      expect(job(h).runs.map((r) => r.outcome)).toEqual(['pass']);
      expect(h.notes).toHaveLength(1);
      expect(h.notes[0]).toMatch(/^Counted once: 2 runs that stand in the history more than once/);
    }
  });

  it('of two platforms with one build number are two runs', async () => {
    const h = await history([run(), run({ platform: 'linux/arm64', outcome: 'fail' })]);
    expect([job(h).runs[0]?.outcome, job(h, 'unit', 'linux/arm64').runs[0]?.outcome]).toEqual(['pass', 'fail']);
  });

  it.each(['s390x', 'linux_s390x', 's390x-linux-gnu', 'LINUX/S390X'])('are found by the platform in any spelling: %s', async (platform) => {
    expect(job(await history([run({ platform })])).runs).toHaveLength(1);
  });

  it('end their lines as Windows does, after a byte order mark, with empty lines between and no end to the last', async () => {
    const path = await folder({ 'runs.ndjson': `\uFEFF${run()}\r\n\r\n   \n${run({ build: '2' })}` });
    const read = await readHistory(path, project());
    expect(read.ok && job(read.history).runs.length).toBe(2);
  });

  it('are read right where a portion of the file ends within a character', async () => {
    const lines = Array.from({ length: 9_000 }, (_, i) => run({ build: String(i), commit: 'ü'.repeat(1 + (i % 7)) }));
    const h = await history(lines);
    expect(job(h).runs).toHaveLength(9_000);
    expect(new Set(job(h).runs.map((r) => r.commit)).size).toBe(7);
  });

  it.each([
    ['2026-03-01T10:00:00Z', '2026-03-01T10:00:00.000Z'], ['2026-03-01T10:00:00.123456789Z', '2026-03-01T10:00:00.123Z'], ['2026-03-01T12:00:00+02:00', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01T05:00:00-0500', '2026-03-01T10:00:00.000Z'], ['2026-03-01T10:00', '2026-03-01T10:00:00.000Z'], ['2026-03-01 10:00:00', '2026-03-01T10:00:00.000Z'], ['2026-03-01', '2026-03-01T00:00:00.000Z'],
  ])('began at %s, which is %s', async (started, meant) => {
    expect(job(await history([run({ started })])).runs[0]?.started).toBe(at(meant));
  });

  it('may say no finish and no commit; a finish before the start is taken as not known', async () => {
    const h = await history([run({ finished: undefined, commit: null }), run({ build: '2', finished: '2026-02-28T00:00:00Z' }), run({ build: '3', finished: '0001-01-01T00:00:00Z' })]);
    expect(job(h).runs.map((r) => [r.finished, r.commit])).toEqual([[null, null], [null, 'abc'], [null, 'abc']]);
    expect(h.findings.map((line) => line.replace(/^\S*\//, ''))).toEqual(['runs.ndjson:2: a run of unit on linux/s390x is said to have finished before it started; when it ended is taken as not known.']);
    const more = await history([run(), run({ build: '2', finished: '2026-02-28' }), run({ build: '3', finished: '2026-03-01T10:00:00Z' }), run({ build: '4', finished: '2026-02-28' })]);
    expect(more.findings).toEqual([expect.stringMatching(/runs\.ndjson:2: a run of unit on linux\/s390x is said to have finished before it started, and so is 1 more of its runs; when they ended is taken as not known\.$/)]);
  });
});

describe('runs that are left out', () => {
  it('ran elsewhere than the platform that their job is named after: none of them is that platform\'s', async () => {
    const h = await history([run({ platform: 'linux/amd64', job: 'e2e-s390x' }), run({ platform: 'linux/arm64', job: 'e2e-s390x', build: '2' })]);
    expect(h.evidence.platforms.flatMap((p) => p.jobs.flatMap((j) => j.runs))).toEqual([]);
    expect(h.notes).toEqual([
      'Left out: 1 run of e2e-s390x on linux/amd64. The configuration tracks that job on linux/s390x only.',
      'Left out: 1 run of e2e-s390x on linux/arm64. The configuration tracks that job on linux/s390x only.',
    ]);
  });

  it('are of jobs and platforms that nobody tracks; they are counted', async () => {
    const h = await history([run({ job: 'lint' }), run({ job: 'lint', build: '2' }), run({ platform: 'beos/m68k', job: 'x' })]);
    expect(h.leftOut).toEqual({ runs: 3, events: 0, repeated: 0 });
    expect(h.notes).toEqual(['Left out: 3 runs of 2 jobs that the configuration does not track: lint (linux/s390x) and x (beos/m68k).']);
  });
});

describe('a line that cannot be read', () => {
  it('stops everything and is named, with those after it', async () => {
    expect(await errors([run(), '{"platform": "linux/s390x", ', run({ outcome: 'aborted' }), run({ started: 'yesterday' }), '[1]', run({ job: undefined })])).toEqual([
      'runs.ndjson:2: not readable as JSON: {"platform": "linux/s390x",; every line is one object',
      'runs.ndjson:3: outcome: expected pass, fail or flaky; found "aborted"',
      'runs.ndjson:4: started: expected a time such as "2026-11-20T10:00:00Z"; found "yesterday"',
      'runs.ndjson:5: expected one JSON object; found [1]',
      'runs.ndjson:6: job: missing; expected text',
    ]);
  });

  it('keeps its number behind empty lines and Windows line ends', async () => {
    expect(await errors(`${run()}\r\n\r\n\r\nnonsense\r\n`)).toEqual(['runs.ndjson:4: not readable as JSON: nonsense; every line is one object']);
  });

  it.each(['2026-02-30T00:00:00Z', '2026-13-01', '2026-03-01T24:30Z', '1772359200', ''])('has a time that there is not: %j', async (started) => {
    expect(await errors([run({ started })])).toHaveLength(1);
  });

  it('has a build number that lost its last digits', async () => {
    expect(await errors(['{"platform":"linux/s390x","job":"unit","build":1980000000000000010,"started":"2026-03-01","outcome":"pass"}'])).toEqual([
      'runs.ndjson:1: build: a number as large as this has lost its last digits on the way; put it in quotes',
    ]);
  });

  it('is one of twenty that are listed', async () => {
    const found = await errors(Array.from({ length: 1_000 }, () => 'x'));
    expect([found.length, found.at(-1)]).toEqual([21, 'runs.ndjson: read no further after 20 lines that could not be read.']);
  });

  it('may be the whole of a large file without line breaks, or text in another encoding', async () => {
    expect(await errors('x'.repeat(3 << 20))).toHaveLength(1);
    expect(await errors(Buffer.from(`\uFEFF${run()}\n`, 'utf16le'))).toEqual([expect.stringMatching(/^runs\.ndjson:1: this is not UTF-8 text/), expect.any(String)]);
  });
});

describe('a folder that is no history', () => {
  it('is told from one that is not there, and from a file', async () => {
    const path = await folder({ 'runs.json': '[]' });
    const said = async (where: string) => { const read = await readHistory(where, project()); return read.ok ? [] : read.errors.map((e) => e.replaceAll(path, 'DIR')); };
    expect(await said(path)).toEqual(['DIR/runs.ndjson: there is no such file. A history is a folder with runs.ndjson and, where there is one, events.ndjson.']);
    expect(await said(`${path}/none`)).toEqual(['DIR/none: there is no such folder.']);
    expect(await said(`${path}/runs.json`)).toEqual(['DIR/runs.json: this is a file; a history is a folder with runs.ndjson in it.']);
  });
});

describe('whatever stands in a history', () => {
  it('is read, or named with its line', async () => {
    const value = fc.oneof(fc.constantFrom('linux/s390x', 'unit', '2026-03-01', 'pass', 7, null), fc.jsonValue());
    const line = fc.oneof(fc.string(), fc.record({ platform: value, job: value, build: value, started: value, finished: value, outcome: value, commit: value }, { requiredKeys: [] }).map((fields) => run(fields)));
    await fc.assert(fc.asyncProperty(fc.array(line, { maxLength: 5 }), async (lines) => {
      for (const error of await errors(lines)) expect(error).toMatch(/^runs\.ndjson:\d+: [^\n]*$/);
    }), { numRuns: 60 });
  });
});
