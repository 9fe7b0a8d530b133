import type { Words } from './words.ts';

/** What people decide: proposals and their issues, mutes and downtimes, and who a Slack member is. */
export const steering = (w: Words): readonly string[] => [
  `create table proposals (
    id ${w.text} not null primary key,
    project ${w.text} not null,
    state ${w.text} not null,
    revision ${w.integer} not null,
    next_deadline ${w.time},
    proposed_at ${w.time} not null,
    decided_at ${w.time},
    document ${w.text} not null
  ) ${w.end}`,
  'create index proposals_by_decision on proposals (project, decided_at)',
  'create index proposals_due on proposals (next_deadline) where next_deadline is not null',

  `create table proposal_issues (
    repo ${w.text} not null,
    number ${w.integer} not null,
    proposal ${w.text} not null references proposals (id),
    primary key (repo, number, proposal)
  ) ${w.keyed}`,

  `create table quiets (
    id ${w.text} not null primary key,
    project ${w.text} not null,
    kind ${w.text} not null,
    revision ${w.integer} not null,
    said_at ${w.time} not null,
    over_at ${w.time} not null,
    document ${w.text} not null
  ) ${w.end}`,
  'create index quiets_by_end on quiets (project, over_at)',

  `create table identities (
    slack_team ${w.text} not null,
    slack_user ${w.text} not null,
    login ${w.text} not null,
    at ${w.time} not null,
    primary key (slack_team, slack_user)
  ) ${w.keyed}`,

  `create table link_codes (
    hash ${w.text} not null primary key,
    slack_team ${w.text} not null,
    slack_user ${w.text} not null,
    created_at ${w.time} not null,
    expires ${w.time} not null,
    unique (slack_team, slack_user)
  ) ${w.end}`,

  'create index audit_by_actor on audit (actor, at, seq)',
];
