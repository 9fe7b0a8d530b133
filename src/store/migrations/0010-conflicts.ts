import type { Words } from './words.ts';

/** Release blockers against platforms' builds, and the issues for their way back. */
export const conflicts = (w: Words): readonly string[] => [
  `create table conflicts (
    id ${w.text} not null primary key,
    project ${w.text} not null,
    platform ${w.text} not null,
    stage ${w.text} not null,
    revision ${w.integer} not null,
    next_deadline ${w.time},
    detected_at ${w.time} not null,
    over_at ${w.time},
    document ${w.text} not null
  ) ${w.end}`,
  'create index conflicts_of on conflicts (project, over_at)',
  'create index conflicts_due on conflicts (next_deadline) where next_deadline is not null',

  `create table conflict_issues (
    repo ${w.text} not null,
    number ${w.integer} not null,
    conflict ${w.text} not null references conflicts (id),
    primary key (repo, number, conflict)
  ) ${w.keyed}`,
];
