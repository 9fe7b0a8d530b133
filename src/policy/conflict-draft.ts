import { BY_PROGRAM } from '../domain/proposal.ts';
import type { Conflict, ConflictFact, ConflictOutcome, ConflictStage, ConflictTimes } from '../domain/conflict.ts';
import type { AuditEntry, Ping } from '../domain/notice.ts';
import type { ProposalChange } from './world.ts';

/** A new version of a conflict, and what goes with it into one transaction. `expected`: the revision it was made from; null: it is new. */
export interface ConflictChange {
  readonly expected: number | null;
  readonly conflict: Conflict;
  readonly proposals: readonly ProposalChange[];
  readonly audit: readonly AuditEntry[];
  readonly pings: readonly Omit<Ping, 'mode'>[];
}

/** Facts that are kept: the story of nine months has some dozens. */
const MOST_FACTS = 200;

/** The facts of the present round: from its opening on. */
export const factsOfRound = ({ facts }: Pick<Conflict, 'facts'>): readonly ConflictFact[] => facts.slice(Math.max(0, facts.findLastIndex((f) => f.kind === 'opened')));

interface Telling { readonly asks?: readonly string[]; readonly detail?: string; readonly actor?: string; readonly evidence?: unknown; /** When it was said (epoch ms), where that was before now. */ readonly said?: number }

/** A conflict on its way to its next version: collects what changes, then says it once. */
export class ConflictDraft {
  conflict: Conflict;
  readonly base: Conflict | null;
  readonly now: number;
  readonly proposals: ProposalChange[] = [];
  readonly #audit: AuditEntry[] = [];
  #shown = false;

  constructor(conflict: Conflict, base: Conflict | null, now: number) {
    this.conflict = conflict;
    this.base = base;
    this.now = now;
  }

  /** Sets fields that no reader sees by themselves. */
  set(fields: Partial<Conflict>): this {
    this.conflict = { ...this.conflict, ...fields };
    return this;
  }

  /** Sets fields that its issues show. */
  show(fields: Partial<Conflict>): this {
    this.#shown = true;
    return this.set(fields);
  }

  /** Moves it to a stage, and notes the moments of it. */
  to(stage: ConflictStage, times: Partial<ConflictTimes> = {}): this {
    return this.show({ stage, times: { ...this.conflict.times, ...times } });
  }

  end(outcome: ConflictOutcome, detail: string): this {
    return this.to('over').show({ outcome }).tell('over', { detail, evidence: { outcome } });
  }

  /** Adds a fact with the people it asks, and the audit entry for it. */
  tell(kind: ConflictFact['kind'], { asks = [], detail = '', actor = BY_PROGRAM, evidence = null, said = this.now }: Telling = {}): this {
    const { facts, project, id, round } = this.conflict;
    this.#audit.push({ at: said, project, entity: `conflict:${id}`, what: kind, actor, evidence: { round, detail, evidence } });
    return this.show({ facts: [...facts, { n: (facts.at(-1)?.n ?? 0) + 1, at: this.now, kind, asks, detail }].slice(-MOST_FACTS) });
  }

  /** Whether this was told in the present round. */
  told(kind: ConflictFact['kind']): boolean { return this.sinceOpened().some((f) => f.kind === kind); }

  /** The facts of the present round. */
  sinceOpened(): readonly ConflictFact[] { return factsOfRound(this.conflict); }

  /** The change to commit; null where nothing changed. */
  change(): ConflictChange | null {
    if (this.conflict === this.base && this.proposals.length === 0) return null;
    const old = this.base?.facts.at(-1)?.n ?? 0;
    const conflict: Conflict = { ...this.conflict, revision: (this.base?.revision ?? 0) + 1, shown: this.base === null ? 1 : this.base.shown + (this.#shown ? 1 : 0) };
    const pings = conflict.facts.filter((f) => f.n > old).flatMap((f) => f.asks.map((handle) => ({
      key: `${conflict.id}:${f.n}:${handle}`, at: f.at, project: conflict.project, incident: conflict.id, fact: f.kind, handle,
    })));
    return { expected: this.base?.revision ?? null, conflict, proposals: this.proposals, audit: this.#audit, pings };
  }
}
