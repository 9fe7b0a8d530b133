import type { Words } from './words.ts';

/** On both engines a line of the audit can be added and never changed or taken away. */
const appendOnly = (w: Words): readonly string[] => w.kind === 'sqlite'
  ? ['update', 'delete'].map((verb) =>
    `create trigger audit_no_${verb} before ${verb} on audit begin select raise(abort, 'the audit is append-only'); end`)
  : [
    `create function archsignal_audit_is_append_only() returns trigger language plpgsql as $$
      begin raise exception 'the audit is append-only'; end $$`,
    `create trigger audit_append_only before update or delete or truncate on audit
      for each statement execute function archsignal_audit_is_append_only()`,
  ];

/** The audit, what operators should mend, who holds which role, and single values. */
export const records = (w: Words): readonly string[] => [
  `create table audit (
    seq ${w.identity},
    at ${w.time} not null,
    project ${w.text} not null,
    entity ${w.text} not null,
    what ${w.text} not null,
    actor ${w.text} not null,
    evidence ${w.text} not null
  ) ${w.end}`,
  'create index audit_by_entity on audit (entity, seq)',
  ...appendOnly(w),

  `create table warnings (
    key ${w.text} not null primary key,
    project ${w.text} not null,
    text ${w.text} not null,
    urgency ${w.text} not null,
    since ${w.time} not null,
    cleared_at ${w.time},
    told_at ${w.time}
  ) ${w.end}`,
  'create index warnings_standing on warnings (project, key) where cleared_at is null',

  `create table leases (
    name ${w.text} not null primary key,
    owner ${w.text} not null,
    fence ${w.integer} not null,
    expires ${w.time} not null
  ) ${w.end}`,

  `create table meta (
    key ${w.text} not null primary key,
    value ${w.text} not null
  ) ${w.end}`,
];
