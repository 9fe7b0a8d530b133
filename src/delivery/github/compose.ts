import { createHash } from 'node:crypto';
import type { Markers } from './marker.ts';
import { issueMarkId } from './marker.ts';
import { askedBy, bodySection } from './render/body.ts';
import { LONGEST_BODY } from './render/limits.ts';
import { lastFact, type Subject } from './render/telling.ts';
import { title } from './render/title.ts';
import { cut, paste, wrap } from './section.ts';

/** A title as its hidden record names it: a hash, because a title may hold anything. */
const titleId = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** Whom the filing of this issue calls: those whom its facts ask. Nobody for an issue that replaces one, or when all is over. */
export const called = (subject: Subject): string[] =>
  subject.incident.generation === 1 && subject.incident.state === 'open' ? askedBy(subject, lastFact(subject.incident)) : [];

export interface NewIssue {
  readonly title: string;
  readonly body: string;
  /** Facts up to this number are told by the body. */
  readonly facts: number;
}

/** A new issue's text; the one time that it may mention those whom it asks. */
export function newIssue(subject: Subject, markers: Markers, repository: number): NewIssue {
  const { incident } = subject;
  const facts = lastFact(incident);
  const name = title(subject);
  const marks = { title: markers.sign('title', titleId(name), repository), issue: markers.sign('incident', issueMarkId(incident.id, incident.generation, facts), repository) };
  const overhead = wrap('').length + marks.title.length + marks.issue.length + 20;
  const section = bodySection(subject, { told: facts, mention: called(subject).length > 0, room: LONGEST_BODY - overhead }) ?? 'The title says what happened; there is no room for more.';
  return { title: name, body: `${wrap(`${section}\n\n${marks.title}`)}\n${marks.issue}\n`, facts };
}

export interface Present {
  readonly title: string;
  readonly body: string;
}

/**
 * What has to change about an issue for it to show the incident as it is; empty where it does. Only the marked section
 * of the body is ours, and the title only while it is one that we wrote: a person's words are left alone (behaviour 16).
 * `told`: facts that the body told when it was filed.
 */
export function edits(present: Present, subject: Subject, told: number, markers: Markers, repository: number): { title?: string; body?: string } {
  const around = cut(present.body);
  if (around === null) return {};
  const name = title(subject);
  const record = markers.sign('title', titleId(name), repository);
  const retitled = !markers.read(around.section, 'title', repository).includes(titleId(present.title));
  const room = LONGEST_BODY - paste(around, '').length - record.length - 2;
  // A person's title stays, and so does the record by which it is known not to be ours.
  const recorded = retitled ? recordsIn(around.section) : record;
  const write = (mention: boolean): string | null => {
    const text = bodySection(subject, { told, mention, room });
    return text === null ? null : `${text}\n\n${recorded}`;
  };
  const section = write(false);
  const shown = section === null || around.section === section || around.section === write(true);
  return {
    ...(shown ? {} : { body: paste(around, section) }),
    ...(retitled || present.title === name ? {} : { title: name }),
  };
}

const recordsIn = (section: string): string => /<!-- archsignal:title:[^>]* -->/.exec(section)?.[0] ?? '';
