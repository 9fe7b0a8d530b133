import type { Answer } from './answer.ts';

export const PER_PAGE = 100;

/** Whether there is a further page: by the link header, or, where a proxy dropped it, by the page being full. */
export function hasNext(headers: Readonly<Record<string, unknown>>, length: number): boolean {
  const link = headers['link'];
  return typeof link === 'string' ? /rel="?next"?/.test(link) : length >= PER_PAGE;
}

/** A list to its end. A page that cannot be read, and more than `most` of them, are a failure: part of a list says nothing of what is missing. */
export async function everyPage<T>(most: number, what: string, ask: (page: number) => Promise<Answer<readonly T[]>>): Promise<Answer<T[]>> {
  const all: T[] = [];
  for (let page = 1; page <= most; page++) {
    const answer = await ask(page);
    if (!answer.ok) return answer;
    all.push(...answer.data);
    if (!hasNext(answer.headers, answer.data.length)) return { ...answer, data: all };
  }
  return { ok: false, failure: { kind: 'refused', status: null, after: null, reason: `GitHub lists more than ${(most * PER_PAGE).toLocaleString('en')} ${what}, which are more than are read.` } };
}

/** Does the work for every item, at most `width` at once; what each came to, in the items' order. */
export async function together<T, R>(items: readonly T[], width: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let i = 0; i < items.length; i += width) done.push(...await Promise.all(items.slice(i, i + width).map(work)));
  return done;
}
