import type { Generated } from 'kysely';

/** The tables as Kysely types them. Times are epoch milliseconds, days count since 1970 in UTC, documents are JSON as text. */
export interface Tables {
  /** Tracked jobs ever seen; a small number stands for the long key in the big tables. */
  jobs: {
    id: Generated<number>;
    project: string;
    key: string;
    /** The first day whose roll-up is behind its runs; null: none. */
    roll_from: number | null;
    /** Runs of earlier days have been dropped. */
    pruned_day: Generated<number>;
  };
  job_states: { job: number; state: string };
  runs: {
    job: number;
    build: string;
    started: number;
    finished: number | null;
    outcome: string;
    sha: string | null;
    url: string | null;
  };
  rollups: { job: number; day: number; passed: number; failed: number; flaky: number };
  source_health: { project: string; source: string; last_good: number | null; last_tried: number; error: string | null };
  incidents: {
    id: string;
    project: string;
    platform: string;
    kind: string;
    state: string;
    revision: number;
    summarised_by: string | null;
    next_deadline: number | null;
    opened_at: number;
    closed_at: number | null;
    document: string;
  };
  incident_issues: { repo: string; number: number; incident: string };
  proposals: {
    id: string;
    project: string;
    state: string;
    revision: number;
    next_deadline: number | null;
    proposed_at: number;
    decided_at: number | null;
    document: string;
  };
  step_warnings: { id: string; project: string; state: string; revision: number; raised_at: number; over_at: number | null; document: string };
  conflicts: { id: string; project: string; platform: string; stage: string; revision: number; next_deadline: number | null; detected_at: number; over_at: number | null; document: string };
  conflict_issues: { repo: string; number: number; conflict: string };
  step_warning_issues: { repo: string; number: number; warning: string };
  proposal_issues: { repo: string; number: number; proposal: string };
  quiets: { id: string; project: string; kind: string; revision: number; said_at: number; over_at: number; document: string };
  identities: { slack_team: string; slack_user: string; login: string; at: number };
  link_codes: { hash: string; slack_team: string; slack_user: string; created_at: number; expires: number };
  outbox: {
    seq: Generated<number>;
    key: string;
    project: string;
    entity: string;
    destination: string;
    family: string | null;
    summary: string;
    action: string;
    state: string;
    attempts: number;
    not_before: number;
    lease_owner: string | null;
    lease_until: number | null;
    created_at: number;
    updated_at: number;
    last_error: string | null;
    receipt: string | null;
  };
  inbox: {
    seq: Generated<number>;
    id: string;
    surface: string;
    event: string;
    payload: string;
    lane: string;
    state: string;
    received_at: number;
    attempts: number;
    not_before: number;
    lease_owner: string | null;
    lease_until: number | null;
    last_error: string | null;
  };
  pings: { seq: Generated<number>; key: string; at: number; project: string; incident: string; fact: string; handle: string; mode: string };
  platform_events: { seq: Generated<number>; id: string; project: string; platform: string; kind: string; at: number; document: string };
  configurations: { repository: number; revision: number; document: string };
  good_days: { project: string; day: number; source: string };
  audit: { seq: Generated<number>; at: number; project: string; entity: string; what: string; actor: string; evidence: string };
  warnings: {
    key: string;
    project: string;
    text: string;
    urgency: string;
    since: number;
    cleared_at: number | null;
    told_at: number | null;
  };
  leases: { name: string; owner: string; fence: number; expires: number };
  meta: { key: string; value: string };
}

export type TableName = keyof Tables;
