import type { CriterionVerdict } from '../../domain/ladder.ts';
import { allOf, unknown, type Criterion } from './criterion.ts';

/** The switches stand as the step allows: less is always fine, more is not. */
export const buildSwitch: Criterion<'build-switch'> = ({ build, release, requiredCheck }, { facts: { switches } }) => {
  if (switches === null) return unknown(() => 'No build switch is configured, so how this platform is built is not known.');
  const parts: { verdict: CriterionVerdict; wrong: string }[] = [
    ofSwitch(switches.build, build, 'it is built by default', 'whether it is built by default is not known'),
    ofSwitch(switches.release, release, 'it is in the release artifacts', 'whether it is in the release artifacts is not known'),
    requiredCheck || switches.requiredCheck === false ? FINE
      : switches.requiredCheck === null ? { verdict: 'unknown', wrong: 'whether its checks are required is not known' }
      : { verdict: 'unmet', wrong: 'a check of it is required to merge' },
  ];
  const verdict = allOf(parts.map((p) => p.verdict));
  return {
    verdict, links: () => [],
    because: () => {
      const wrong = parts.filter((p) => p.verdict === verdict).map((p) => p.wrong).join(', and ');
      if (verdict === 'met') return 'Its switches stand as the step allows.';
      return verdict === 'unmet' ? `The step does not allow that ${wrong}.` : `${wrong.charAt(0).toUpperCase()}${wrong.slice(1)}.`;
    },
  };
};

const FINE = { verdict: 'met', wrong: '' } as const;

function ofSwitch(stands: 'off' | 'on' | null, allowed: 'off' | 'on' | null, wrong: string, dark: string): { verdict: CriterionVerdict; wrong: string } {
  if (allowed !== 'off' || stands === 'off') return FINE;
  return stands === null ? { verdict: 'unknown', wrong: dark } : { verdict: 'unmet', wrong };
}
