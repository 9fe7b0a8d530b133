import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PlatformEvent } from '../../src/domain/event.ts';
import type { PlatformEvidence } from '../../src/domain/evidence.ts';
import type { Incident } from '../../src/domain/incident.ts';
import type { Run } from '../../src/domain/run.ts';
import { plannedDowntime } from '../../src/policy/downtimes.ts';
import { adoptedAt, storedEvidence } from '../../src/runtime/evidence.ts';
import { readJob } from '../../src/signal/job-health.ts';
import { openStore } from '../../src/store/open.ts';
import type { Store } from '../../src/store/store.ts';
import { makeJob, makeProject, Story } from '../policy/story.ts';
import { DAY, HOUR, readingOf } from './fixtures.ts';

const PORT = 'linux/s390x';
const NOW = Date.UTC(2026, 10, 20, 12);
const JOB = makeJob({ platform: PORT, name: 'unit' });
const PROJECT = makeProject([JOB, makeJob({ platform: 'linux/amd64', name: 'unit' })]);

let store: Store;
beforeEach(async () => { store = await openStore({ dataDir: '', mode: 'memory', log: pino({ level: 'silent' }) }); });
afterEach(async () => { await store.close(); });

const run = (at: number, outcome: Run['outcome']): Run => ({ build: String(at), started: at, finished: at + HOUR, outcome, commit: null, url: null });

async function save(...runs: readonly Run[]): Promise<void> {
  const reading = readingOf(JOB.key, runs.toReversed());
  if (reading.kind !== 'runs') throw new Error('no runs');
  await store.saveReadings('demo', NOW, [{ state: readJob(reading, reading.runs, JOB.thresholds, null), runs }]);
}

async function evidence(): Promise<PlatformEvidence> {
  const found = (await storedEvidence(store, PROJECT, NOW)).platforms.find((p) => p.platform === PORT);
  if (!found) throw new Error(`nothing of ${PORT}`);
  return found;
}

const event = (fields: Partial<PlatformEvent> & Pick<PlatformEvent, 'kind'>): PlatformEvent =>
  ({ id: JSON.stringify(fields), project: 'demo', platform: PORT, at: NOW - 10 * DAY, by: 'olga', url: null, proposal: null, ...fields }) as PlatformEvent;

/** Keeps the one incident that these hours of the port's unit tests make. */
async function keepIncident(letters: string, change: (incident: Incident) => Incident = (i) => i): Promise<Incident> {
  const story = new Story([{ platform: PORT, name: 'unit' }]).hours({ [`${PORT} unit`]: letters });
  const incident = change(story.incidents[0] as Incident);
  await store.commit({ at: NOW, incidents: [{ expected: null, incident }] });
  return incident;
}

describe('the record that a store makes', () => {
  it('of nothing is a record that begins now, with every configured job', async () => {
    const found = await storedEvidence(store, PROJECT, NOW);
    expect(found.since).toBe(NOW);
    expect(found.platforms.map((p) => [p.platform, p.jobs.map((j) => [j.job.name, j.runs.length])])).toEqual([[PORT, [['unit', 0]]], ['linux/amd64', [['unit', 0]]]]);
  });

  it('has the runs that are kept, oldest first, and before them as many as the sums of each day tell of', async () => {
    const old = Array.from({ length: 24 }, (_, i) => run(NOW - 200 * DAY + i * HOUR, i % 4 === 3 ? 'fail' : 'pass'));
    const recent = [run(NOW - 2 * DAY, 'pass'), run(NOW - DAY, 'fail')];
    await save(...old, ...recent);
    while (await store.maintain(NOW, { runs: 90 * DAY, rollups: 1_000 * DAY })) { /* until all is done */ }
    expect(await store.runsSince('demo', JOB.key, 0)).toHaveLength(2);
    const [job] = (await evidence()).jobs;
    expect(job?.runs.slice(-2).map((r) => [r.started, r.outcome])).toEqual([[NOW - 2 * DAY, 'pass'], [NOW - DAY, 'fail']]);
    const gone = job?.runs.slice(0, -2) ?? [];
    expect([gone.length, gone.filter((r) => r.outcome === 'fail').length]).toEqual([24, 6]);
    expect(gone.map((r) => r.outcome).join(' ')).not.toContain('fail fail');
    expect(new Set(gone.map((r) => r.build)).size).toBe(24);
    expect(gone.map((r) => r.started)).toEqual(gone.map((r) => r.started).toSorted((a, b) => a - b));
    expect(job?.links.page).toBeNull();
  });

  it('is blind on the days without a good poll since the first', async () => {
    const today = Math.floor(NOW / DAY);
    for (const day of [today - 9, today - 8, today - 5, today]) await store.noteGoodDay('demo', ['grid'], day);
    expect((await evidence()).jobs[0]?.blind).toEqual([{ from: (today - 7) * DAY, to: (today - 5) * DAY }, { from: (today - 4) * DAY, to: today * DAY }]);
    expect((await storedEvidence(store, PROJECT, NOW)).since).toBe((today - 9) * DAY);
  });

  it('has what happened to a platform, and who did something for it', async () => {
    await store.commit({ at: NOW, events: [
      event({ kind: 'step', from: 1, to: 2 }), event({ kind: 'sign-off', group: 'conformance' }),
      event({ kind: 'exception', criterion: 'parity', until: NOW + DAY, reason: 'new' }), event({ kind: 'owners', owners: ['@olga'] }),
      event({ kind: 'act', what: 'ack', by: 'petra' }), event({ kind: 'adopted', step: 2, at: NOW - 90 * DAY }),
      event({ kind: 'step', from: 2, to: 3, at: NOW + 1 }),
    ] });
    const downtime = plannedDowntime({ project: 'demo', platform: PORT, from: NOW - DAY, to: NOW + DAY, reason: 'move', by: 'olga', at: NOW });
    await store.commit({ at: NOW, quiets: [{ expected: null, quiet: downtime }] });
    const at = NOW - 10 * DAY;
    expect(await evidence()).toMatchObject({
      steps: [{ at, from: 1, to: 2 }], signOffs: [{ at, group: 'conformance', by: 'olga' }], exceptions: [{ at, criterion: 'parity', until: NOW + DAY, reason: 'new' }],
      owners: [{ at, owners: ['@olga'] }], acts: [{ at, by: 'petra' }, { at, by: 'olga' }], downtimes: [{ from: NOW - DAY, to: NOW + DAY, reason: 'move' }],
      attestations: [{ kind: 'toolchain', toolchain: 'go', level: 'supported' }],
    });
    expect(await adoptedAt(store, PROJECT)).toBe(NOW - 90 * DAY);
  });

  it('counts a breakage with who had it first, and what its issue is', async () => {
    const incident = await keepIncident('PPFFFFPP', (i) => ({
      ...i, acknowledged: null, firstAcknowledged: { by: 'olga', at: i.openedAt + HOUR }, issue: { repo: 'demo/demo', number: 7, url: 'https://github.example/7' },
      tries: [{ source: 's', by: 'petra', at: i.openedAt + 2 * HOUR, text: 'x', url: null }],
    }));
    const { openedAt, closedAt, id } = incident;
    const found = await evidence();
    expect(found.incidents).toEqual([{ id, openedAt, closedAt, acknowledgedAt: openedAt + HOUR, again: openedAt, leftOut: null, url: 'https://github.example/7' }]);
    expect(found.acts).toEqual([{ at: openedAt + HOUR, by: 'olga' }, { at: openedAt + 2 * HOUR, by: 'petra' }]);
  });

  it('tells one red run from a breakage that goes on', async () => {
    const again = async (letters: string): Promise<number | null | undefined> => {
      const story = new Story([{ platform: PORT, name: 'unit', thresholds: { failuresToOpen: 1 } }]).hours({ [`${PORT} unit`]: letters });
      const incident = { ...story.incidents[0] as Incident, id: `incident ${letters}` };
      await store.commit({ at: NOW, incidents: [{ expected: null, incident }] });
      const at = (await evidence()).incidents.find((i) => i.id === incident.id)?.again;
      return typeof at === 'number' ? (at - incident.openedAt) / HOUR : at;
    };
    // Red once; twice; once and, before it was over, once more; closed and reopened.
    expect([await again('PPFPP'), await again('PPFFPP'), await again('PPFPFPP'), await again('PPFPPFPP')]).toEqual([null, 0, 2, 3]);
  });

  it.each<[string, (i: Incident) => Incident, string]>([
    ['the infrastructure failed', (i) => ({ ...i, classified: { as: 'infra', by: 'olga', at: i.openedAt, note: 'disk' } }), 'infra'],
    ['it broke everywhere', (i) => ({ ...i, scope: 'everywhere' }), 'everywhere'],
    ['it was everywhere\'s in the end', (i) => ({ ...i, closedBy: 'moved' }), 'everywhere'],
    ['it waits for a fix elsewhere', (i) => ({ ...i, fixes: [{ repo: 'golang/go', number: 1, url: 'https://github.example/1', by: 'olga', at: i.openedAt, state: 'open', mergedAt: null, failed: false }] }), 'upstream'],
  ])('leaves a breakage out of what owners answer for where %s', async (_, change, why) => {
    await keepIncident('PPFFFFPP', change);
    expect((await evidence()).incidents[0]?.leftOut).toBe(why);
  });
});
