import type { Words } from './words.ts';

/** A platform's record is what steps are decided on: on both engines a line can be added and never changed or taken away. */
const appendOnly = (w: Words): readonly string[] => w.kind === 'sqlite'
  ? ['update', 'delete'].map((verb) =>
    `create trigger platform_events_no_${verb} before ${verb} on platform_events begin select raise(abort, 'the record of platforms is append-only'); end`)
  : [
    `create function archsignal_platform_events_are_append_only() returns trigger language plpgsql as $$
      begin raise exception 'the record of platforms is append-only'; end $$`,
    `create trigger platform_events_append_only before update or delete or truncate on platform_events
      for each statement execute function archsignal_platform_events_are_append_only()`,
  ];

/** What is remembered for years: what happened to platforms, the days on which sources were read well, and incidents by when they opened. */
export const evidence = (w: Words): readonly string[] => [
  `create table platform_events (
    seq ${w.identity},
    id ${w.text} not null,
    project ${w.text} not null,
    platform ${w.text} not null,
    kind ${w.text} not null,
    at ${w.time} not null,
    document ${w.text} not null,
    unique (project, id)
  ) ${w.end}`,
  'create index platform_events_by_time on platform_events (project, at, seq)',
  ...appendOnly(w),

  `create table good_days (
    project ${w.text} not null,
    day ${w.integer} not null,
    source ${w.text} not null,
    primary key (project, day, source)
  ) ${w.keyed}`,

  'create index incidents_by_open on incidents (project, opened_at, id)',
];
