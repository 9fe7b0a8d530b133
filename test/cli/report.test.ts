import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { report, type ReportOptions } from '../../src/cli/report.ts';
import { openStore } from '../../src/store/open.ts';
import { someIncident } from '../commands/line-given.ts';
import { CONFIG, DAY, folder, HOUR, iso, line, printed, TODAY, yearOfRuns, YEAR_START } from './given.ts';

const END = iso(YEAR_START + 100 * DAY);
const told = async (runs: readonly string[], events: readonly string[] | null = null, more: Partial<ReportOptions> = {}, config = CONFIG): Promise<string> =>
  printed(async (io) => report(io, { ...await folder(runs, events, config), now: END, ...more }));

/** linux/s390x's e2e breaks on day 95 and is green again on day 98. */
const BROKEN = yearOfRuns((r) => r.platform === 'linux/s390x' && r.job === 'e2e' && r.day >= 95 && r.day < 98 ? 'fail' : 'pass');

describe('a report by a history', () => {
  it('is Markdown of what happened in the week before a moment', async () => {
    const text = await told(BROKEN, [line({ at: iso(YEAR_START + 97 * DAY), kind: 'ack', platform: 'linux/s390x', by: 'olga' })]);
    expect(text).toMatch(/^\*\*demo, release signal of the week to \w+ 11 Apr 00:00 UTC\.\*\* 1 breakage began, 1 ended, 0 go on\./);
    expect(text).toContain('| platform | step | passed | trend | began / ended / go on | taken after | fixed after |\n| --- |');
    expect(text).toMatch(/\n\| linux\/s390x \| release \(3\) \| 89% of 56 runs \| down 11 points \| 1 \/ 1 \/ 0 \| 23 h \| 2 d 12 h \|\n/);
    expect(text).toContain('\nSingle tests are not in a history of runs.');
    expect(text).not.toMatch(/undefined|NaN|\bnull\b/);
  });

  it('is about another time where one is given, and is the same as data', async () => {
    const data = JSON.parse(await told(BROKEN, null, { from: iso(YEAR_START + 90 * DAY), now: iso(YEAR_START + 97 * DAY), json: true })) as { from: string; platforms: { platform: string; opened: number; closed: number; open: number; rate: unknown }[]; waiting: unknown[]; notes: string[] };
    expect(data.from).toBe('2025-04-01T00:00:00.000Z');
    expect(data.platforms.find((p) => p.platform === 'linux/s390x')).toMatchObject({ opened: 1, closed: 0, open: 1, rate: { runs: 56, passed: 52 } });
    expect(data.waiting).toContainEqual(expect.objectContaining({ kind: 'incident', who: ['@olga', '@petra'], platform: 'linux/s390x', url: null }));
    expect(data.notes).toEqual([]);
  });

  it('is refused in a sentence', async () => {
    await expect(told([], null, { from: END })).rejects.toThrow(/^--from: \w+ 11 Apr 00:00 UTC is not before the end of the report, /);
    await expect(told([], null, { from: 'monday' })).rejects.toThrow('--from: expected a time such as');
    await expect(told(['{}'])).rejects.toThrow(/runs\.ndjson:1: started: missing/);
    await expect(told([], null, {}, `${CONFIG}report: { at: Moonday }\n`)).rejects.toThrow(/demo\.yml:\d+:15: report\.at: expected a day of the week and a time in UTC, such as `Mon 08:00`/);
  });
});

describe('a report by the store', () => {
  it('knows what people said of incidents, and gives outside names no power', async () => {
    const DATA_DIR = await mkdtemp(join(tmpdir(), 'store-'));
    onTestFinished(() => rm(DATA_DIR, { recursive: true }));
    const store = await openStore({ dataDir: DATA_DIR, mode: 'server', log: pino({ level: 'silent' }) });
    const flake = { as: 'flake' as const, by: 'olga', at: TODAY - HOUR, note: 'TestTwo @octo/all #1' };
    await store.commit({ at: TODAY - DAY, incidents: [
      { expected: null, incident: { ...someIncident({ id: 'i1', openedAt: TODAY - DAY, classified: flake }), platform: 'linux/arm64' } },
      { expected: null, incident: someIncident({ id: 'i2', openedAt: TODAY - 2 * DAY }) },
    ] });
    await store.close();
    const { config } = await folder([]);
    const text = await printed((io) => report(io, { config, now: iso(TODAY) }), { DATA_DIR });
    expect(text).toContain('2 breakages began, 0 ended, 2 go on.');
    expect(text).toContain('- `olga` and `petra`: nobody has taken the breakage of linux/s390x, open since Thu 8 Jan 12:00 UTC');
    expect(text).not.toContain('nobody has taken the breakage of linux/arm64');
    expect(text).toMatch(/\n- `TestTwo .*octo\/all.*` on linux\/arm64: named by 1 breakage/);
    expect(text).toContain('linux/ppc64le | release (3) | no run | not known |');
  });
});
