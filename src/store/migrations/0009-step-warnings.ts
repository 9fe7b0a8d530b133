import type { Words } from './words.ts';

/** Public warnings that a platform may lose its step, and their issues. */
export const stepWarnings = (w: Words): readonly string[] => [
  `create table step_warnings (
    id ${w.text} not null primary key,
    project ${w.text} not null,
    state ${w.text} not null,
    revision ${w.integer} not null,
    raised_at ${w.time} not null,
    over_at ${w.time},
    document ${w.text} not null
  ) ${w.end}`,
  "create index step_warnings_standing on step_warnings (project) where state <> 'over'",

  `create table step_warning_issues (
    repo ${w.text} not null,
    number ${w.integer} not null,
    warning ${w.text} not null references step_warnings (id),
    primary key (repo, number, warning)
  ) ${w.keyed}`,
];
