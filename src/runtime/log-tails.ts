import type { ReleaseBlockers } from '../delivery/github/index.ts';
import type { Look, LogTail } from '../domain/blocker-look.ts';
import { logPlace } from '../sources/log-place.ts';
import { TAIL, type Tail, type TailReader } from '../sources/log-tail.ts';
import type { LogPort } from './conflict-ports.ts';

/** `web`: where people read GitHub; `api`: its REST base. Without a trailing slash. */
export interface LogTailOptions {
  readonly github: Pick<ReleaseBlockers, 'jobLog'>;
  readonly web: string;
  readonly api: string;
  readonly read: TailReader;
  readonly monotonic: () => number;
}

/** Logs of checks, wherever they are kept. */
export function createLogTails({ github, web, api, read, monotonic }: LogTailOptions): LogPort {
  /** GitHub says where the log is for a minute. A private address is believed only of its own host. */
  const ofJob = async (repo: string, job: number, deadline: number): Promise<Look<LogTail>> => {
    const until = monotonic() + deadline;
    const log = await github.jobLog(repo, job, { deadline });
    if (!log.ok) return log;
    if (log.value.kind === 'text') return { ok: true, value: lastOf(log.value.text) };
    const url = URL.parse(log.value.url);
    if (url === null || (url.protocol !== 'https:' && url.hostname !== URL.parse(api)?.hostname)) return failed(`GitHub names no usable place of the log of job ${job}`);
    return asLook(await read(url, { guarded: url.hostname !== URL.parse(api)?.hostname, deadline: Math.max(1, until - monotonic()) }));
  };
  return {
    tail: async (repo, link, sources, { deadline }) => {
      const job = jobIn(link, web);
      if (job !== null) return ofJob(repo, job, deadline);
      const place = logPlace(link, sources);
      return place.ok ? asLook(await read(place.url, { guarded: place.guarded, deadline })) : { ...failed(place.why), lasting: true };
    },
  };
}

/** The number of a job of GitHub Actions, out of the link of its check. */
function jobIn(link: string, web: string): number | null {
  const url = URL.parse(link);
  if (url === null || url.origin !== URL.parse(web)?.origin) return null;
  const found = /^\/[^/]+\/[^/]+\/(?:actions\/runs\/\d+\/(?:attempts\/\d+\/)?job|runs)\/(\d{1,15})\/?$/.exec(url.pathname)?.[1];
  return found === undefined ? null : Number(found);
}

/** As sentences begin and end. */
const failed = (why: string) => ({ ok: false, why: `${why.slice(0, 1).toUpperCase()}${why.slice(1)}.`, after: null, lasting: false }) as const;

function asLook(tail: Tail): Look<LogTail> {
  if (tail.ok) return { ok: true, value: { text: tail.text, first: tail.first } };
  return { ...failed(tail.message), lasting: tail.reason === 'not-found' || tail.reason === 'address' || tail.reason === 'redirect' };
}

function lastOf(text: string): LogTail {
  const from = Math.max(0, text.length - TAIL);
  const start = from === 0 ? 0 : text.indexOf('\n', from) + 1;
  return { text: text.slice(start), first: text.slice(0, start).split('\n').length };
}
