import { counted, listed } from '../../domain/time.ts';
import { attested, linksOf } from './attested.ts';
import { met, unknown, unmet, type Criterion } from './criterion.ts';

/** What is expected to be published against what was, component by component, by the newest record of each. */
export const artifactsComplete: Criterion<'artifacts-complete'> = ({ components, within }, context) => {
  const statements = attested('artifacts', within, context);
  const newest = new Map(statements.toReversed().map((a) => [a.component, a]));
  const wanted = components.length > 0 ? components : [...newest.keys()];
  const found = wanted.map((c) => newest.get(c)).filter((a) => a !== undefined);
  const lacking = found.filter((a) => a.missing.length > 0);
  const links = () => linksOf(found);
  if (lacking.length > 0) {
    const because = (): string => `Not published: ${listed(lacking.map((a) => `${a.missing.length} of ${counted(a.expected, 'artifact')} of ${a.component} (${listed(a.missing)})`))}.`;
    return { ...unmet(because, links), lacks: lacking.map((a) => a.component) };
  }
  const silent = wanted.filter((c) => !newest.has(c));
  if (silent.length > 0 || wanted.length === 0) return unknown(() => `Which artifacts${silent.length > 0 ? ` of ${listed(silent)}` : ''} were published is not on record.`, links);
  return met(() => `All ${counted(found.reduce((n, a) => n + a.expected, 0), 'artifact')} of ${listed(wanted)} are published.`, links);
};
