import type { IncidentRecord, PlatformEvidence } from '../../domain/evidence.ts';
import type { PlatformId } from '../../domain/platform.ts';
import type { Project } from '../../domain/project.ts';
import { Peers } from './peers-then.ts';
import { spellsOf, type Spell } from './spells.ts';

/** Somebody said that they have it. `job`: a name; null: whatever is open on the platform. */
export interface AckRecord {
  readonly at: number;
  readonly job: string | null;
}

export type Acks = ReadonlyMap<PlatformId, readonly AckRecord[]>;

/** A downtime that begins within this after a breakage, before anybody had it, explains it (milliseconds). */
const SOON = 7 * 86_400_000;

/**
 * The breakages that runs tell of, as they would have been opened and closed had they been polled as they came: by the jobs'
 * thresholds, with one open incident per platform and kind, reopened when it breaks again within `reopenWithin`, and put
 * on the reference platform's account where that failed the same suite. `until` (epoch ms): as of then; what is later is not looked at.
 */
export function incidentsOf(project: Project, platforms: readonly PlatformEvidence[], acks: Acks, until: number): ReadonlyMap<PlatformId, readonly IncidentRecord[]> {
  const spells = new Map<PlatformId, Spell[]>(platforms.map((p) => [p.platform, []]));
  const peers = new Peers(project, platforms, until);
  for (const platform of platforms) {
    for (const { job } of platform.jobs) {
      const timeline = peers.timeline(job.key);
      if (timeline === null) continue;
      for (const spell of spellsOf(timeline, peers, until)) spells.get(spell.everywhere ? project.reference : platform.platform)?.push(spell);
    }
  }
  return new Map(platforms.map((p) => [p.platform, [
    ...grouped(p, 'breakage', spells.get(p.platform) ?? [], acks.get(p.platform) ?? [], project.signal.reopenWithin),
    ...grouped(p, 'stale', spells.get(p.platform) ?? [], acks.get(p.platform) ?? [], project.signal.reopenWithin),
  ].sort((a, b) => a.openedAt - b.openedAt)]));
}

interface Growing {
  readonly spells: Spell[];
  closedAt: number | null;
}

/** Jobs that are broken at one time make one incident. */
function grouped({ platform, downtimes }: PlatformEvidence, kind: Spell['kind'], all: readonly Spell[], acks: readonly AckRecord[], reopenWithin: number): IncidentRecord[] {
  const groups: Growing[] = [];
  for (const spell of all.filter((s) => s.kind === kind).sort((a, b) => a.from - b.from)) {
    const last = groups.at(-1);
    if (last === undefined || !goesOn(last, spell.from, reopenWithin)) groups.push({ spells: [spell], closedAt: spell.to });
    else {
      last.spells.push(spell);
      last.closedAt = last.closedAt === null || spell.to === null ? null : Math.max(last.closedAt, spell.to);
    }
  }
  return groups.map((group) => recordOf(`${platform} ${kind}`, group, acks, downtimes));
}

/** Still open, or closed by itself a short while ago: it is the same incident. */
function goesOn({ spells, closedAt }: Growing, from: number, reopenWithin: number): boolean {
  if (closedAt === null || from <= closedAt) return true;
  const recovered = spells.some((s) => s.to === closedAt && s.recovered);
  return recovered && from - closedAt < reopenWithin;
}

function recordOf(slot: string, { spells, closedAt }: Growing, acks: readonly AckRecord[], downtimes: PlatformEvidence['downtimes']): IncidentRecord {
  const openedAt = spells[0]?.from ?? 0;
  // Who looks closely has it before the threshold is reached.
  const first = acks.find((ack) => spells.some((s) => (ack.job === null || ack.job === s.job.name) && s.since <= ack.at && (s.to === null || ack.at < s.to)));
  const acknowledgedAt = first === undefined ? null : Math.max(first.at, openedAt);
  const again = Math.min(...spells.slice(0, 1).map((s) => s.again ?? Infinity), ...spells.slice(1).map((s) => s.from));
  const down = explains(downtimes, { openedAt, closedAt, acknowledgedAt });
  return {
    id: `${slot} ${new Date(openedAt).toISOString()}`, openedAt, acknowledgedAt, closedAt, again: Number.isFinite(again) ? again : null,
    leftOut: spells.some((s) => s.everywhere) ? 'everywhere' : down ? 'downtime' : null, url: null,
  };
}

/** Whether a downtime explains why nobody answered: it began soon after the breakage, before anybody had it and before it was over. */
export function explains(downtimes: PlatformEvidence['downtimes'], { openedAt, closedAt, acknowledgedAt }: Pick<IncidentRecord, 'openedAt' | 'closedAt' | 'acknowledgedAt'>): boolean {
  const until = Math.min(openedAt + SOON, closedAt ?? Infinity);
  return downtimes.some((d) => d.from < until && d.to > openedAt && d.from <= (acknowledgedAt ?? Infinity));
}
