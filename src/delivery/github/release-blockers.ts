import type { Attempts, BlockerNow, BlockerRules, Look, PullChecks, PullHead, RequiredChecks } from '../../domain/blocker-look.ts';
import { attemptsOn } from './attempts.ts';
import { oneBlocker, openBlockers } from './blockers.ts';
import type { Clients } from './clients.ts';
import { conditional } from './conditional.ts';
import type { Limits } from './handles.ts';
import { jobLog, redirectsKept, type JobLog } from './job-log.ts';
import { patient } from './patient.ts';
import { pullChecks } from './pull-checks.ts';
import { requiredChecks } from './required-checks.ts';
import { within } from './within.ts';

/** What GitHub says of release blockers, their checks and the logs of those. Reads alone; a failure is data. */
export interface ReleaseBlockers {
  readonly blockers: (repo: string, rules: BlockerRules, limits: Limits) => Promise<Look<readonly BlockerNow[]>>;
  readonly blocker: (repo: string, number: number, limits: Limits) => Promise<Look<BlockerNow | null>>;
  readonly requiredChecks: (repo: string, branch: string, limits: Limits) => Promise<RequiredChecks>;
  readonly checks: (repo: string, sha: string, limits: Limits) => Promise<Look<Attempts>>;
  readonly pullChecks: (pull: PullHead, limits: Limits) => Promise<Look<PullChecks>>;
  /** The log of a job of GitHub Actions, by the job's number. */
  readonly jobLog: (repo: string, job: number, limits: Limits) => Promise<Look<JobLog>>;
}

export function createReleaseBlockers(clients: Pick<Clients, 'inRepo'>): ReleaseBlockers {
  const remembering = conditional(clients);
  const late = (what: string, deadline: number) => ({ ok: false, why: `GitHub did not tell of ${what} within ${deadline / 1_000} s.`, after: null, lasting: false }) as const;
  return {
    blockers: (repo, rules, { deadline }) => within(deadline, openBlockers(patient(remembering, deadline), repo, rules), late(`the blockers in ${repo}`, deadline)),
    blocker: (repo, number, { deadline }) => within(deadline, oneBlocker(patient(remembering, deadline), repo, number), late(`${repo}#${number}`, deadline)),
    requiredChecks: (repo, branch, { deadline }) => within(deadline, requiredChecks(patient(remembering, deadline), repo, branch), {
      names: null, apps: new Map(), mergeQueue: false, problems: [late(`the checks that block a merge into ${branch} of ${repo}`, deadline).why],
    }),
    checks: (repo, sha, { deadline }) => within(deadline, attemptsOn(patient(remembering, deadline), repo, sha), late(`the checks of ${sha.slice(0, 10)} in ${repo}`, deadline)),
    pullChecks: (pull, { deadline }) => within(deadline, pullChecks(patient(remembering, deadline), pull), late(`the checks of ${pull.repo}#${pull.number}`, deadline)),
    // The place of a log is another one each time, and is good for a minute.
    jobLog: (repo, job, { deadline }) => within(deadline, jobLog(patient(redirectsKept(clients), deadline), repo, job), late(`the log of job ${job} of ${repo}`, deadline)),
  };
}
