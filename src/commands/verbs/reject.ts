import { decide, decidersNeeded, readDeciding, type Deciding } from '../deciding.ts';
import type { Verb } from '../verb.ts';

/** Rejects a proposal, for a reason; one rejection is enough. */
export const reject: Verb<Deciding> = {
  name: 'reject',
  usage: 'reject [#issue|id] <reason>',
  about: 'Rejects a proposal; one rejection is enough, and nothing is changed by the proposal.',
  who: 'proposal',
  examples: ['/arch reject the fix is in review and lands today', '/arch reject #4711 the fix is in review and lands today'],
  more: 'Release leads decide. What was said first decides, also where it arrives later: a rejection given before the last approval undoes what the approvals had brought about.',
  parse: (line, scene, spoken) => readDeciding(line, scene, spoken, 'a rejection'),
  needs: ({ proposal }, scene) => decidersNeeded(proposal, scene),
  run: (args, scene, spoken, found) => decide('reject', args, scene, spoken, found),
};
