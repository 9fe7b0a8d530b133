import type { AuditKind } from './audit.ts';

/** Something an operator should mend. Raised while it lasts, told once, cleared when it is over. */
export interface Warning {
  /** Stable while the problem lasts: `source:<project>:<name>`, `owner:<project>:<handle>`, `outbox:<row>` … */
  readonly key: string;
  readonly project: string;
  /** A sentence or two: what, where, what to do. */
  readonly text: string;
  /** `now`: people are told at once. `lasting`: only when it lasts longer than the project's `alert_after`. `log`: log, metrics and /readyz only. */
  readonly urgency: 'now' | 'lasting' | 'log';
}

/** A warning as stored; times in epoch milliseconds. */
export interface WarningRow extends Warning {
  readonly since: number;
  readonly clearedAt: number | null;
  readonly toldAt: number | null;
}

/** One line of the append-only audit: what was decided, by whom, on what evidence. */
export interface AuditEntry {
  readonly at: number;
  readonly project: string;
  /** `incident:<id>`, `command:<source>`, `configuration` …: the subjects of `AUDIT_KINDS`. */
  readonly entity: string;
  /** What was decided. A line that an older version wrote may name another kind. */
  readonly what: AuditKind;
  /** `archsignal`, or a login with the surface: `github:olga`. */
  readonly actor: string;
  /** JSON-serialisable facts that the decision rests on. */
  readonly evidence: unknown;
}

/** A mention, for the record: who was asked, of what, and whether it was written, only shadowed, or dry. */
export interface Ping {
  /** `<incident>:<fact>:<handle>`: never two for the same. */
  readonly key: string;
  readonly at: number;
  readonly project: string;
  readonly incident: string;
  readonly fact: string;
  readonly handle: string;
  readonly mode: 'live' | 'shadow' | 'dry';
}
