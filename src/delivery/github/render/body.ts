import { whatIsAsked } from './asks.ts';
import { jobTable, notes, suspects } from './jobs.ts';
import { history, lead } from './lead.ts';
import { fitted, type Limits } from './limits.ts';
import { addressed } from './names.ts';
import { fixes, tried } from './steering.ts';
import type { Subject } from './telling.ts';
import { failingTests } from './tests.ts';

export interface BodyOptions {
  /** Facts up to this number are told by the body as it was filed: whom they ask is addressed. */
  readonly told: number;
  /** True only in a text that is new and asks for the first time: an edit mentions nobody. */
  readonly mention: boolean;
  /** Characters that there is room for. */
  readonly room: number;
}

/** Whom a body addresses: everybody that the facts which it tells ask, each once. */
export const askedBy = ({ incident }: Pick<Subject, 'incident'>, told: number): string[] =>
  [...new Set(incident.facts.filter((f) => f.n <= told).flatMap((f) => f.asks))];

/**
 * The section of an issue's body that is ours: first what a person needs, then what they may want. Says the same for the
 * same incident, whenever it is asked. Null where not even the shortest form has room.
 */
export function bodySection(subject: Subject, options: BodyOptions): string | null {
  return fitted(options.room, (limits) => paragraphs(subject, options, limits).join('\n\n'));
}

function paragraphs(subject: Subject, { told, mention }: BodyOptions, limits: Limits): string[] {
  const parts = [
    addressed(subject.incident.state === 'open' ? askedBy(subject, told) : [], mention, lead(subject)),
    jobTable(subject, limits.jobs),
    limits.jobs === 0 ? null : notes(subject),
    limits.jobs === 0 ? null : suspects(subject),
    failingTests(subject, limits),
    ...whatIsAsked(subject),
    limits.jobs === 0 ? null : tried(subject.incident),
    limits.jobs === 0 ? null : fixes(subject.incident),
    history(subject),
  ];
  return parts.filter((p) => p !== null && p !== '') as string[];
}
