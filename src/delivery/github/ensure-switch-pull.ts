import { retryRow } from './errors.ts';
import type { Executor } from './executor.ts';

/** Sees to it that there is one pull request that turns a platform's switches off, or on again. */
export const ensureSwitchPull: Executor<'ensure-switch-pull'> = async () => Promise.resolve(retryRow('pull requests of switches are not made yet'));
