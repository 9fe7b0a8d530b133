import type { LeftOut, OutboxRow, Receipt } from '../domain/action.ts';
import type { Runtime } from './context.ts';
import { clear, raise } from './warnings.ts';

const prefix = (project: string): string => `without:${project}:`;

/**
 * Operators read on /readyz what a pull request had to be opened without, once for each thing, however many pull requests
 * follow: it is not worth a word to everybody. The next pull request that has all of it takes that back.
 */
export async function noteLeftOut(rt: Runtime, { project }: OutboxRow, receipt: Receipt, without: readonly LeftOut[]): Promise<void> {
  if (receipt.kind !== 'pull-request') return;
  const { repo, number } = receipt;
  const warnings = without.map(({ what, reason }) => ({
    key: `${prefix(project)}${what};`, project, urgency: 'log' as const,
    text: `${repo}#${number} is open without ${what}: ${reason} Everything else about it is done. Add by hand what is missed; this is over with the next pull request for which GitHub takes it.`,
  }));
  await raise(rt, warnings);
  await clear(rt, project, prefix(project), warnings.map((w) => w.key));
}
