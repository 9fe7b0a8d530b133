import { approversToCheck } from '../../policy/proposals.ts';
import { decide, decidersNeeded, readDeciding, type Deciding } from '../deciding.ts';
import type { Verb } from '../verb.ts';

/** Approves a proposal. Earlier approvers are looked up again with it: whoever has left the leads since counts no more. */
export const approve: Verb<Deciding> = {
  name: 'approve',
  usage: 'approve [#issue|id]',
  about: 'Approves a proposal; with as many approvals as the release asks for, it is done.',
  who: 'proposal',
  examples: ['/arch approve', '/arch approve #4711'],
  more: 'Release leads decide. Without a number or an id it is about the proposal on whose issue it is written, else about the only open one. An approval by whoever proposed it does not count, nor does one of an earlier version of the proposal. The same approval on GitHub and in Slack counts once. With each approval those who approved before are looked up again: whoever has left the leads counts no more; whoever cannot be looked up just now goes on to count, as they were verified when they approved, and the answer and the decision say so.',
  parse: (line, scene, spoken) => readDeciding(line, scene, spoken, null),
  needs: ({ proposal }, scene) => ({ ...decidersNeeded(proposal, scene), again: approversToCheck(proposal, scene.now) }),
  run: (args, scene, spoken, found) => decide('approve', args, scene, spoken, found),
};
