import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Incident } from '../../domain/incident.ts';
import { namesWord, wordPart, type Word } from '../../domain/word.ts';

/**
 * `incident`: an issue, id `<incident>.<generation>.<facts told by its body>`. `comment`: `<incident>.<generation>.<word>`, or
 * what an answer is called; in earlier versions a word was its fact's number. `title`: a title that we wrote. `proposal`: its issue, id `<proposal>`. `step`: an issue about a change of step. `warning`: an issue that
 * warns of one. `pull`: a pull request.
 */
export type MarkerKind = 'incident' | 'comment' | 'title' | 'proposal' | 'step' | 'warning' | 'board' | 'pull' | 'report' | 'conflict';

export interface Markers {
  /** The hidden comment that makes a text ours; `repository` is the repository's numeric id. */
  sign(kind: MarkerKind, id: string, repository: number): string;
  /** The ids of this kind in the text whose signature holds, under any of the keys. Who wrote the text is for the caller to ask. */
  read(text: string, kind: MarkerKind, repository: number): string[];
  /** Whether the text carries a marker of any kind whose signature holds. */
  any(text: string, repository: number): boolean;
}

const MARKER = /<!-- archsignal:([a-z-]+):([A-Za-z0-9._-]+):([0-9a-f]{32,64}) -->/g;
/** Hex digits: 160 of the 256 bits. Hex, because base64url may hold `--`, which ends a comment for some parsers. */
const MAC_LENGTH = 40;

/** `keys`: the first signs, every one verifies, so that a key can be replaced while old issues live. Throws without any. */
export function createMarkers(keys: readonly string[]): Markers {
  const [first] = keys;
  if (first === undefined || keys.includes('')) throw new Error('A marker needs a key: set MARKER_SECRET, or let the store keep one.');
  return {
    sign: (kind, id, repository) => {
      if (!/^[A-Za-z0-9._-]+$/.test(id)) throw new Error(`not an id for a marker: ${id}`);
      return `<!-- archsignal:${kind}:${id}:${mac(first, kind, id, repository)} -->`;
    },
    read: (text, kind, repository) => [...text.matchAll(MARKER)]
      .filter(([, k, id, given]) => k === kind && keys.some((key) => same(given ?? '', mac(key, kind, id ?? '', repository))))
      .map(([, , id]) => id ?? ''),
    any: (text, repository) => [...text.matchAll(MARKER)].some(([, kind = '', id = '', given = '']) => keys.some((key) => same(given, mac(key, kind, id, repository)))),
  };
}

const mac = (key: string, kind: string, id: string, repository: number): string =>
  createHmac('sha256', key).update(`${kind}\n${id}\n${repository}`).digest('hex').slice(0, MAC_LENGTH);

const same = (a: string, b: string): boolean => a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** What an issue's marker says of it. */
export interface IssueMark {
  /** Incident and generation: the same for every copy of one issue. */
  readonly owner: string;
  /** Facts up to this number were told by the body when it was filed. */
  readonly facts: number;
}

/** An incident's id as a part of a marker's id. */
const part = (incident: string): string => /^[A-Za-z0-9_-]+$/.test(incident) ? incident : `x${Buffer.from(incident).toString('hex')}`;

/** Identity of the issue of an incident's generation. */
export const issueOwner = (incident: string, generation: number): string => `${part(incident)}.${generation}`;

export const issueMarkId = (incident: string, generation: number, facts: number): string => `${issueOwner(incident, generation)}.${facts}`;

export const commentMarkId = (incident: string, generation: number, about: number | string): string => `${issueOwner(incident, generation)}.${about}`;

const wordHash = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 16);

/** The id of the comment that tells a word of an incident's generation. */
export const wordMarkId = ({ id, generation }: Pick<Incident, 'id' | 'generation'>, word: Word): string => commentMarkId(id, generation, wordPart(word, wordHash));

/** Whether a comment's id is that of this word. `restored`: it may have been written in a time that the store does not remember. */
export function isWordMark(found: string, { id, generation, facts }: Pick<Incident, 'id' | 'generation' | 'facts'>, word: Word, restored: boolean): boolean {
  const owner = `${issueOwner(id, generation)}.`;
  return found.startsWith(owner) && namesWord(found.slice(owner.length), word, facts, { restored, hash: wordHash });
}

/** What an answer, a document or a branch is called in a marker; never the same as a fact's, which has full stops. */
export const spokenMarkId = (id: string): string => /^[A-Za-z0-9_-]{1,100}$/.test(id) ? id : `x${createHash('sha256').update(id).digest('hex').slice(0, 40)}`;

/** Reads an issue's marker id; null where it is not one. */
export function issueMark(id: string): IssueMark | null {
  const match = /^(.+\.\d+)\.(\d+)$/.exec(id);
  return match ? { owner: match[1] ?? '', facts: Number(match[2]) } : null;
}
