import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { ladderFiles } from '../../src/config/ladder-files.ts';
import { loadProject } from '../../src/config/load.ts';
import type { Action } from '../../src/domain/action.ts';
import { plainText } from '../../src/domain/text.ts';
import type { Runtime } from '../../src/runtime/context.ts';
import { pollProject } from '../../src/runtime/poll.ts';
import { postReport, reportDue } from '../../src/runtime/reports.ts';
import { track, type Tracked } from '../../src/runtime/tracked.ts';
import { openStore } from '../../src/store/open.ts';
import { configOf } from '../e2e/configuration.ts';
import { databaseOf, postgresIsHere } from '../postgres.ts';
import { DAY, HOUR, readingOf, runsOf, stage, type Stage } from './fixtures.ts';

const LADDERS = await ladderFiles('demo.yml');
const MONDAY = Date.UTC(2026, 10, 23, 8);

function configured(extra = '', channels: Readonly<Record<string, string>> = { report: '#weekly' }): Tracked {
  const loaded = loadProject(configOf({ channels, extra }, 'https://ci.example'), { file: 'demo.yml', origin: 'disk', ladders: LADDERS });
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return track(loaded.project, [], loaded);
}

let on: Stage;
afterEach(() => on.store.close());

const cards = async (): Promise<Extract<Action, { kind: 'ensure-card' }>[]> => (await on.rows()).map((r) => r.action).filter((a) => a.kind === 'ensure-card');
const at = (now: number): void => { on.clock.now = now; };
const post = async (tracked = configured(), rt: Runtime = on.rt): Promise<void> => {
  const due = reportDue(rt, tracked);
  if (due !== null) await postReport(rt, tracked, due);
};

describe('when the weekly report is posted', () => {
  const planOf = (extra: string, channels: Readonly<Record<string, string>> = {}): unknown => configured(extra, channels).project.report;

  it('is said by a time or by a channel of its own; without either there is none', async () => {
    on = await stage();
    expect(planOf('')).toBeNull();
    expect(planOf('', { report: '#weekly' })).toEqual({ at: { weekday: 1, minutes: 480 }, channel: '#weekly' });
    expect(planOf('report: {}')).toEqual({ at: { weekday: 1, minutes: 480 }, channel: '#signal' });
    expect(planOf('report: { at: Friday 16:30 UTC }', { report: '#weekly' })).toEqual({ at: { weekday: 5, minutes: 990 }, channel: '#weekly' });
  });

  it.each(['Mon', '08:00', 'Mon 24:00', 'Moonday 08:00', 'Mon 8:00', 'Mon 08:00 CET', '0 8 * * 1'])('is refused as %s', async (when) => {
    on = await stage();
    expect(() => configured(`report: { at: "${when}" }`)).toThrow(/report\.at.*expected a day of the week and a time in UTC, such as `Mon 08:00`/);
  });
});

describe('the weekly report', () => {
  it('is not posted for a week in which nothing was known yet, then once each week', async () => {
    on = await stage();
    at(MONDAY + HOUR);
    await post();
    expect(await cards()).toEqual([]);
    at(MONDAY + 7 * DAY - 1);
    await post();
    expect(await cards()).toEqual([]);
    for (const late of [0, HOUR, 3 * DAY, 7 * DAY - 1]) { at(MONDAY + 7 * DAY + late); await post(); }
    expect(await cards()).toHaveLength(1);
    at(MONDAY + 14 * DAY);
    await post();
    expect((await cards()).map((c) => [c.channel, c.document, c.since]).sort()).toEqual([
      ['#weekly', { kind: 'report', id: 'demo/2026-W49' }, MONDAY + 7 * DAY], ['#weekly', { kind: 'report', id: 'demo/2026-W50' }, MONDAY + 14 * DAY],
    ]);
  });

  it('names the flakiest tests that the sources tell of', async () => {
    on = await stage();
    const tracked = configured();
    const [job] = tracked.jobs;
    if (!job) throw new Error('no job');
    const reading = { ...readingOf(job.key, runsOf('PPPP', MONDAY - HOUR)), flakyTests: [{ name: 'TestDns', flakes: [{ at: MONDAY - 2 * HOUR, sameCommit: true }] }] };
    on.source.answer = () => ({ readings: [reading] });
    at(MONDAY - 8 * DAY);
    await post(tracked);
    at(MONDAY);
    await pollProject(on.rt, track(tracked.project, [on.source], tracked.loaded), new AbortController().signal);
    await post(tracked);
    expect(plainText((await cards())[0]?.text ?? [])).toContain(`- TestDns on ${job.platform}: 1 of 4 runs, on a commit that it also passed on`);
  });

  it('is about the seven days before it was due, however late it is posted', async () => {
    on = await stage();
    at(MONDAY);
    await post();
    at(MONDAY + 9 * DAY);
    await post();
    const [card] = await cards();
    expect(plainText(card?.text ?? [])).toMatch(/^demo, release signal of the week to Mon 30 Nov 08:00 UTC\. No breakage began, 0 ended, 0 go on\./);
    expect(plainText(card?.text ?? [])).toContain('linux/s390x | test (2) | no run | not known | 0 / 0 / 0 | — | —');
  });

  it('is posted in the next week after one that was told by a clock which was a year ahead', async () => {
    on = await stage();
    at(MONDAY);
    await post();
    at(MONDAY + 364 * DAY);
    await post();
    at(MONDAY + 7 * DAY);
    await post();
    await post();
    at(MONDAY + 7 * DAY - HOUR);
    await post();
    expect((await cards()).map((c) => c.since).sort()).toEqual([MONDAY + 7 * DAY, MONDAY + 364 * DAY]);
  });

  it('is posted once though the program is killed before it has noted that, or the time is changed within the week', async () => {
    on = await stage();
    at(MONDAY);
    await post();
    at(MONDAY + 7 * DAY);
    await post();
    await on.store.setMeta('report:demo', String(MONDAY));
    await post();
    at(MONDAY + 9 * DAY);
    await post(configured('report: { at: Tue 10:00 }'));
    expect(await cards()).toHaveLength(1);
  });

  it('is posted by one of two replicas', async () => {
    on = await stage();
    at(MONDAY);
    await post();
    at(MONDAY + 7 * DAY);
    await Promise.all([post(), post(configured(), { ...on.rt, owner: 'another' }), post()]);
    expect(await cards()).toHaveLength(1);
  });

  it('is nobody\'s without Slack, and only recorded in a dry run', async () => {
    on = await stage();
    expect(reportDue({ ...on.rt, slack: null }, configured())).toBeNull();
    expect(reportDue(on.rt, configured('', {}))).toBeNull();
    at(MONDAY);
    await post();
    at(MONDAY + 7 * DAY);
    await post(configured(), { ...on.rt, mode: 'dry' });
    expect((await on.rows()).map((r) => r.state)).toEqual(['recorded']);
  });
});

const database = databaseOf('weekly_report');
const here = await postgresIsHere('the weekly report on PostgreSQL');

describe.skipIf(!here)('the weekly report on PostgreSQL', () => {
  afterAll(() => database.drop());

  it('is posted by one of three replicas', async () => {
    await database.create();
    on = await stage({ store: await openStore({ databaseUrl: database.url, dataDir: '/nowhere', mode: 'server' }) });
    at(MONDAY);
    await post();
    at(MONDAY + 7 * DAY);
    await Promise.all(['a', 'b', 'c'].map((owner) => post(configured(), { ...on.rt, owner })));
    expect(await cards()).toHaveLength(1);
  });
});
