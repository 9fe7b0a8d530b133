import { createHash } from 'node:crypto';
import type { MarkerKind, Markers } from './marker.ts';
import { LONGEST_BODY } from './render/limits.ts';
import { cut, paste, wrap, type Cut } from './section.ts';

/** What an issue of ours says, before it is put into its place. */
export interface Content {
  readonly title: string;
  /** Facts that a new issue tells; 0 where it does not count any. */
  readonly facts: number;
  /** A new issue calls those whom it asks. */
  readonly calls: boolean;
  /** Our section in at most `room` characters, as an issue has it that told `told` facts when it was filed; null: not even its shortest form has room. */
  readonly section: (how: { readonly told: number; readonly mention: boolean; readonly room: number }) => string | null;
  /** What it is found by. */
  readonly mark: Mark;
}

/** What an issue is found by. */
export interface Mark {
  readonly kind: MarkerKind;
  readonly id: string;
  /** The id as an issue carries it that told `told` facts when it was filed. */
  readonly asFiled: (told: number) => string;
  /** Whether an id is this issue's, whenever it was filed. */
  readonly isOwn: (id: string) => boolean;
}

/** A title as its hidden record names it: a hash, because a title may hold anything. */
const titleId = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 32);

/** A new issue's title and body; the one time that it may mention those whom it asks. */
export function newIssue(content: Content, markers: Markers, repository: number): { title: string; body: string } {
  const { title } = content;
  const record = markers.sign('title', titleId(title), repository);
  const mark = markers.sign(content.mark.kind, content.mark.id, repository);
  const overhead = wrap('').length + record.length + mark.length + 20;
  const section = content.section({ told: content.facts, mention: content.calls, room: LONGEST_BODY - overhead }) ?? 'The title says what happened; there is no room for more.';
  return { title, body: `${wrap(`${section}\n\n${record}`)}\n${mark}\n` };
}

export interface Present {
  readonly title: string;
  readonly body: string;
}

/**
 * What has to change about an issue for it to say what it should; empty where it does. Only the marked section of the body
 * is ours, and the title only while it is one that we wrote: a person's words are left alone (behaviour 16). `told`: facts
 * that the body told when it was filed.
 */
export function edits(present: Present, content: Content, told: number, markers: Markers, repository: number): { title?: string; body?: string } {
  const asIs = cut(present.body);
  if (asIs === null) return {};
  const around = withoutOthers(asIs, content.mark, told, markers, repository);
  const name = content.title;
  const record = markers.sign('title', titleId(name), repository);
  const retitled = !markers.read(around.section, 'title', repository).includes(titleId(present.title));
  const room = LONGEST_BODY - paste(around, '').length - record.length - 2;
  // A person's title stays, and so does the record by which it is known not to be ours.
  const recorded = retitled ? recordsIn(around.section) : record;
  const write = (mention: boolean): string | null => {
    const text = content.section({ told, mention, room });
    return text === null ? null : `${text}\n\n${recorded}`;
  };
  const section = write(false);
  const shown = (section === null || around.section === section || around.section === write(true)) && around === asIs;
  return {
    ...(shown ? {} : { body: paste(around, section ?? around.section) }),
    ...(retitled || present.title === name ? {} : { title: name }),
  };
}

const MARKERS = /<!-- archsignal:[a-z-]+:[A-Za-z0-9._-]+:[0-9a-f]+ -->/g;

/**
 * The mark of another issue of ours, which somebody has put into this one, would have it taken for that other one once the
 * number is not known any more (a store that was lost): this one's own stands in its place. Words of people are not touched.
 */
function withoutOthers(around: Cut, { kind, asFiled, isOwn }: Mark, told: number, markers: Markers, repository: number): Cut {
  const ids = (text: string): readonly string[] => markers.read(text, kind, repository);
  if (ids(`${around.before}\n${around.after}`).every(isOwn)) return around;
  const own = markers.sign(kind, asFiled(told), repository);
  const without = (text: string): string => text.replaceAll(MARKERS, (mark) => ids(mark).length > 0 ? '' : mark);
  return { ...around, before: without(around.before), after: `\n${own}${without(around.after)}` };
}

const recordsIn = (section: string): string => /<!-- archsignal:title:[^>]* -->/.exec(section)?.[0] ?? '';
