/** Rows of one family are asked for by their state: the newest done, those that wait; in the order of time alone all of them were read. */
export const families = (): readonly string[] => [
  'drop index outbox_by_family',
  'create index outbox_families on outbox (family, state, seq) where family is not null',
];
