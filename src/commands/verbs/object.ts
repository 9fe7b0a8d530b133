import { listed } from '../../domain/time.ts';
import { asHandles } from '../../policy/proposals.ts';
import { platformOf } from '../../policy/world.ts';
import { decide, readDeciding, type Deciding } from '../deciding.ts';
import type { Needs, Scene, Verb } from '../verb.ts';

/** Objects to a proposal as an owner of its platform: it is shown to those who decide, and gives them more time once. */
export const object: Verb<Deciding> = {
  name: 'object',
  usage: 'object [#issue|id] <reason>',
  about: 'Objects to a proposal about a platform that you own: the release leads see it, and have 12 h more, once.',
  who: 'proposal',
  examples: ['/arch object the failing runs come from the lab, and it is being mended', '/arch object #4711 the failing runs come from the lab'],
  more: 'Owners of the platform may object, each once. An objection stops nothing by itself.',
  parse: (line, scene, spoken) => readDeciding(line, scene, spoken, 'an objection'),
  needs: ownersNeeded,
  run: (args, scene, spoken, found) => decide('object', args, scene, spoken, found),
};

function ownersNeeded({ proposal }: Deciding, { project }: Scene): Needs {
  const { platform } = proposal.matter;
  const owners = asHandles(platformOf(project, platform)?.owners ?? proposal.objectors);
  return { allowed: owners, allowedAs: `owners of ${platform} (${owners.length === 0 ? 'nobody is declared' : listed(owners.map((o) => `\`${o.slice(1)}\``), 5)})` };
}
