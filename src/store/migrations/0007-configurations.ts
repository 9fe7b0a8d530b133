import type { Words } from './words.ts';

/** The configuration files that live in repositories: what stands there, and what is in force. */
export const configurations = (w: Words): readonly string[] => [
  `create table configurations (
    repository ${w.time} not null primary key,
    revision ${w.integer} not null,
    document ${w.text} not null
  ) ${w.end}`,
];
