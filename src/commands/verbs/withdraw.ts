import { BY_PROGRAM } from '../../domain/proposal.ts';
import { asHandles } from '../../policy/proposals.ts';
import { decide, decidersNeeded, readDeciding, type Deciding } from '../deciding.ts';
import type { Needs, Scene, Verb } from '../verb.ts';

/** Takes a proposal back. */
export const withdraw: Verb<Deciding> = {
  name: 'withdraw',
  usage: 'withdraw [#issue|id]',
  about: 'Takes a proposal back.',
  who: 'proposal',
  examples: ['/arch withdraw', '/arch withdraw #4711'],
  more: 'Whoever proposed it may, and the release leads. What is decided is not taken back by it: the answer says what became of it, and the way back. An approved change of step or board that is not merged yet is dropped by closing its pull request.',
  parse: (line, scene, spoken) => readDeciding(line, scene, spoken, null),
  needs: withdrawers,
  run: (args, scene, spoken, found) => decide('withdraw', args, scene, spoken, found),
};

function withdrawers({ proposal }: Deciding, scene: Scene): Needs {
  const { by } = proposal.proposer;
  const leads = decidersNeeded(proposal, scene);
  // The program's own withdraws itself.
  if (by === BY_PROGRAM) return leads;
  return { allowed: [...new Set([...asHandles([by]), ...leads.allowed])], allowedAs: `\`${by}\`, who proposed it, or ${leads.allowedAs}` };
}
