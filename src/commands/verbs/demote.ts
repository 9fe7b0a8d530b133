import { movingNeeds, proposeStep, readMoving, type Moving } from '../step-verbs.ts';
import type { Verb } from '../verb.ts';

/** Asks the release leads to move a platform one step down. */
export const demote: Verb<Moving> = {
  name: 'demote',
  usage: 'demote <platform> [reason]',
  about: 'Proposes that a platform moves one step down its ladder, with the evidence as it stands.',
  who: 'concerned',
  examples: ['/arch demote linux/s390x nobody has answered for two months', '/arch demote linux/s390x'],
  more: 'Owners who can hold their platform\'s step no longer should. Where a criterion stays unmet past its grace this is proposed by itself, after a public warning. Asked for while every criterion is met, the question says so first. Owners of the platform can object. Release leads decide; an approval opens a pull request that edits its `step:`, and nothing changes before that is merged.',
  parse: readMoving,
  needs: movingNeeds,
  run: (args, scene, spoken) => proposeStep('down', args, scene, spoken),
};
