import { attested, linksOf } from './attested.ts';
import { met, unknown, unmet, type Criterion } from './criterion.ts';
import { plainName } from './words.ts';

const SUPPORTS = {
  'none': 'does not support this platform', 'experimental': 'supports this platform as an experiment', 'supported': 'supports this platform', 'first-class': 'supports this platform as first class',
} as const;
const LEVELS = ['none', 'experimental', 'supported', 'first-class'] as const;

/** How well a toolchain supports the platform, by the newest record of it. */
export const toolchainSupport: Criterion<'toolchain-support'> = ({ toolchain, level, within }, context) => {
  const newest = attested('toolchain', within, context).find((a) => plainName(a.toolchain) === plainName(toolchain));
  if (newest === undefined) return unknown(() => `How well ${toolchain} supports this platform is not on record.`);
  const enough = LEVELS.indexOf(newest.level) >= LEVELS.indexOf(level);
  const because = (): string => `${toolchain} ${SUPPORTS[newest.level]}${enough ? '' : `; ${level === 'supported' ? 'support that is no experiment' : 'first-class support'} is needed`}.`;
  return (enough ? met : unmet)(because, () => linksOf([newest]));
};
