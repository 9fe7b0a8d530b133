import type { Look } from '../../domain/blocker-look.ts';
import type { Failure } from './failure.ts';

/** A failed answer as those who look see it. */
export const unread = ({ reason, after, kind }: Failure): Extract<Look<never>, { ok: false }> =>
  ({ ok: false, why: reason, after, lasting: kind === 'forbidden' || kind === 'credentials' || kind === 'missing' });
