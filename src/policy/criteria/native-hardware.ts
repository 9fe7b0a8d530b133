import type { CriterionVerdict } from '../../domain/ladder.ts';
import { listed } from '../../domain/time.ts';
import { attested, linksOf } from './attested.ts';
import { eachJob, type Criterion, type Part } from './criterion.ts';
import { agree } from './words.ts';

/** "No emulation on top of amd64": each job is attested to run on the platform's own hardware. */
export const nativeHardware: Criterion<'native-hardware'> = ({ within }, context) => {
  const statements = attested('native-hardware', within, context);
  const of = (name: string): boolean | undefined => statements.find((a) => a.job === name)?.native;
  const verdict = (native: boolean | undefined): CriterionVerdict => native === undefined ? 'unknown' : native ? 'met' : 'unmet';
  const found = eachJob(context, (job): Part => ({ job, verdict: verdict(of(job.job.name)) }), (parts) => {
    const named = (wanted: CriterionVerdict): string => listed(parts.filter((p) => p.verdict === wanted).map((p) => p.job.job.name));
    if (named('unmet') !== '') return `Attested to run under emulation: ${named('unmet')}.`;
    if (named('unknown') !== '') return `Nobody has attested on what hardware ${agree(parts.filter((p) => p.verdict === 'unknown').map((p) => p.job.job.name), 'runs', 'run')}.`;
    return `Attested to run on the platform's own hardware: ${named('met')}.`;
  });
  return { ...found, links: () => linksOf(statements) };
};
