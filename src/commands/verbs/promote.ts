import { movingNeeds, proposeStep, readMoving, type Moving } from '../step-verbs.ts';
import type { Verb } from '../verb.ts';

/** Asks the release leads to move a platform one step up. */
export const promote: Verb<Moving> = {
  name: 'promote',
  usage: 'promote <platform> [reason]',
  about: 'Proposes that a platform moves one step up its ladder, with the evidence as it stands.',
  who: 'concerned',
  examples: ['/arch promote linux/s390x the new lab has been stable for a month', '/arch promote linux/s390x'],
  more: 'Nobody has to: a platform that is ready for long enough is proposed by itself. Where criteria are unmet it can be asked for all the same, and the question says so first. Release leads decide; an approval opens a pull request that edits its `step:`, and nothing changes before that is merged.',
  parse: readMoving,
  needs: movingNeeds,
  run: (args, scene, spoken) => proposeStep('up', args, scene, spoken),
};
