import type { PlatformId } from '../domain/platform.ts';
import type { Ladder } from '../domain/ladder.ts';
import { fileShown } from '../domain/project.ts';
import type { Proposal } from '../domain/proposal.ts';
import { coded, enumerated, says, type Spans } from '../domain/text.ts';
import { counted, moment } from '../domain/time.ts';
import { matterWords } from '../policy/proposal-matters.ts';
import { outOfReach, propose } from '../policy/proposals.ts';
import { stepBelow, stepMatter, type StepMatter } from '../policy/step-matter.ts';
import { stepName } from '../policy/step-words.ts';
import { tally } from '../policy/tally.ts';
import { distinct, platformOf, releaseFor } from '../policy/world.ts';
import { LONGEST_REASON, nameOf, occasionOf, unlinked } from './deciding.ts';
import { ownersNeeded } from './incident-verbs.ts';
import { leadsNeeded } from './rights.ts';
import type { CommandLine, Evaluated, Needs, Outcome, Parsed, Scene, Spoken } from './verb.ts';
import { platformHere } from './views/wording.ts';
import { leadingPlatform, mistaken, readPlatform, understood } from './words.ts';

/** What promoting and demoting have in common: one step, by a proposal with the evidence as it stands. */

export interface Moving {
  readonly platform: PlatformId;
  /** Empty: none was given. */
  readonly reason: string;
}

/** Reads `<platform> [reason]`; on an incident, a proposal or in a platform's own channel the platform may be left out. */
export function readMoving(line: CommandLine, scene: Scene, { place }: Spoken): Parsed<Moving> {
  const lead = leadingPlatform(line, scene.project);
  if (!lead.ok) return lead;
  const reasonFrom = (from: number): string => line.rest(from).slice(0, LONGEST_REASON);
  if (lead.args.platform !== null) return understood({ platform: lead.args.platform, reason: reasonFrom(lead.args.next) });
  const here = platformHere(scene, place);
  if (here !== null) return understood({ platform: here, reason: reasonFrom(0) });
  const [word] = line.words;
  if (word === undefined) return mistaken(null, 'a platform is missing here');
  const read = readPlatform(word, scene.project);
  return read.ok ? understood({ platform: read.args, reason: reasonFrom(1) }) : read;
}

/** Moving a platform may be asked for by those who stand for it and by those who decide about releases; release leads decide. */
export function movingNeeds({ platform }: Moving, { project }: Scene): Needs {
  const [owners, leads] = [ownersNeeded(project, [platform]), leadsNeeded(project)];
  const handles = [...owners.allowed === 'everyone' ? [] : owners.allowed, ...leads.allowed === 'everyone' ? [] : leads.allowed];
  return { allowed: distinct(handles), allowedAs: `owners of ${platform}, ${leads.allowedAs}` };
}

const refusedAs = (...spans: Spans): Outcome => ({ verdict: 'refused', reply: [says(...spans, ' Nothing was changed.')] });

type Direction = 'up' | 'down';

/** Proposes the step above or below the present one. */
export function proposeStep(direction: Direction, { platform, reason }: Moving, scene: Scene, spoken: Spoken): Outcome {
  const { login } = spoken.actor;
  if (login === null) return unlinked();
  const wanted = wantedStep(direction, platform, scene);
  if (!wanted.ok) return refusedAs(wanted.why);
  const { matter } = wanted;
  const open = openAbout(platform, scene);
  if (open !== null) return refusedAs(`A step of ${platform} is to be decided already, in `, ...nameOf(open), `: ${matterWords(open.matter).inShort(scene.now)}. Say what you know there; `, coded(`/arch withdraw ${open.id}`), ' takes it back.');
  return put({ ...matter, asked: reason }, scene, spoken, login);
}

type Wanted = { readonly ok: true; readonly matter: StepMatter } | { readonly ok: false; readonly why: string };
const not = (why: string): Wanted => ({ ok: false, why });

function wantedStep(direction: Direction, platform: PlatformId, { ladder: evaluated, project }: Scene): Wanted {
  const configured = platformOf(project, platform)?.step;
  if (configured === undefined) return not(`${platform} is not tracked any more.`);
  const evaluation = evaluated?.platforms.find((p) => p.platform === platform);
  if (!evaluated || evaluation === undefined) return not(`${platform} has not been evaluated on its ladder yet, which happens daily, so there is no evidence to decide by. Try again after that.`);
  const { ladder } = evaluated;
  if (evaluation.step !== configured) return not(`${platform} stands on step ${configured} in the configuration, and was last evaluated on step ${evaluation.step}. Try again after the next evaluation.`);
  const to = direction === 'up' ? evaluation.next : stepBelow(ladder, evaluation);
  if (to === null) return not(`${platform} stands on ${named(ladder, evaluation.step)}, the ${direction === 'up' ? 'highest' : 'lowest'} step of ${ladder.name}.`);
  const matter = stepMatter(evaluation, ladder, { to, asked: '', project });
  return matter === null ? not(`${ladder.name} has no step ${to} any more.`) : { ok: true, matter };
}

/** `build (1)`. */
export const named = ({ steps }: Ladder, step: number): string => stepName(step, steps.find((s) => s.step === step) ?? { name: '' });

/** One question about a platform's step at a time. */
const openAbout = (platform: PlatformId, { proposals, now }: Scene): Proposal | null =>
  proposals.find((p) => p.matter.kind === 'step' && p.matter.platform === platform && tally(p, now).state === 'open') ?? null;

function put(matter: StepMatter, scene: Scene, spoken: Spoken, by: string): Outcome {
  const { project, now, proposals } = scene;
  const release = releaseFor(project, null);
  if (release === null || release.leads.length === 0) return refusedAs('A change of step is for release leads to decide, and none are declared: see ', coded('release.leads'), ' in ', coded(fileShown(project)), '.');
  const change = propose(matter, { ...occasionOf(scene, spoken), project, release, by, surface: spoken.actor.surface, at: spoken.at, taken: new Set(proposals.map((p) => p.id)) });
  const short = outOfReach(change.proposal);
  if (short !== null) return refusedAs(`A change of step takes ${counted(short.needed, 'approval')} of release leads, and yours would not count as you propose it. `,
    ...short.could.length === 0 ? ['Nobody else could approve it'] : ['Only ', ...enumerated(short.could.map(coded)), ' could approve it'], '. Ask somebody who is no lead to propose it.');
  return { verdict: 'done', reply: [says(...proposed(change.proposal, matter, now))], proposals: [change] };
}

function proposed({ id, quorum, deciders, expiresAt }: Proposal, matter: StepMatter, now: number): Spans {
  const words = matterWords(matter);
  return [
    `Proposed (`, coded(id), `), in an issue of its own, whose link follows here: ${words.question(now)}? ${counted(quorum, 'approval')} of `, ...enumerated(deciders.map(coded)), ` by ${moment(expiresAt, now)}, yours not counted. Evidence: `,
    ...words.evidence?.short ?? [], ' ', coded(`/arch withdraw ${id}`), ' takes it back.',
  ];
}

/** The platform on its ladder; null: not evaluated. */
export const evaluatedOf = (platform: PlatformId, ladder: Evaluated | null | undefined): Evaluated['platforms'][number] | null =>
  ladder?.platforms.find((p) => p.platform === platform) ?? null;
