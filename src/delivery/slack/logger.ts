import type { Logger as BoltLogger } from '@slack/bolt';
import { LogLevel } from '@slack/bolt';
import type { Logger } from 'pino';

/**
 * Bolt's log lines as ours. Its debug lines hold whole requests, so they are trace here; its warnings about calls that
 * failed are debug here, for each failed call is reported by whoever made it.
 */
export function boltLogger(log: Logger, part: 'receive' | 'call'): BoltLogger {
  const say = (level: 'trace' | 'debug' | 'info' | 'warn' | 'error') => (...parts: unknown[]): void => {
    log[level](parts.map((p) => p instanceof Error ? p.message : typeof p === 'string' ? p : JSON.stringify(p)).join(' '));
  };
  return {
    debug: say('trace'),
    info: say('debug'),
    warn: say(part === 'call' ? 'debug' : 'warn'),
    error: say(part === 'call' ? 'debug' : 'error'),
    setLevel: () => undefined,
    setName: () => undefined,
    getLevel: () => log.isLevelEnabled('trace') ? LogLevel.DEBUG : LogLevel.INFO,
  };
}
