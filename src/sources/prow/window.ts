import { hash } from 'node:crypto';
import { failure } from '../failure.ts';
import type { Failure } from '../failure.ts';
import type { Sink } from '../wire.ts';
import { ProwJob } from './schema.ts';
import { ItemSplitter } from './splitter.ts';

/** What Prow's window holds of the tracked jobs. */
export interface Window {
  /** Items in all, tracked or not. */
  readonly size: number;
  /** Tracked items by the job's name. */
  readonly items: ReadonlyMap<string, readonly ProwJob[]>;
  /** Tracked items that could not be read. */
  readonly unreadable: number;
  /** The items that were read, by a digest of their bytes. */
  readonly read: ReadonlyMap<string, ProwJob>;
}

const JOB_KEY = Buffer.from('"job"');

/**
 * Reads `prowjobs.js` as it arrives and keeps the items of the named jobs only. Most of them were there with the last poll:
 * what is in `before` is not read again, and is the same object.
 */
export function windowSink(where: string, names: ReadonlySet<string>, before: Window['read']): Sink<Window> {
  const items = new Map<string, ProwJob[]>();
  const read = new Map<string, ProwJob>();
  let [size, unreadable] = [0, 0];
  const splitter = new ItemSplitter(where, (raw) => {
    size++;
    if (!mayBeTracked(raw, names)) return null;
    const digest = hash('sha1', raw, 'base64');
    const item = before.get(digest) ?? parseItem(where, raw);
    if (item === null) unreadable++;
    else if ('ok' in item) return item;
    else if (names.has(item.spec.job)) {
      read.set(digest, item);
      const known = items.get(item.spec.job);
      if (known) known.push(item);
      else items.set(item.spec.job, [item]);
    }
    return null;
  });
  return {
    write: (chunk) => splitter.push(chunk),
    end: () => splitter.end() ?? { ok: true, value: { size, items, unreadable, read } },
  };
}

/**
 * True where any `"job"` key of the item names a tracked job: parsing is for those. A name that is written with escapes is
 * parsed to be sure.
 */
export function mayBeTracked(item: Buffer, names: ReadonlySet<string>): boolean {
  for (let at = item.indexOf(JOB_KEY); at >= 0; at = item.indexOf(JOB_KEY, at + JOB_KEY.length)) {
    let from = at + JOB_KEY.length;
    while (item[from] === 0x20 || item[from] === 0x3a || item[from] === 0x0a || item[from] === 0x0d || item[from] === 0x09) from++;
    if (item[from] !== 0x22) continue;
    const to = item.indexOf(0x22, from + 1);
    const name = item.toString('utf8', from + 1, to < 0 ? item.length : to);
    if (names.has(name) || name.includes('\\')) return true;
  }
  return false;
}

/** Null: JSON, but no ProwJob. */
function parseItem(where: string, raw: Buffer): ProwJob | Failure | null {
  const text = raw.toString();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return failure('not-json', `the answer of ${where} holds an item that is broken JSON`);
  }
  const parsed = ProwJob.safeParse(json);
  if (!parsed.success) return null;
  const { status } = parsed.data;
  if (typeof status.build_id !== 'number') return parsed.data;
  const digits = /"build_id"\s*:\s*(\d+)/.exec(text)?.[1] ?? null;
  return { ...parsed.data, status: { ...status, build_id: digits } };
}
