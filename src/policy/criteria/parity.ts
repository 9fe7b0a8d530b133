import type { CriterionVerdict } from '../../domain/ladder.ts';
import { listed } from '../../domain/time.ts';
import { attested, linksOf, type Attested } from './attested.ts';
import { allOf, unknown, type Criterion } from './criterion.ts';
import { percent, percentLimit } from './words.ts';

/** How many of the reference platform's tests run here too, suite by suite; what grew fewer since the record before is told. */
export const parity: Criterion<'parity'> = ({ share, within }, context) => {
  const statements = attested('parity', within, context);
  const suites = context.suites.length > 0 ? context.suites : [...new Set(statements.map((a) => a.suite))];
  if (suites.length === 0) return unknown(() => 'Which of the reference platform\'s tests run here is not on record.');
  const parts = suites.map((suite) => ({ suite, records: statements.filter((a) => a.suite === suite) }));
  const verdictOf = ({ records: [newest] }: typeof parts[number]): CriterionVerdict => newest === undefined || newest.reference === 0 ? 'unknown' : shareOf(newest) >= share - 1e-9 ? 'met' : 'unmet';
  return {
    verdict: allOf(parts.map(verdictOf)), links: () => linksOf(parts.flatMap((p) => p.records.slice(0, 1))),
    because: () => {
      const silent = parts.filter((p) => verdictOf(p) === 'unknown').map((p) => p.suite);
      const told = parts.filter((p) => verdictOf(p) !== 'unknown').map(({ suite, records: [newest, before] }) => newest === undefined ? '' :
        `${suite} runs ${percent(shareOf(newest))} of the reference platform's ${newest.reference} tests${before !== undefined && shareOf(newest) < shareOf(before) ? `, ${percent(shareOf(before))} before` : ''}`);
      const asked = parts.some((p) => verdictOf(p) === 'unmet') ? `${percentLimit(share)} are needed` : '';
      return `${[...told, silent.length > 0 ? `of ${listed(silent)} it is not on record` : '', asked].filter((t) => t !== '').join('; ')}.`;
    },
  };
};

const shareOf = ({ here, reference }: Attested<'parity'>): number => reference === 0 ? 0 : here / reference;
