import { json, type Answer } from '../common/answer.ts';
import type { Call } from '../common/call.ts';

/** One page of a list with GitHub's Link header; `per_page` is 30, at most 100. */
export const paged = <T>(call: Call, items: readonly T[], shape: (item: T) => unknown): Answer => pageOf(call, items, shape, (page) => page);

/** The same, in an object under a name beside the number of all. */
export const pagedUnder = <T>(name: string, call: Call, items: readonly T[], shape: (item: T) => unknown): Answer =>
  pageOf(call, items, shape, (page) => ({ total_count: items.length, [name]: page }));

function pageOf<T>(call: Call, items: readonly T[], shape: (item: T) => unknown, dress: (page: readonly unknown[]) => unknown): Answer {
  const perPage = Math.min(100, Math.max(1, Number(call.query.get('per_page') ?? 30) || 30));
  const page = Math.max(1, Number(call.query.get('page') ?? 1) || 1);
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = (to: number, rel: string): string => {
    const query = new URLSearchParams(call.query);
    query.set('per_page', String(perPage));
    query.set('page', String(to));
    return `<${call.origin}${call.path}?${query.toString()}>; rel="${rel}"`;
  };
  const links = [
    ...(page > 1 ? [link(page - 1, 'prev')] : []),
    ...(page < last ? [link(page + 1, 'next'), link(last, 'last')] : []),
    ...(page > 1 ? [link(1, 'first')] : []),
  ];
  return json(dress(items.slice((page - 1) * perPage, page * perPage).map(shape)), 200, links.length > 0 ? { link: links.join(', ') } : {});
}
