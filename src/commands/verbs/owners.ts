import type { PlannedAction } from '../../domain/action.ts';
import { actorName } from '../../domain/person.ts';
import { platformLabel, platformSlug, type PlatformId } from '../../domain/platform.ts';
import type { Handle, Platform, Project } from '../../domain/project.ts';
import { bullets, coded, says, type Span, type Spans, type Text } from '../../domain/text.ts';
import { releaseSignal } from '../../policy/world.ts';
import { audienceOf, readHandle, sameHandle } from '../handles.ts';
import { EVERYONE, leadsNeeded } from '../rights.ts';
import { replied, type CommandLine, type Outcome, type Parsed, type Scene, type Spoken, type Verb } from '../verb.ts';
import { ownersView } from '../views/owners.ts';
import { platformHere, who, whoAll } from '../views/wording.ts';
import { mistaken, quoted, readPlatform, understood } from '../words.ts';

interface Change {
  readonly change: 'add' | 'remove';
  readonly handle: Handle;
}

interface Args {
  readonly platform: PlatformId;
  /** Null: they are only shown. */
  readonly edit: Change | null;
}

/** Who cares for a platform; and a pull request that changes it. */
export const owners: Verb<Args> = {
  name: 'owners',
  usage: 'owners <platform> [add|remove @handle]',
  about: 'Shows who owns a platform and whose turn it is, or opens a pull request that changes who owns it.',
  who: 'everyone',
  examples: ['/arch owners linux/s390x', '/arch owners linux/s390x add @octo-porter', '/arch owners linux/s390x remove @kubernetes/s390x-owners'],
  more: 'Everyone may look; `add` and `remove` are for release leads and the release-signal team. They change nothing by themselves: a pull request to the configuration file does, when it is merged. Where that file is not in the project\'s repository, its operator gets a patch. Either comes as the one answer.',
  parse,
  needs: ({ edit }, { project }) => edit === null ? EVERYONE : leadsNeeded(project),
  run: ({ platform: id, edit }, scene, spoken) => {
    const platform = scene.project.platforms.find((p) => p.id === id);
    if (!platform) return { verdict: 'refused', reply: replied(`${id} is not tracked any more. Nothing was changed.`) };
    return edit === null ? { verdict: 'answered', reply: ownersView(platform, scene) } : changed(platform, edit, scene, spoken);
  },
};

function parse(line: CommandLine, scene: Scene, { place }: Spoken): Parsed<Args> {
  const [first, verb, handle, more] = line.words;
  const here = platformHere(scene, place);
  if (!first) return here === null ? mistaken(null, 'a platform is missing here') : understood({ platform: here, edit: null });
  const platform = readPlatform(first, scene.project);
  if (!platform.ok) return platform;
  if (!verb) return understood({ platform: platform.args, edit: null });
  const change = verb.text.toLowerCase();
  if (change !== 'add' && change !== 'remove') return mistaken(verb, `${quoted(verb.text)} is neither \`add\` nor \`remove\``);
  if (!handle) return mistaken(null, 'a GitHub person or team is missing here, such as `@octo-porter` or `@kubernetes/s390x-owners`');
  if (more) return mistaken(more, 'one person or team at a time, and this is one too many; a command per line can follow');
  const read = readHandle(handle);
  return read.ok ? understood({ platform: platform.args, edit: { change, handle: read.args } }) : read;
}

function changed(platform: Platform, { change, handle }: Change, scene: Scene, spoken: Spoken): Outcome {
  const declared = platform.owners.find((o) => sameHandle(o, handle));
  const now: Spans = platform.owners.length === 0 ? [' It has none.'] : [' Its owners are ', ...whoAll(platform.owners), '.'];
  if (change === 'add' && declared) return { verdict: 'refused', reply: replied(who(declared), ` is an owner of ${platform.id} already.`, ...now, ' Nothing was changed.') };
  if (change === 'remove' && !declared) return { verdict: 'refused', reply: replied(who(handle), ` is no owner of ${platform.id}.`, ...now, ' Nothing was changed.') };
  const edit: Change = { change, handle: declared ?? handle };
  const doubts = doubtsFor(platform, edit, scene);
  return { verdict: 'done', later: true, reply: announced(platform, edit, scene.project, doubts), actions: [pullRequest(platform, edit, scene, spoken, doubts)] };
}

/** What whoever asks should know as well. */
function doubtsFor(platform: Platform, edit: Change, { project, unmentionable }: Scene): Text {
  const doubts = [...doubtsAbout(platform, edit, project), ...(edit.change === 'add' && unmentionable.has(edit.handle.toLowerCase()) ? [[who(edit.handle), ' was not found on GitHub when it was last looked up, so check the spelling.']] : [])];
  return doubts.length > 0 ? [bullets(...doubts)] : [];
}

function announced(platform: Platform, edit: Change, project: Project, doubts: Text): Text {
  const what = edit.change === 'add' ? [`adds `, who(edit.handle), ` to the owners of ${platform.id}`] : [`removes `, who(edit.handle), ` from the owners of ${platform.id}`];
  return [
    says('A change that ', ...what, ' is on its way: its pull request in ', coded(project.repo), ', or the patch for the operator where the configuration is kept elsewhere, follows here. Nothing changes before it is merged.'),
    ...doubts,
  ];
}

/** What somebody who decides about the change should know. */
function doubtsAbout(platform: Platform, { change, handle }: Change, project: Project): Spans[] {
  const [org = '', team] = handle.slice(1).split('/');
  const [repoOwner = ''] = project.repo.split('/');
  const signal = releaseSignal(project);
  return [
    ...(change === 'remove' && platform.owners.length === 1 ? [[`This is the last owner: after it nobody answers for ${platform.id}, and ${signal.length === 0 ? 'nobody is told when it breaks' : 'the release-signal team is told when it breaks: '}`, ...whoAll(signal), '.'] satisfies Spans] : []),
    ...(change === 'add' && team !== undefined && !sameHandle(org, repoOwner) ? [[who(handle), ` is a team of another organisation: GitHub does not notify it in a repository of ${repoOwner}. Name single people, or a team of ${repoOwner}.`] satisfies Spans] : []),
    ...(change === 'remove' && platform.onCall?.people.some((p) => sameHandle(p, handle)) ? [[who(handle), ' also takes turns on call there; that is not changed by this.'] satisfies Spans] : []),
  ];
}

function pullRequest(platform: Platform, edit: Change, { project }: Scene, spoken: Spoken, note: Text): PlannedAction {
  const { change, handle } = edit;
  const bare = handle.slice(1);
  const title = change === 'add' ? `Add ${bare} to the owners of ${platform.id}` : `Remove ${bare} from the owners of ${platform.id}`;
  return {
    key: `command:${spoken.source}:ensure-pull-request`, project: project.name, entity: `command:${spoken.source}`, destination: `github:${project.repo}`, family: null,
    summary: `open a pull request: ${title}`,
    action: {
      kind: 'ensure-pull-request', repo: project.repo, branch: branchOf(platform.id, edit), since: spoken.at, title,
      body: bodyOf(platform, edit, project, spoken), labels: ['archsignal', platformLabel(platform.id)],
      edit: { kind: 'owners', project: project.name, platform: platform.id, change, handle }, tell: audienceOf(spoken), note,
    },
  };
}

/** The same request finds the same branch again. */
const branchOf = (platform: PlatformId, { change, handle }: Change): string =>
  `archsignal/owners/${platformSlug(platform)}-${change}-${handle.toLowerCase().replace(/[^a-z0-9_]+/g, '-').replace(/^-|-$/g, '')}`;

function bodyOf(platform: Platform, edit: Change, project: Project, { actor, url, place }: Spoken): Text {
  const after = edit.change === 'add' ? [...platform.owners, edit.handle] : platform.owners.filter((o) => !sameHandle(o, edit.handle));
  const where: Span = url === null ? (place.surface === 'slack' ? 'in Slack' : 'by a command') : { words: 'here', link: url };
  const doubts = doubtsAbout(platform, edit, project);
  return [
    says(coded(actor.login ?? actorName(actor)), ' asked for this ', where, ': ', coded(`/arch owners ${platform.id} ${edit.change} ${edit.handle}`), '.'),
    bullets(
      [`Owners of ${platform.id} until now: `, ...(platform.owners.length === 0 ? ['nobody'] : whoAll(platform.owners)), '.'],
      ['From the merge on: ', ...(after.length === 0 ? ['nobody'] : whoAll(after)), '.'],
      ...doubts,
    ),
    says(`Owners are asked when ${platform.id} breaks, can claim and silence its incidents, and can object to proposals about it. Merging puts this into force with the next reading of the file; closing this pull request drops it, and nothing else happens.`),
  ];
}
