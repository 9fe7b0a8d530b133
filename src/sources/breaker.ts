import { failure } from './failure.ts';
import type { FailureReason } from './failure.ts';
import type { Http } from './wire.ts';

/** Failures after which the next request would most likely fare the same. */
const OUTAGE: ReadonlySet<FailureReason> = new Set(['timeout', 'network', 'truncated', 'http']);

/**
 * The same for one poll, but after so many failures in a row nothing more is asked: a source that is down is not waited
 * for once per tab.
 */
export function breaking(http: Http, after: number): Http {
  let inARow = 0;
  return {
    async get(url, options) {
      if (inARow >= after) return failure('network', `${url.origin} was not asked again after ${inARow} failures in a row`);
      const result = await http.get(url, options);
      inARow = !result.ok && OUTAGE.has(result.reason) ? inARow + 1 : 0;
      return result;
    },
  };
}
