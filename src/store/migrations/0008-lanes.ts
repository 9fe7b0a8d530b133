import type { Words } from './words.ts';

/** Deliveries of one lane are handled one after the other, whichever replica takes them; those from before have a lane each. */
export const lanes = (w: Words): readonly string[] => [
  `alter table inbox add column lane ${w.text} not null default ''`,
  "update inbox set lane = id where state in ('pending', 'leased')",
  "create index inbox_lanes on inbox (lane, seq) where state in ('pending', 'leased')",
];
