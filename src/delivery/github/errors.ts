import type { ActionResult } from '../../domain/action.ts';
import type { Failure } from './failure.ts';

type Failed = Extract<ActionResult, { ok: false }>;

/** How an execution ends that met this failure: what is tried again, after how long, and what else should wait with it. */
export function resultOf(failure: Failure): Failed {
  const { kind, reason, after } = failure;
  switch (kind) {
    case 'limited':
      return { ok: false, retry: true, reason, after, scope: 'destination', slower: true };
    case 'server': case 'unreachable': case 'credentials':
      return { ok: false, retry: true, reason, after, scope: 'destination' };
    case 'unauthorised': case 'garbage':
      return { ok: false, retry: true, reason, after, scope: 'row' };
    case 'forbidden': case 'missing': case 'moved': case 'refused':
      return permanent(reason);
    default: return kind satisfies never;
  }
}

/** Not to be tried again; `lost` where the issue, or the file, itself is what is missing. */
export const permanent = (reason: string, lost: 'gone' | 'full' | 'not-here' | null = null): Failed =>
  ({ ok: false, retry: false, reason, lost });

/** To be tried again by itself, as soon as back-off allows. */
export const retryRow = (reason: string): Failed =>
  ({ ok: false, retry: true, reason, after: null, scope: 'row' });
