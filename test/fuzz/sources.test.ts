import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { loadSignatures } from '../../src/config/signatures.ts';
import { parsePlatform } from '../../src/domain/platform.ts';
import { parseEvent, parseRun } from '../../src/history/parse.ts';
import { Unreadable } from '../../src/history/record.ts';
import { readLog, readerOf } from '../../src/signal/signatures.ts';
import type { Failure } from '../../src/sources/failure.ts';
import { jsonSink, parseJson } from '../../src/sources/json.ts';
import { normalizeItems } from '../../src/sources/prow/normalize.ts';
import { ProwJob } from '../../src/sources/prow/schema.ts';
import { windowSink } from '../../src/sources/prow/window.ts';
import { readLegacySummary, readLegacyTable } from '../../src/sources/testgrid/legacy.ts';
import { normalize } from '../../src/sources/testgrid/normalize.ts';
import { readV1Grid, readV1Summaries } from '../../src/sources/testgrid/v1.ts';
import { job } from '../sources/jobs.ts';
import { table } from '../sources/testgrid/tables.ts';
import { anyText, bent, holds, PATIENCE, piece } from './fuzz.ts';

vi.setConfig({ testTimeout: PATIENCE });

const SUBJECT = { job: job(), page: 'https://grid.example/board#unit' };

/** Everything in a reading that was written by others: short, storable, and no address but of the web. */
function isTame(value: unknown): void {
  const text = JSON.stringify(value);
  expect(text).not.toContain('\\u0000');
  expect(text.isWellFormed()).toBe(true);
  for (const [, url] of text.matchAll(/"(?:url|page|logs)":"([^"]*)"/g)) expect(url).toMatch(/^https?:\/\/[^\s<>`]+$/);
  expect(text).not.toMatch(/"started":(?:null|-)|NaN|Infinity/);
}

const TABLES = [
  table({ rows: { Overall: [1, 12, 13, 4], 'a test': [12, 1, 0, 1] } }), table({ query: 'bucket/logs/unit', rows: { a: [1, 12], b: [12, 12] } }),
];
const HEADERS = { headers: [{ build: '1', started: { seconds: 1_700_000_000, nanos: 0 }, extra: ['abc'] }, { build: '2', started: '2026-01-01T00:00:00Z' }] };
const ROWS = { rows: [{ name: 'Overall', cells: [{ result: 1 }, { result: 12, message: 'm' }] }, { name: 'a', cells: [{ result: 1 }, { result: 1 }] }] };
const ITEM = { metadata: { name: 'x', creationTimestamp: '2026-01-01T00:00:00Z' }, spec: { job: SUBJECT.job.name, type: 'periodic', refs: { base_sha: 'abcdef1' } }, status: { state: 'failure', build_id: '17', url: 'https://prow.example/17', startTime: '2026-01-01T00:00:00Z', completionTime: '2026-01-01T01:00:00Z' } };

describe('an answer of TestGrid\'s that is anything', () => {
  it('is a table whose reading is tame, or none', () => {
    holds(bent(TABLES), (json) => {
      const grid = readLegacyTable(json, 'https://testgrid.example');
      if (grid === null) return;
      const read = normalize(grid, SUBJECT);
      if (read.ok) isTame(read.reading);
      else expect(read.message.isWellFormed()).toBe(true);
    });
  });

  it('is so for the other API', () => {
    holds(fc.tuple(bent([HEADERS]), bent([ROWS])), ([headers, rows]) => {
      const grid = readV1Grid(headers, rows);
      const read = grid === null ? null : normalize(grid, SUBJECT);
      if (read?.ok) isTame(read.reading);
    });
  });

  it('is read, or not, where it is a summary', () => {
    holds(bent([{ unit: { overall_status: 'PASSING' } }, { tab_summaries: [{ tab_name: 'unit', overall_status: 'FAILING' }] }]), (json) => {
      readLegacySummary(json);
      readV1Summaries(json);
    });
  });
});

describe('a list of Prow\'s that is anything', () => {
  it('is read where it can be, and its reading is tame', () => {
    holds(fc.array(bent([ITEM]), { maxLength: 4 }), (raw) => {
      const items = raw.map((r) => ProwJob.safeParse(r)).filter((r) => r.success).map((r) => r.data);
      isTame(normalizeItems(items, SUBJECT.job, SUBJECT.page).reading);
    });
  });

  it('may be any bytes, in pieces cut anywhere', () => {
    const good = JSON.stringify({ items: [ITEM, ITEM] });
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 400 }).map((b) => Buffer.from(b)), anyText.map((t) => Buffer.from(t)), fc.tuple(fc.nat({ max: good.length }), fc.uint8Array({ maxLength: 6 })).map(([at, b]) => Buffer.concat([Buffer.from(good.slice(0, at)), b, Buffer.from(good.slice(at))])));
    holds(fc.tuple(bytes, fc.integer({ min: 1, max: 40 })), ([all, size]) => {
      const sink = windowSink('it', new Set([SUBJECT.job.name]), new Map());
      let failed: Failure | null = null;
      for (let at = 0; at < all.length && failed === null; at += size) failed = sink.write(Buffer.from(all.subarray(at, at + size)));
      const end = failed ?? sink.end();
      if (end.ok) expect(end.value.size).toBeGreaterThanOrEqual(0);
      else expect(end.message.isWellFormed()).toBe(true);
    });
  });
});

describe('bytes that should be JSON', () => {
  it('are a value or a failure that says what they are, in one printable line', () => {
    holds(fc.uint8Array({ maxLength: 300 }), (all) => {
      const sink = jsonSink('it');
      const end = sink.write(Buffer.from(all)) ?? sink.end();
      const read = end.ok ? parseJson('it', end.value) : end;
      if (!read.ok) expect(read.message).not.toMatch(/[\u0000\r\n]/);
    });
  });
});

const shipped = await loadSignatures();

describe('a log that is anything', () => {
  it('points at one platform, several or none, with evidence of printable lines', () => {
    if (!shipped.ok) throw new Error('no signatures');
    const reader = readerOf(shipped.signatures);
    const line = fc.oneof(piece, fc.constantFrom(' error: ', 'powerpc64le-linux-gnu-gcc', 'arm-linux-gnueabihf-ld: undefined reference', 'R_PPC64_REL24 overflows', 'GOARCH=s390x', '--platform=linux/arm64', 'exit status 1', '\u001b[31m', '\r'), fc.string({ unit: 'binary', maxLength: 10 }));
    holds(fc.array(line, { maxLength: 60 }), (parts) => {
      const found = readLog(parts.join(''), reader, { platforms: ['linux/amd64', 'linux/s390x', 'linux/arm'], reference: 'linux/amd64' } as never);
      if (found.kind === 'none') return;
      for (const { excerpt } of found.evidence) {
        expect(excerpt).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/);
        expect(excerpt.isWellFormed()).toBe(true);
      }
    });
  });
});

describe('a line of a history that is anything', () => {
  it('is a run, an event, or refused in its own words', () => {
    const run = { platform: 'linux/s390x', job: 'unit', build: '1', started: '2026-01-01T00:00:00Z', finished: '2026-01-01T01:00:00Z', outcome: 'pass', commit: 'abc' };
    const events = [{ at: '2026-01-01', kind: 'step', platform: 'linux/s390x', from: 1, to: 2 }, { at: '2026-01-01', kind: 'downtime', platform: 'linux/s390x', from: '2026-01-01', to: '2026-01-02' }, { at: '2026-01-01', kind: 'ack', platform: 'linux/s390x', by: 'olga' }];
    const tries = (parse: (line: string) => unknown, line: string): void => {
      try {
        parse(line);
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
      }
    };
    holds(fc.oneof(bent([run, ...events]).map((v) => JSON.stringify(v) ?? ''), anyText), (line) => {
      tries(parseRun, line);
      tries(parseEvent, line);
    });
  });
});

describe('a platform\'s name that is anything', () => {
  it('is a platform that is written as all are, or none', () => {
    holds(anyText, (text) => {
      const platform = parsePlatform(text);
      if (platform !== null) expect(platform).toMatch(/^[a-z0-9]+\/[a-z0-9]+(?:\/v[0-9])?$/);
    });
  });
});
