import type { Words } from './words.ts';

/** Incidents, and every issue that one of them has or had. */
export const incidents = (w: Words): readonly string[] => [
  `create table incidents (
    id ${w.text} not null primary key,
    project ${w.text} not null,
    platform ${w.text} not null,
    kind ${w.text} not null,
    state ${w.text} not null,
    revision ${w.integer} not null,
    summarised_by ${w.text},
    next_deadline ${w.time},
    opened_at ${w.time} not null,
    closed_at ${w.time},
    document ${w.text} not null
  ) ${w.end}`,
  "create unique index incidents_slot on incidents (project, platform, kind) where state = 'open' and summarised_by is null",
  'create index incidents_by_place on incidents (project, platform, kind, closed_at)',
  'create index incidents_by_close on incidents (project, closed_at)',
  'create index incidents_due on incidents (next_deadline) where next_deadline is not null',

  `create table incident_issues (
    repo ${w.text} not null,
    number ${w.integer} not null,
    incident ${w.text} not null references incidents (id),
    primary key (repo, number, incident)
  ) ${w.keyed}`,
];
