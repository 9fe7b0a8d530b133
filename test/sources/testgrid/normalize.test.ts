import { describe, expect, it } from 'vitest';
import { readLegacyTable } from '../../../src/sources/testgrid/legacy.ts';
import { normalize } from '../../../src/sources/testgrid/normalize.ts';
import type { Normalized } from '../../../src/sources/testgrid/normalize.ts';
import { job } from '../jobs.ts';
import { hoursBefore, NEWEST, table } from './tables.ts';
import type { TableParts } from './tables.ts';

function normalized(parts: TableParts): Normalized {
  // Through text, as it would come.
  const grid = readLegacyTable(JSON.parse(JSON.stringify(table(parts))), 'https://testgrid.k8s.io');
  if (!grid) throw new Error('not a table');
  return normalize(grid, { job: job(), page: 'http://grid/board#unit' });
}

function read(parts: TableParts) {
  const result = normalized(parts);
  if (!result.ok) throw new Error(result.message);
  return { ...result.reading, oddities: result.oddities, outcomes: result.reading.runs.map((r) => r.outcome) };
}

describe('the outcome of a run', () => {
  it('is that of the Overall row, whatever single tests did', () => {
    expect(read({ rows: { Overall: [1, 1, 12], 'a test': [12, 12, 1] } }).outcomes).toEqual(['pass', 'pass', 'fail']);
  });

  it.each(['Overall', 'unit-s390x.Overall', 'unit.Overall', 'group-of-logs.Overall'])('may be in a row called %s', (name) => {
    expect(read({ query: 'bucket/logs/group-of-logs', rows: { 'a test': [12], [name]: [1] } }).outcomes).toEqual(['pass']);
  });

  it('is in that row in whatever letter case, and in the one that is spelled exactly where there are two', () => {
    for (const name of ['overall', 'OVERALL', 'UNIT.overall']) expect(read({ rows: { 'a test': [12], [name]: [1] } }).outcomes).toEqual(['pass']);
    expect(read({ rows: { overall: [12], Overall: [1] } }).outcomes).toEqual(['pass']);
  });

  it('is not told where a table names no tests at all', () => {
    const grid = readLegacyTable({ timestamps: [NEWEST] }, 'https://testgrid.k8s.io');
    expect(grid && normalize(grid, { job: job(), page: '' })).toMatchObject({ ok: true, reading: { runs: [], unfinished: 1 } });
    expect(readLegacyTable({ error: 'no such tab' }, 'https://testgrid.k8s.io')).toBeNull();
  });

  it('is not in the Overall row of another job', () => {
    expect(read({ rows: { 'other.Overall': [1], 'a test': [12] } }).outcomes).toEqual(['fail']);
  });

  it('without an Overall row is the worst of its cells', () => {
    expect(read({ rows: { a: [1, 13, 1, 0, 4, 1], b: [12, 1, 1, 0, 0, 4] } }).outcomes).toEqual(['fail', 'flaky', 'pass', 'pass']);
  });

  it.each([
    [0, null], [1, 'pass'], [2, 'pass'], [3, 'pass'], [4, null], [5, null], [6, null], [7, null], [8, null], [9, 'fail'],
    [10, 'fail'], [11, 'fail'], [12, 'fail'], [13, 'flaky'], [14, 'fail'], [15, 'pass'], [16, null], [-1, null], [1.5, null],
  ])('with the value %d is %s', (value, outcome) => {
    for (const name of ['Overall', 'a test']) {
      const got = read({ rows: { [name]: [value] } });
      expect([got.outcomes[0] ?? null, got.unfinished]).toEqual([outcome, outcome === null ? 1 : 0]);
    }
  });

  it('counts only where it finished: running, aborted and blank columns are unfinished', () => {
    const got = read({ rows: { Overall: [4, 12, 0, 5, 12, 1] } });
    expect(got.runs.map((r) => [r.outcome, r.started])).toEqual([['fail', hoursBefore(1)], ['fail', hoursBefore(4)], ['pass', hoursBefore(5)]]);
    expect(got.unfinished).toBe(3);
    expect(got.complete).toBe(true);
  });

  it('keeps the source\'s own order, even where times disagree', () => {
    expect(read({ rows: { Overall: [1, 12] }, timestamps: [hoursBefore(5), NEWEST] }).outcomes).toEqual(['pass', 'fail']);
  });

  it('of a job that never ran is none', () => {
    expect(read({ rows: {}, tests: null, timestamps: []  })).toMatchObject({ runs: [], unfinished: 0, testsTotal: null });
  });
});

describe('a table that cannot be right', () => {
  it.each([[[1, 1], 'shorter'], [[1, 1, 1, 1], 'longer']])('has %j cells for three columns', (cells, word) => {
    const three = [1, 2, 3].map(hoursBefore);
    for (const name of ['Overall', 'a test']) {
      const result = normalized({ rows: { [name]: cells }, timestamps: three });
      expect(result).toMatchObject({ ok: false, message: `its row "${name}" has ${cells.length} cells for 3 columns, so it is ${word} than announced` });
    }
  });

  it.each([[[{ count: 1e15, value: 1 }]], [[{ count: -1, value: 1 }]], [[{ count: 1 }]], [['x']], [[null]], [[{ count: 1.5, value: 1 }]]])('has cells like %j', (statuses) => {
    expect(normalized({ rows: { x: [1] }, tests: [{ name: 'Overall', statuses }] }).ok).toBe(false);
    expect(normalized({ rows: { x: [1] }, tests: [{ name: 'a', statuses }] }).ok).toBe(false);
  });

  it('may still be read where a row that decides nothing is off', () => {
    const got = read({ rows: { Overall: [12, 1], short: [12] } });
    expect([got.outcomes, got.failingTests, got.oddities.misfits]).toEqual([['fail', 'pass'], [], 1]);
  });
});

describe('times', () => {
  it('come in seconds, milliseconds and microseconds, mixed', () => {
    const got = read({ rows: { Overall: [1, 1, 1] }, timestamps: [NEWEST * 1000, hoursBefore(1), hoursBefore(2) / 1000] });
    expect(got.runs.map((r) => r.started)).toEqual([NEWEST, hoursBefore(1), hoursBefore(2)]);
    expect(got.oddities.mixedUnits).toBe(true);
    expect(read({ rows: { Overall: [1] } }).oddities.mixedUnits).toBe(false);
  });

  it('of zero are none: the column is left out and told of', () => {
    const got = read({ rows: { Overall: [12, 12, 1, 4] }, timestamps: [0, null, NEWEST, 0] });
    expect([got.outcomes, got.unfinished, got.oddities.untimed]).toEqual([['pass'], 0, 3]);
  });
});

describe('a run\'s id', () => {
  it('is its changelist, else the end of its column\'s id, else its time', () => {
    const got = read({ rows: { Overall: [1, 1, 1] }, changelists: ['1502267211287367680', '', ''], column_ids: ['x', 'name\uE00042', ''] });
    expect(got.runs.map((r) => r.build)).toEqual(['1502267211287367680', '42', String(hoursBefore(2))]);
  });

  it('may be in a column of its own', () => {
    const got = read({ rows: { Overall: [1] }, changelists: [], column_ids: null, 'column-header-names': ['Date', 'Time', 'X', 'Build Number'], 'custom-columns': [['77']] });
    expect(got.runs[0]?.build).toBe('77');
  });

  it('is never a number that has lost digits', () => {
    const text = JSON.stringify(table({ rows: { Overall: [1, 1] } })).replace('"changelists":["9000","8999"]', '"changelists":[1502267211287367680,8999]');
    const grid = readLegacyTable(JSON.parse(text), 'https://testgrid.k8s.io');
    expect(grid?.columns.map((c) => c.build)).toEqual(['9000', '8999']);
  });

  it('stays the same when newer columns come in front of equal ones', () => {
    const rows = (n: number) => ({ rows: { Overall: Array.from({ length: n }, () => 1) } });
    const before = read({ ...rows(3), changelists: ['7', '7', '7~2'] }).runs.map((r) => r.build);
    const after = read({ ...rows(4), changelists: ['7', '7', '7', '7~2'] }).runs.map((r) => r.build);
    expect(before).toEqual(['7~3', '7', '7~2']);
    expect(after).toEqual(['7~4', ...before]);
  });
});

describe('a run\'s commit', () => {
  const commitOf = (value: unknown, headers = ['Date', 'Time', 'Build Number', 'Commit', 'Infra-Commit']) =>
    read({ rows: { Overall: [1] }, 'custom-columns': [[value], ['feedbee']], 'column-header-names': headers }).runs[0]?.commit;

  it.each([
    ['a57b4befd', 'a57b4befd'], ['A57B4BEFD', 'a57b4befd'], ['0123456789abcdef0123456789abcdef01234567', '0123456789abcdef0123456789abcdef01234567'],
    ['v1.30.0-alpha.1.123+abcdef0', 'abcdef0'], ['1.24.3+ab12cd34ef', 'ab12cd34ef'],
    ['master', null], ['missing', null], ['', null], ['abc', null], [null, null], [12, null], ['v1.30.0', null], ['x'.repeat(1000), null],
  ])('from %j is %j', (value, commit) => {
    expect(commitOf(value)).toBe(commit);
  });

  it('is not the test infrastructure\'s, and not in a column of another name', () => {
    expect(commitOf('a57b4befd', ['Date', 'Time', 'Build Number', 'Infra-Commit', 'Node'])).toBeNull();
    expect(commitOf('a57b4befd', ['Date', 'Time', 'Build Number', 'Node', 'commit'])).toBe('feedbee');
  });
});

describe('links', () => {
  it('lead to the run at Prow, and to the newest failed run\'s logs', () => {
    const got = read({ rows: { Overall: [1, 12, 12] } });
    expect(got.runs[0]?.url).toBe('https://prow.k8s.io/view/gs/acme-logs/logs/unit-s390x/9000');
    expect(got.links).toEqual({ page: 'http://grid/board#unit', logs: 'https://prow.k8s.io/view/gs/acme-logs/logs/unit-s390x/8999' });
  });

  it('follow TestGrid\'s template where it has one', () => {
    const template = (url: string) => read({ rows: { Overall: [1] }, 'open-test-template': { url, name: '', options: {} } }).runs[0]?.url;
    expect(template('https://prow.acme.example/view/gs/<gcs_prefix>/<changelist>')).toBe('https://prow.acme.example/view/gs/acme-logs/logs/unit-s390x/9000');
    for (const odd of ['javascript:alert(1)', 'https://x/<other>', 'https://x/) [y](z', '', '/relative/<changelist>']) {
      expect(template(odd)).toBe('https://prow.k8s.io/view/gs/acme-logs/logs/unit-s390x/9000');
    }
  });

  it('are not made of parts longer than any address: a template may name the place any number of times', () => {
    const url = `https://x/${'<gcs_prefix>'.repeat(40_000)}`;
    const began = performance.now();
    expect(read({ rows: { Overall: [1] }, query: `acme-logs/logs/${'a'.repeat(50_000)}`, 'open-test-template': { url, name: '', options: {} } }).runs[0]?.url).toBeNull();
    expect(read({ rows: { Overall: [1] }, 'open-test-template': { url, name: '', options: {} } }).runs[0]?.url).toBe('https://prow.k8s.io/view/gs/acme-logs/logs/unit-s390x/9000');
    expect(performance.now() - began).toBeLessThan(5_000);
  });

  it('are none where the logs\' place or the build is not known', () => {
    for (const parts of [{ query: '' }, { query: 'acme/other/place' }, { query: 'a/logs/x](http://evil)' }, { query: null }, { changelists: ['abc'] }]) {
      expect(read({ rows: { Overall: [12] }, ...parts })).toMatchObject({ runs: [{ url: null }], links: { logs: null } });
    }
  });
});

describe('failing tests', () => {
  it('are those of the newest finished run, with their messages', () => {
    const got = read({
      rows: { 'unit-s390x.Overall': [4, 12, 1], 'x.Overall': [0, 12, 1], b: [0, 12, 12], a: [4, 12, 0], ok: [0, 1, 12], flaky: [0, 13, 1], blank: [0, 0, 12] },
      messages: { b: ['newer', 'older'], a: ['running', 'boom'], 'unit-s390x.Overall': ['', 'x', ''] },
    });
    expect(got.failingTests).toEqual([{ name: 'b', message: 'newer' }, { name: 'a', message: 'boom' }]);
    expect([got.moreFailingTests, got.testsTotal]).toEqual([0, 4]);
  });

  it('are also those that fail where the run itself passed', () => {
    expect(read({ rows: { Overall: [1, 12], a: [12, 12] } }).failingTests).toEqual([{ name: 'a', message: null }]);
  });

  it('get the message of their own column, though messages skip empty cells', () => {
    const rows = { Overall: [12, 12, 1], t: [12, 0, 12], u: [0, 12, 12] };
    const at = (head: number) => read({ rows: { ...rows, Overall: head === 0 ? [12, 12, 1] : [4, 12, 1] }, messages: { t: ['first', 'third'], u: ['second', 'third'] } }).failingTests;
    expect(at(0)).toEqual([{ name: 't', message: 'first' }]);
    expect(at(1)).toEqual([{ name: 'u', message: 'second' }]);
  });

  it('have no message where there are too few of them to tell whose they are', () => {
    expect(read({ rows: { Overall: [12, 12], t: [12, 12] }, messages: { t: ['whose?'] } }).failingTests).toEqual([{ name: 't', message: null }]);
    expect(read({ rows: { Overall: [12, 12], t: [12, 0] }, messages: { t: ['per column', ''] } }).failingTests).toEqual([{ name: 't', message: 'per column' }]);
  });

  it('are capped in number and length, with a count of the rest', () => {
    const rows: Record<string, number[]> = { Overall: [12] };
    for (let i = 0; i < 120; i++) rows[`t${i}`] = [12];
    const got = read({ rows, messages: { t0: ['m'.repeat(5_000_000)] } });
    expect([got.failingTests.length, got.moreFailingTests, got.testsTotal]).toEqual([50, 70, 120]);
    expect(got.failingTests[0]?.message).toHaveLength(2000);
  });

  it('keep hostile names as data', () => {
    const names = ['__proto__', 'constructor', 'nul\u0000l', '@everyone <!-- x --> ```', 'half \uD83D'];
    const rows = Object.fromEntries([['Overall', [12]], ...names.map((n) => [n, [12]])]) as Record<string, number[]>;
    const got = read({ rows });
    expect(got.failingTests.map((t) => t.name)).toEqual(['__proto__', 'constructor', 'nul\uFFFDl', '@everyone <!-- x --> ```', 'half \uFFFD']);
  });
});

describe('a large table', () => {
  it('of 1,400 columns and 2,100 tests is read whole', () => {
    const rows: Record<string, number[]> = {};
    for (let i = 0; i < 2100; i++) rows[`test ${i}`] = Array.from({ length: 1400 }, (_, c) => ((c * 7 + i) % 97 === 0 ? 12 : 1));
    const got = read({ rows });
    expect([got.runs.length, got.testsTotal, got.failingTests.length + got.moreFailingTests]).toEqual([1400, 2100, 22]);
  });

  it('is no larger for the cells that it claims: each of its rows is one of as many as there are columns', () => {
    const [columns, tests] = [200_000, 200_000];
    const text = `{"timestamps":[${'1600000000,'.repeat(columns - 1)}1600000000],"tests":[${Array.from({ length: tests }, (_, i) => `{"name":"t${i}","statuses":[{"count":${columns},"value":12}]}`).join()}]}`;
    const grid = readLegacyTable(JSON.parse(text), 'https://testgrid.k8s.io');
    const result = grid && normalize(grid, { job: job(), page: 'http://grid/board#unit' });
    expect(result?.ok && [result.reading.runs.length, result.reading.runs.every((r) => r.outcome === 'fail'), result.reading.moreFailingTests]).toEqual([columns, true, tests - 50]);
  });

  it('is read for its builds and commits once, however many columns of its own it has', () => {
    const many = 60_000;
    const names = Array.from({ length: many }, (_, i) => `column ${i}`);
    const grid = readLegacyTable({ timestamps: Array.from({ length: many }, () => 1_600_000_000), 'column-header-names': names, 'custom-columns': names.map(() => []), tests: [] }, 'https://testgrid.k8s.io');
    expect(grid?.columns).toHaveLength(many);
  });
});
