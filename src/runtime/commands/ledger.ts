import type { Outcome, ProposalChange, QuietChange, Scene } from '../../commands/verb.ts';
import type { PlannedAction } from '../../domain/action.ts';
import type { PlatformEvent } from '../../domain/event.ts';
import type { AuditEntry } from '../../domain/notice.ts';
import type { Identity, LinkCode } from '../../domain/person.ts';
import type { ConflictChange } from '../../policy/conflict-draft.ts';
import type { Change } from '../../policy/world.ts';
import type { Bundle } from '../commit.ts';

/** Adds up what several commands change, so that it is written at once: one new version of each thing, however often it was changed. */
export class Ledger {
  #scene: Scene;
  readonly #incidents = new Map<string, Change>();
  readonly #proposals = new Map<string, ProposalChange>();
  readonly #conflicts = new Map<string, ConflictChange>();
  readonly #quiets = new Map<string, QuietChange>();
  readonly #actions: PlannedAction[] = [];
  readonly #events: PlatformEvent[] = [];
  readonly #audit: AuditEntry[] = [];
  readonly #identities: Identity[] = [];
  readonly #given: LinkCode[] = [];
  #usedCode: string | null = null;

  constructor(scene: Scene) { this.#scene = scene; }

  /** The scene as it is after what was added. */
  get scene(): Scene { return this.#scene; }

  add(outcome: Outcome): void {
    for (const change of outcome.incidents ?? []) this.#incident(change);
    for (const change of outcome.proposals ?? []) {
      const before = this.#proposals.get(change.proposal.id);
      this.#proposals.set(change.proposal.id, before ? { ...change, expected: before.expected, audit: [...before.audit, ...change.audit] } : change);
    }
    for (const change of outcome.conflicts ?? []) {
      const before = this.#conflicts.get(change.conflict.id);
      this.#conflicts.set(change.conflict.id, before ? { ...change, expected: before.expected, proposals: [...before.proposals, ...change.proposals], audit: [...before.audit, ...change.audit], pings: [...before.pings, ...change.pings] } : change);
    }
    for (const change of outcome.quiets ?? []) {
      const before = this.#quiets.get(change.quiet.id);
      this.#quiets.set(change.quiet.id, before ? { ...change, expected: before.expected } : change);
    }
    this.#actions.push(...outcome.actions ?? []);
    this.#events.push(...outcome.events ?? []);
    this.#audit.push(...outcome.audit ?? []);
    if (outcome.identity) this.#identities.push(outcome.identity);
    if (outcome.code && 'give' in outcome.code) this.#given.push(outcome.code.give);
    if (outcome.code && 'use' in outcome.code) this.#usedCode = outcome.code.use;
    this.#scene = {
      ...this.#scene, codeUsed: this.#usedCode !== null,
      incidents: replaced(this.#scene.incidents, (outcome.incidents ?? []).map((c) => c.incident)),
      proposals: replaced(this.#scene.proposals, (outcome.proposals ?? []).map((c) => c.proposal)),
      conflicts: replaced(this.#scene.conflicts, (outcome.conflicts ?? []).map((c) => c.conflict)),
      quiets: replaced(this.#scene.quiets, (outcome.quiets ?? []).map((c) => c.quiet)),
    };
  }

  note(entry: AuditEntry): void { this.#audit.push(entry); }

  #incident(change: Change): void {
    const before = this.#incidents.get(change.incident.id);
    this.#incidents.set(change.incident.id, before
      ? { ...change, expected: before.expected, audit: [...before.audit, ...change.audit], pings: [...before.pings, ...change.pings] } : change);
  }

  bundle(): Bundle {
    return {
      incidents: [...this.#incidents.values()], proposals: [...this.#proposals.values()], conflicts: [...this.#conflicts.values()], quiets: [...this.#quiets.values()],
      actions: this.#actions, events: this.#events, audit: this.#audit, identities: this.#identities, codes: this.#given,
      ...(this.#usedCode === null ? {} : { usedCode: this.#usedCode }),
    };
  }
}

/** The list with newer versions in the place of older ones, and what is new at its end. */
function replaced<T extends { readonly id: string }>(list: readonly T[], newer: readonly T[]): readonly T[] {
  if (newer.length === 0) return list;
  const byId = new Map(newer.map((n) => [n.id, n]));
  const known = new Set(list.map((i) => i.id));
  return [...list.map((i) => byId.get(i.id) ?? i), ...newer.filter((n) => !known.has(n.id))];
}
