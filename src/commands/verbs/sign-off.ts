import type { Ladder } from '../../domain/ladder.ts';
import type { PlatformId } from '../../domain/platform.ts';
import type { Handle, Project } from '../../domain/project.ts';
import { didYouMean } from '../../domain/suggest.ts';
import { coded, says } from '../../domain/text.ts';
import { listed } from '../../domain/time.ts';
import { idOf } from '../../policy/proposals.ts';
import { occasionOf, unlinked } from '../deciding.ts';
import type { CommandLine, Outcome, Parsed, Scene, Spoken, Verb } from '../verb.ts';
import { mistaken, quoted, readPlatform, understood, unfit } from '../words.ts';

interface Args {
  /** As the ladder spells it. */
  readonly group: string;
  readonly platform: PlatformId;
}

/** Puts a group's acknowledgement of a platform on record. */
export const signOff: Verb<Args> = {
  name: 'sign-off',
  usage: 'sign-off <group> <platform>',
  about: 'Records that a group which the ladder asks has signed off on a platform.',
  who: 'group',
  examples: ['/arch sign-off conformance linux/s390x'],
  more: 'The groups are those of the ladder\'s `sign-off` criteria. A group is a GitHub team: `@org/team` as the ladder writes it, and a bare name such as `conformance` is the team of that name in the organisation of the project\'s repository. A sign-off is kept for good; one that a ladder wants renewed is given again.',
  parse,
  needs: ({ group }, { project }) => {
    const team = teamOf(group, project);
    return { allowed: [team], allowedAs: `members of \`${team.slice(1)}\`` };
  },
  run: recorded,
};

function parse(line: CommandLine, scene: Scene): Parsed<Args> {
  const [first, second, more] = line.words;
  const { ladder } = scene;
  if (!ladder) return unfit(`the ladder of ${scene.project.name} has not been evaluated yet, which happens daily, so it is not known which groups it asks; try again after that`);
  const groups = groupsOf(ladder.ladder);
  if (groups.length === 0) return unfit(`no step of \`${ladder.ladder.name}\` asks for a sign-off`);
  const known = listed(groups.map((g) => `\`${plain(g)}\``), 6);
  if (first === undefined) return mistaken(null, `the group is missing here: ${known}`);
  const group = groups.find((g) => plain(g) === plain(first.text));
  if (group === undefined) return mistaken(first, `no step of \`${ladder.ladder.name}\` asks ${quoted(first.text)} for a sign-off${didYouMean(plain(first.text).slice(0, 100), groups.map(plain)) || `; it asks ${known}`}`);
  if (second === undefined) return mistaken(null, 'the platform is missing here');
  const platform = readPlatform(second, scene.project);
  if (!platform.ok) return platform;
  return more === undefined ? understood({ group, platform: platform.args }) : mistaken(more, 'nothing is expected after the platform');
}

/** As the criterion compares groups; what is copied from a text of ours has a character without width in it. */
const plain = (group: string): string => group.replace(/\p{Cf}/gu, '').trim().replace(/^@/, '').toLowerCase();

/** Groups that the ladder asks, each once. */
function groupsOf({ steps }: Ladder): readonly string[] {
  const named = steps.flatMap((s) => [...s.hold, ...s.enter]).flatMap(({ criterion, params: { group } }) => criterion === 'sign-off' && typeof group === 'string' ? [group] : []);
  return named.filter((g, i) => named.findIndex((other) => plain(other) === plain(g)) === i);
}

/** The team that a group is. */
function teamOf(group: string, { repo }: Project): Handle {
  const name = group.trim().replace(/^@/, '');
  return name.includes('/') ? `@${name}` : `@${repo.slice(0, repo.indexOf('/'))}/${name}`;
}

function recorded({ group, platform }: Args, scene: Scene, spoken: Spoken): Outcome {
  const { login } = spoken.actor;
  if (login === null) return unlinked();
  const { now, project } = scene;
  const at = Math.min(spoken.at, now);
  const id = idOf('sign-off', platform, [project.name, group, spoken.source]);
  return {
    verdict: 'done',
    events: [{ id, project: project.name, platform, at, kind: 'sign-off', group, by: login, url: spoken.url }],
    audit: [{ at: now, project: project.name, entity: `platform:${platform}`, what: 'signed-off', actor: `${spoken.actor.surface}:${login}`, evidence: { group, said: occasionOf(scene, spoken).evidence } }],
    reply: [says('Recorded: ', coded(plain(group)), ` signs off on ${platform}, by `, coded(login), '. The next evaluation counts it; ', coded(`/arch explain ${platform}`), ' shows what else is asked.')],
  };
}
