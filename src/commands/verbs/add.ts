import type { PlannedAction } from '../../domain/action.ts';
import type { Ladder } from '../../domain/ladder.ts';
import { actorName } from '../../domain/person.ts';
import { KNOWN_PLATFORMS, parsePlatform, platformLabel, platformSlug, type PlatformId } from '../../domain/platform.ts';
import type { Handle, Platform, Project } from '../../domain/project.ts';
import { bullets, coded, says, type Span, type Spans, type Text } from '../../domain/text.ts';
import { counted, listed } from '../../domain/time.ts';
import { distinct } from '../../policy/world.ts';
import { audienceOf, readHandle, sameHandle } from '../handles.ts';
import { leadsNeeded } from '../rights.ts';
import { named } from '../step-verbs.ts';
import { replied, type CommandLine, type Outcome, type Parsed, type Scene, type Spoken, type Verb } from '../verb.ts';
import { who, whoAll } from '../views/wording.ts';
import { bare, mistaken, nearestPlatform, quoted, understood } from '../words.ts';

interface Args {
  readonly platform: PlatformId;
  readonly owners: readonly Handle[];
}

/** Enters a platform into the configuration, by a pull request. */
export const add: Verb<Args> = {
  name: 'add',
  usage: 'add <platform> [@owner …]',
  about: 'Opens a pull request that enters a platform at the lowest step of the ladder, with its owners and not built by default.',
  who: 'leads',
  examples: ['/arch add linux/riscv64 @octo-porter @kubernetes/riscv64-owners', '/arch add linux/loong64'],
  more: 'Nothing is tracked before that pull request is merged, and whoever may merge it decides. Asking for one is for release leads and the release-signal team, because each is work for whoever reviews it; anybody else can ask them in a comment. Its jobs are added to the configuration by hand, since only people know where they report. Where the configuration is not in the project\'s repository, its operator gets a patch.',
  parse,
  needs: (_args, { project }) => leadsNeeded(project),
  run: ({ platform, owners }, scene, spoken) => {
    const present = scene.project.platforms.find((p) => p.id === platform);
    if (present) return { verdict: 'refused', reply: tracked(present, owners, scene.project) };
    const ladder = scene.ladder?.ladder ?? null;
    if (ladder === null) return { verdict: 'refused', reply: replied('Which step is the lowest is not known yet: the ladder is first looked at some minutes after a start. Ask again then. Nothing was changed.') };
    return entered({ platform, owners }, ladder, scene, spoken);
  },
};

/** Owners that one line may name. */
const MOST_OWNERS = 20;

function parse(line: CommandLine): Parsed<Args> {
  const [first, ...others] = line.words;
  if (!first) return mistaken(null, 'a platform is missing here, such as `linux/riscv64`');
  const platform = parsePlatform(bare(first.text));
  if (platform === null) {
    const meant = nearestPlatform(first.text, KNOWN_PLATFORMS);
    return mistaken(first, `no platform is called ${quoted(first.text)}; ${meant === null ? 'write it as `os/arch`, such as `linux/riscv64`' : `did you mean \`${meant}\`?`}`);
  }
  const owners: Handle[] = [];
  for (const word of others) {
    const text = word.text.replace(/,$/, '');
    if (text === '' || /^and$/i.test(text)) continue;
    const handle = readHandle({ ...word, text });
    if (!handle.ok) return handle;
    owners.push(handle.args);
  }
  const [more] = others.slice(MOST_OWNERS);
  return more ? mistaken(more, `at most ${MOST_OWNERS} owners can be named at once; name a team`) : understood({ platform, owners: distinct(owners) });
}

function tracked({ id, step, build, owners: present }: Platform, wanted: readonly Handle[], { name }: Project): Text {
  const missing = wanted.filter((w) => !present.some((p) => sameHandle(p, w)));
  const owned: Spans = present.length === 0 ? ['without an owner'] : ['owned by ', ...whoAll(present)];
  return [
    says(`${id} is tracked in ${name} already: on step ${step}, build ${build}, `, ...owned, '. Nothing was changed.'),
    says(...missing.length > 0 ? [coded(`/arch owners ${id} add ${missing[0] ?? ''}`), ' adds an owner, '] : [], coded(`/arch promote ${id} <reason>`), ' proposes its next step, ', coded(`/arch explain ${id}`), ' shows what that takes.'),
  ];
}

function entered(args: Args, ladder: Ladder, scene: Scene, spoken: Spoken): Outcome {
  const { platform, owners } = args;
  const { project } = scene;
  const step = ladder.steps[0]?.step ?? 0;
  const title = `Enter ${platform} at step ${named(ladder, step)}`;
  const key = `command:${spoken.source}`;
  const pull: PlannedAction = {
    key: `${key}:ensure-pull-request`, project: project.name, entity: key, destination: `github:${project.repo}`, family: null, summary: `open a pull request: ${title}`,
    action: {
      kind: 'ensure-pull-request', repo: project.repo, branch: `archsignal/add/${platformSlug(platform)}`, since: spoken.at, title,
      body: bodyOf(args, ladder, step, project, spoken), labels: ['archsignal', platformLabel(platform)],
      edit: { kind: 'platform', project: project.name, platform, step, owners }, tell: audienceOf(spoken), note: noted(args, project),
    },
  };
  return { verdict: 'done', later: true, reply: announced(args, named(ladder, step), project), actions: [pull] };
}

function announced(args: Args, step: string, project: Project): Text {
  const { platform, owners } = args;
  return [
    says(`${platform} is asked to be entered at ${step}, not built, `, ...ownedBy(owners), '. The pull request for that in ', coded(project.repo), ', or the patch for the operator where the configuration is kept elsewhere, follows here. Nothing is tracked before it is merged.'),
    ...noted(args, project),
  ];
}

/** What whoever asks should know as well. */
function noted(args: Args, project: Project): Text {
  const doubts = doubtsAbout(args, project);
  return doubts.length > 0 ? [bullets(...doubts)] : [];
}

const ownedBy = (owners: readonly Handle[]): Spans => owners.length === 0 ? ['without an owner'] : ['owned by ', ...whoAll(owners)];

/** What somebody who decides about it should know. */
function doubtsAbout({ platform, owners }: Args, { repo }: Project): Spans[] {
  const [owner = ''] = repo.split('/');
  const foreign = owners.filter((o) => o.includes('/') && !sameHandle(o.slice(1).split('/')[0] ?? '', owner));
  return [
    ...owners.length === 0 ? [['No owner is named, so nobody would answer when it breaks. Name some in the pull request, or afterwards with ', coded(`/arch owners ${platform} add @handle`), '.'] satisfies Spans] : [],
    ...foreign.map((f): Spans => [who(f), ` is a team of another organisation: GitHub does not notify it in a repository of ${owner}. Name single people, or a team of ${owner}.`]),
  ];
}

function bodyOf(args: Args, ladder: Ladder, step: number, project: Project, { actor, url, place }: Spoken): Text {
  const { platform, owners } = args;
  const where: Span = url === null ? (place.surface === 'slack' ? 'in Slack' : 'by a command') : { words: 'here', link: url };
  const grants = ladder.steps[0]?.grants.join(' ') ?? '';
  return [
    says(coded(actor.login ?? actorName(actor)), ' asked for this ', where, '.'),
    bullets(
      [{ bold: 'Step:' }, ` ${named(ladder, step)}, the lowest of `, coded(ladder.name), `. ${grants}`.trimEnd()],
      [{ bold: 'Build:' }, ' off; nobody who changes code has to care for it.'],
      [{ bold: 'Owners:' }, ' ', ...owners.length === 0 ? ['nobody so far'] : whoAll(owners), '. They are asked when it breaks.'],
      [{ bold: 'Jobs:' }, ' none yet. Add those that tell how it is under ', coded('jobs:'), ', here or later; until then nothing of it is polled.'],
      ...doubtsAbout(args, project),
    ),
    ...nextStep(ladder, platform),
    says('Merging puts this into force with the next reading of the file; closing this pull request drops it, and nothing else happens.'),
  ];
}

/** What it takes to come further, so that whoever enters it knows where it leads. */
function nextStep(ladder: Ladder, platform: PlatformId): Text {
  const [, next] = ladder.steps;
  if (next === undefined) return [];
  const criteria = [...new Set([...next.hold, ...next.enter].map((use) => use.criterion))];
  const asked = criteria.length === 0 ? 'asks for nothing more'
    : `asks for ${counted(criteria.length, 'criterion', 'criteria')} (${listed(criteria, 8)}) and is proposed by itself once ${criteria.length === 1 ? 'it has' : 'they have'} held for long enough`;
  return [says(`The next step, ${named(ladder, next.step)}, ${asked}; `, coded(`/arch explain ${platform}`), ' shows how it stands.')];
}
