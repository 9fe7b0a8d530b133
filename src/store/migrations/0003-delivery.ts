import type { Words } from './words.ts';

/** What is to be written outside, what came in from outside, and who was mentioned. */
export const delivery = (w: Words): readonly string[] => [
  `create table outbox (
    seq ${w.identity},
    key ${w.text} not null unique,
    project ${w.text} not null,
    entity ${w.text} not null,
    destination ${w.text} not null,
    family ${w.text},
    summary ${w.text} not null,
    action ${w.text} not null,
    state ${w.text} not null,
    attempts ${w.integer} not null,
    not_before ${w.time} not null,
    lease_owner ${w.text},
    lease_until ${w.time},
    created_at ${w.time} not null,
    updated_at ${w.time} not null,
    last_error ${w.text},
    receipt ${w.text}
  ) ${w.end}`,
  "create index outbox_unfinished on outbox (entity, destination, seq) where state in ('pending', 'leased')",
  'create index outbox_by_entity on outbox (entity, seq)',
  'create index outbox_by_family on outbox (family, seq) where family is not null',
  'create index outbox_by_state on outbox (state, seq)',

  `create table inbox (
    seq ${w.identity},
    id ${w.text} not null unique,
    surface ${w.text} not null,
    event ${w.text} not null,
    payload ${w.text} not null,
    state ${w.text} not null,
    received_at ${w.time} not null,
    attempts ${w.integer} not null,
    not_before ${w.time} not null,
    lease_owner ${w.text},
    lease_until ${w.time},
    last_error ${w.text}
  ) ${w.end}`,
  "create index inbox_unfinished on inbox (seq) where state in ('pending', 'leased')",
  'create index inbox_by_age on inbox (received_at)',

  `create table pings (
    seq ${w.identity},
    key ${w.text} not null unique,
    at ${w.time} not null,
    project ${w.text} not null,
    incident ${w.text} not null,
    fact ${w.text} not null,
    handle ${w.text} not null,
    mode ${w.text} not null
  ) ${w.end}`,
  'create index pings_by_time on pings (at, seq)',
];
