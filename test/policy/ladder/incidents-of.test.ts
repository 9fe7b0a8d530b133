import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IncidentRecord, JobEvidence, PlatformEvidence } from '../../../src/domain/evidence.ts';
import type { PlatformId } from '../../../src/domain/platform.ts';
import { incidentsOf, type Acks } from '../../../src/policy/ladder/incidents-of.ts';
import { DAY, HOUR, Story, START, type JobSpec } from '../story.ts';

const PORT = 'linux/s390x';
const REFERENCE = 'linux/amd64';

const JOBS: readonly JobSpec[] = [{ platform: PORT, name: 'unit' }, { platform: PORT, name: 'e2e' }, { platform: REFERENCE, name: 'unit' }];

type Rows = Readonly<Record<string, string>>;
type Downtimes = Readonly<Record<string, PlatformEvidence['downtimes']>>;

/** The story as it was told to the live program, and its runs as a record of the past. */
function told(rows: Rows, specs = JOBS, downtimes: Downtimes = {}): { readonly story: Story; readonly record: readonly PlatformEvidence[] } {
  const story = new Story(specs);
  for (const [platform, list] of Object.entries(downtimes)) {
    for (const d of list) {
      story.now = d.from;
      story.quiet({ platform: platform as PlatformId }, d.to - d.from);
    }
  }
  story.now = START;
  story.hours(rows);
  const record = story.project.platforms.map(({ id, jobs }): PlatformEvidence => ({
    platform: id, incidents: [], steps: [], signOffs: [], exceptions: [], owners: [], acts: [], attestations: [], downtimes: downtimes[id] ?? [],
    jobs: jobs.map((job): JobEvidence => ({
      job, links: { page: null, logs: null }, blind: [],
      runs: (story.runs.get(job.key) ?? []).toReversed().map(({ url: _, ...run }) => run),
    })),
  }));
  return { story, record };
}

const hour = (at: number | null): number | null => at === null ? null : Math.ceil((at - START) / HOUR);

/** Incidents as `platform kind hours`, of the live program and of the record. */
function both(rows: Rows, downtimes: Downtimes = {}): { readonly live: readonly string[]; readonly derived: readonly string[] } {
  const { story, record } = told(rows, JOBS, downtimes);
  const found = incidentsOf(story.project, record, new Map(), story.now);
  return {
    live: story.incidents.filter((i) => i.kind === 'breakage' || i.kind === 'stale')
      .map((i) => `${i.platform} ${i.kind} ${hour(i.openedAt)}–${hour(i.closedAt) ?? ''}${i.scope === 'everywhere' ? ' everywhere' : ''}`).sort(),
    derived: [...found].flatMap(([platform, list]) => list.map((i) =>
      `${platform} ${i.id.split(' ')[1]} ${hour(i.openedAt)}–${hour(i.closedAt) ?? ''}${i.leftOut === 'everywhere' ? ' everywhere' : ''}`)).sort(),
  };
}

describe('the breakages that a record tells of', () => {
  it.each<[string, Rows]>([
    ['one that is over', { [`${PORT} unit`]: 'PPFFFFPP', [`${REFERENCE} unit`]: 'PPPPPPPP' }],
    ['one that goes on', { [`${PORT} unit`]: 'PPFFFF' }],
    ['too few failures', { [`${PORT} unit`]: 'PPFFPFFP' }],
    ['one after another, within a day', { [`${PORT} unit`]: 'FFFPPFFFPP' }],
    ['one after another, days apart', { [`${PORT} unit`]: `FFFPP${'P'.repeat(30)}FFFPP` }],
    ['two jobs at once', { [`${PORT} unit`]: 'FFFFFFPP', [`${PORT} e2e`]: '.FFFFFFFPP' }],
    ['a silence', { [`${PORT} unit`]: `PP${'.'.repeat(60)}PP` }],
    ['a silence and then failures', { [`${PORT} unit`]: `PP${'.'.repeat(60)}FFFFPP` }],
    ['a failure and then silence', { [`${PORT} unit`]: `FFF${'.'.repeat(60)}PP` }],
    ['one that turns out to be everywhere', { [`${PORT} unit`]: 'PPPF.', [`${REFERENCE} unit`]: 'FFFPFP' }],
    ['one that a port has alone until the reference platform breaks too', { [`${PORT} unit`]: 'FFF', [`${REFERENCE} unit`]: 'PP.FFF' }],
    ['one that is everywhere', { [`${PORT} unit`]: 'PPFFFFPP', [`${REFERENCE} unit`]: 'PPFFFFPP' }],
  ])('are those that the live program opens and closes: %s', (_, rows) => {
    const { live, derived } = both(rows);
    expect(derived).toEqual(live);
  });

  it('are the same whatever happens on a platform by itself', () => {
    const letters = fc.string({ unit: fc.constantFrom('P', 'P', 'F', 'F', 'K', '.'), minLength: 1, maxLength: 60 });
    fc.assert(fc.property(letters, letters, fc.boolean(), (unit, e2e, gap) => {
      const { live, derived } = both({ [`${PORT} unit`]: unit + (gap ? `${'.'.repeat(55)}${e2e}` : ''), [`${PORT} e2e`]: e2e });
      expect(derived).toEqual(live);
    }), { numRuns: 60 });
  });

  it('are the same where the reference platform breaks too, and everywhere where live they are', () => {
    const letters = fc.string({ unit: fc.constantFrom('P', 'P', 'F', 'F', '.'), minLength: 1, maxLength: 40 });
    fc.assert(fc.property(letters, letters, (port, reference) => {
      const { live, derived } = both({ [`${PORT} unit`]: port, [`${REFERENCE} unit`]: reference });
      expect(derived).toEqual(live);
    }), { numRuns: 150 });
  });

  it('are the same around a planned downtime', () => {
    const letters = fc.string({ unit: fc.constantFrom('P', 'P', 'F', 'F', '.'), minLength: 1, maxLength: 60 });
    const hours = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 30 }), fc.boolean());
    fc.assert(fc.property(letters, letters, hours, (before, after, [from, length, silent]) => {
      const unit = before + (silent ? '.'.repeat(60) : '') + after;
      const downtime = { from: START + from * HOUR + 1, to: START + (from + length) * HOUR + 1, reason: null };
      const { live, derived } = both({ [`${PORT} unit`]: unit }, { [PORT]: [downtime] });
      // The story looks once an hour: it does not see a silence that the hour's own run ends.
      fc.pre(derived.every((i) => !i.includes('stale') || (unit[Number(/ (\d+)–/.exec(i)?.[1]) - 1] ?? '.') === '.'));
      expect(derived).toEqual(live);
    }), { numRuns: 100 });
  });
});

/** The incidents of the port whose unit tests ran like this, every hour from START. */
function incidents(letters: string, { acks = [], downtimes = [], until }: { readonly acks?: readonly { readonly at: number; readonly job: string | null }[]; readonly downtimes?: PlatformEvidence['downtimes']; readonly until?: number }): readonly IncidentRecord[] {
  const { story, record } = told({ [`${PORT} unit`]: letters });
  const all: Acks = new Map([[PORT, acks]]);
  return incidentsOf(story.project, record.map((p) => p.platform === PORT ? { ...p, downtimes } : p), all, until ?? story.now).get(PORT) ?? [];
}

describe('who had a breakage', () => {
  const broken = `PPFFF${'F'.repeat(20)}PP`;

  it('is whoever said so first while it was open', () => {
    expect(incidents(broken, { acks: [{ at: START + 9 * HOUR, job: null }, { at: START + 12 * HOUR, job: null }] })).toMatchObject([{ openedAt: START + 5 * HOUR, acknowledgedAt: START + 9 * HOUR, closedAt: START + 27 * HOUR }]);
    expect(incidents(broken, { acks: [{ at: START + 27 * HOUR, job: null }] })).toMatchObject([{ acknowledgedAt: null, closedAt: START + 27 * HOUR }]);
    expect(incidents(broken, { acks: [{ at: START + HOUR, job: null }, { at: START + 40 * HOUR, job: null }] })).toMatchObject([{ acknowledgedAt: null }]);
  });

  it('may be somebody who saw it before it was one', () => {
    expect(incidents(broken, { acks: [{ at: START + 3 * HOUR, job: null }] })).toMatchObject([{ openedAt: START + 5 * HOUR, acknowledgedAt: START + 5 * HOUR }]);
  });

  it('is nobody who spoke of another job', () => {
    expect(incidents(broken, { acks: [{ at: START + 9 * HOUR, job: 'e2e' }] })).toMatchObject([{ acknowledgedAt: null }]);
    expect(incidents(broken, { acks: [{ at: START + 9 * HOUR, job: 'unit' }] })).toMatchObject([{ acknowledgedAt: START + 9 * HOUR }]);
  });

  it('is not asked of one that a downtime explains', () => {
    const downtimes = [{ from: START + 8 * HOUR, to: START + 20 * HOUR, reason: 'move' }];
    expect(incidents(broken, { downtimes })).toMatchObject([{ leftOut: 'downtime' }]);
    expect(incidents(broken, { downtimes, acks: [{ at: START + 8 * HOUR, job: null }] })).toMatchObject([{ leftOut: 'downtime' }]);
    expect(incidents(broken, { downtimes, acks: [{ at: START + 6 * HOUR, job: null }] })).toMatchObject([{ leftOut: null }]);
    expect(incidents(broken, { downtimes: [{ from: START + 100 * HOUR, to: START + 120 * HOUR, reason: null }] })).toMatchObject([{ leftOut: null }]);
  });

  it('tells one red run from a breakage that goes on', () => {
    const once = (letters: string): number | null | undefined => {
      const { story, record } = told({ [`${PORT} unit`]: letters }, [{ platform: PORT, name: 'unit', thresholds: { failuresToOpen: 1 } }]);
      const again = incidentsOf(story.project, record, new Map(), story.now).get(PORT)?.[0]?.again;
      return again === null || again === undefined ? again : (again - START) / HOUR;
    };
    expect([once('PPFPP'), once('PPF'), once('PPFFPP'), once('PPFPFPP'), once('PPFPPFPP')]).toEqual([null, null, 4, 5, 6]);
  });

  it('is told as of a moment: what comes later is not looked at', () => {
    expect(incidents(broken, { until: START + 4 * HOUR })).toEqual([]);
    expect(incidents(broken, { until: START + 10 * HOUR })).toMatchObject([{ openedAt: START + 5 * HOUR, closedAt: null }]);
    expect(incidents('PP', { until: START + 10 * DAY })).toMatchObject([{ openedAt: START + 50 * HOUR + 1, closedAt: null }]);
  });
});
