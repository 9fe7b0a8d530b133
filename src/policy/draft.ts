import type { Fact, Incident, IncidentJob, IncidentKind, Scope } from '../domain/incident.ts';
import { standingJobs } from '../domain/incident.ts';
import type { AuditEntry } from '../domain/notice.ts';
import { platformSlug, type PlatformId } from '../domain/platform.ts';
import { deadlinesFor } from './due.ts';
import { withoutOldNews } from './facts.ts';
import { askedFor, type Change, type World } from './world.ts';

/** What a fact says, without its number, time and asks, which the draft gives it. */
export type NewFact =
  DistributiveOmit<Fact, 'n' | 'at' | 'asks'>;

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** An incident on its way to its next version: collects what changes, then says it once. */
export class Draft {
  incident: Incident;
  readonly base: Incident | null;
  readonly #audit: AuditEntry[] = [];
  /** Something that a reader sees has changed. */
  #shown = false;

  constructor(incident: Incident, base: Incident | null) {
    this.incident = incident;
    this.base = base;
  }

  /** Rows that still stand. */
  get standing(): readonly IncidentJob[] { return standingJobs(this.incident); }

  /** Sets fields that no reader sees by themselves. */
  set(fields: Partial<Incident>): void { this.incident = { ...this.incident, ...fields }; }

  /** Sets fields that the issue or the message shows. */
  show(fields: Partial<Incident>): void {
    this.set(fields);
    this.#shown = true;
  }

  /** Adds a fact with the people it asks, and the audit entry for it: of when it was `said`, where that was before it was learned. */
  tell(now: number, fact: NewFact, asks: readonly string[], actor: string, evidence: unknown, said = now): void {
    const n = (this.incident.facts.at(-1)?.n ?? 0) + 1;
    this.show({ facts: withoutOldNews([...this.incident.facts, { ...fact, n, at: now, asks }]) });
    this.#audit.push({ at: said, project: this.incident.project, entity: `incident:${this.incident.id}`, what: fact.kind, actor, evidence });
  }

  /** The change to commit; null where nothing changed. */
  change(): Change | null {
    if (this.base !== null && this.incident === this.base) return null;
    const old = this.base?.facts.at(-1)?.n ?? 0;
    const incident = {
      ...this.incident,
      revision: (this.base?.revision ?? 0) + 1,
      shown: this.base === null ? 1 : this.base.shown + (this.#shown ? 1 : 0),
    };
    const pings = incident.facts.filter((f) => f.n > old).flatMap((f) => f.asks.map((handle) => ({
      key: `${incident.id}:${f.n}:${handle}`, at: f.at, project: incident.project, incident: incident.id, fact: f.kind, handle,
    })));
    return { expected: this.base?.revision ?? null, incident, audit: this.#audit, pings };
  }
}

/** Text as a part of an id: letters, digits and dashes. */
export const slugged = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'project';

/** The id of a new incident: the same breakage gets the same id, whoever decides and whatever was forgotten in between. */
function newId(world: World, platform: PlatformId, kind: IncidentKind, since: number): string {
  const base = `${slugged(world.project.name)}-${platformSlug(platform)}-${kind}-${since.toString(36)}`;
  // Muted and broken on, one streak may make several: the newest known has the greatest number.
  const numbers = [...world.incidents, ...world.lastClosed.values()].map(({ id }) => id === base ? 1 : id.startsWith(`${base}-`) ? Number(id.slice(base.length + 1)) || 0 : 0);
  const named = (n: number): string => n === 1 ? base : `${base}-${n}`;
  let n = Math.max(0, ...numbers) + 1;
  while (world.takenIds.has(named(n))) n++;
  return named(n);
}

/** A new incident with these rows; its `opened` fact is told by the caller, when its scope is settled. */
export function newDraft(world: World, platform: PlatformId, kind: IncidentKind, scope: Scope, rows: readonly IncidentJob[], previous: Incident | null): Draft {
  const { project, now } = world;
  const since = Math.min(now, ...rows.map((r) => r.streak?.since ?? r.lastRun ?? now));
  return new Draft({
    id: newId(world, platform, kind, since), project: project.name, repo: project.repo, platform, kind, scope, state: 'open',
    revision: 0, shown: 0, openedAt: now, closedAt: null, closedBy: null, jobs: rows, facts: [], acknowledged: null,
    firstAcknowledged: null, snooze: null, classified: null, tries: [], fixes: [], lastSaid: {},
    owners: project.platforms.find((p) => p.id === platform)?.owners ?? [],
    ...deadlinesFor({ kind, scope, platform }, rows, world), stillFailingAt: null,
    surroundings: { jobsTotal: 0, wellJobs: [], platformsPassing: [], platformsFailing: [] },
    previous: previous ? { id: previous.id, issue: previous.issue } : null,
    summarisedBy: null, summarises: [], generation: 1, issue: null, lostIssues: [], messages: {},
  }, null);
}

/** Tells the opening of a new incident to whom it concerns. */
export function tellOpened(draft: Draft, world: World): void {
  const asks = draft.incident.summarisedBy === null ? askedFor(world, draft.incident, 'first') : [];
  draft.tell(world.now, { kind: 'opened' }, asks, 'archsignal', evidenceOf(draft.incident.jobs));
}

/** The runs that a decision rests on. */
export const evidenceOf = (rows: readonly IncidentJob[]): unknown => rows.map((r) => ({
  job: r.key, state: r.state, streak: r.streak, lastRun: r.lastRun, lastGreen: r.lastGreen, links: r.links,
}));
