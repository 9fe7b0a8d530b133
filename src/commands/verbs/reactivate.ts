import { isOff, type Conflict } from '../../domain/conflict.ts';
import type { PlatformId } from '../../domain/platform.ts';
import { fileShown } from '../../domain/project.ts';
import { meantSwitches } from '../../domain/switch-look.ts';
import { coded, enumerated, says, type Spans } from '../../domain/text.ts';
import { counted, listed, moment } from '../../domain/time.ts';
import { sameLogin } from '../../policy/acts.ts';
import { askBack } from '../../policy/conflict-acts.ts';
import { entryWords } from '../../policy/conflict-words.ts';
import { platformOf, releaseFor } from '../../policy/world.ts';
import { answered, conflictsHere, offFor, openConflicts, refusedAs, sayingOf } from '../conflict-verbs.ts';
import { unlinked } from '../deciding.ts';
import { movingNeeds, readMoving, type Moving } from '../step-verbs.ts';
import type { CommandLine, Outcome, Parsed, Scene, Spoken, Verb } from '../verb.ts';
import { conflictSpans, lacks } from '../views/conflict.ts';

/** Asks for a platform that is off on account of a blocker to be built again, before its exit test holds. */
export const reactivate: Verb<Moving> = {
  name: 'reactivate',
  usage: 'reactivate <platform> [reason]',
  about: 'Proposes to release leads that a platform which was turned off for a release blocker is built again, though its exit test does not hold yet.',
  who: 'concerned',
  examples: ['/arch reactivate linux/s390x the fixed toolchain is in the build image', '/arch reactivate linux/s390x'],
  more: 'Nobody has to: when its exit test holds it is proposed by itself. The question says what the exit test still lacks. Release leads decide; an approval opens a pull request with the reverse of the edit that turned it off. On the reactivation issue it needs no platform. Followed by the name of a component whose switches stand apart, it asks for that part alone, and the issue stays open for the rest; so it does when somebody turns a part on by a pull request of their own.',
  parse,
  needs: movingNeeds,
  run: asked,
};

function parse(line: CommandLine, scene: Scene, spoken: Spoken): Parsed<Moving> {
  const [here] = conflictsHere(scene, spoken.place);
  return readMoving(line, scene, here === undefined ? spoken : { ...spoken, place: { ...spoken.place, incident: null, proposal: null, platform: here.platform } });
}

function asked({ platform, reason }: Moving, scene: Scene, spoken: Spoken): Outcome {
  const { login } = spoken.actor;
  if (login === null) return unlinked();
  const conflict = offFor(scene, platform);
  if (conflict === null) return notOff(platform, scene);
  const component = componentIn(reason, conflict, scene);
  const refused = component === null ? null : noPart(component, conflict, scene);
  if (refused !== null) return refused;
  if (conflict.stage === 'returning') return answered(`${platform} is `, ...conflictSpans(conflict, scene), '.');
  const { wishedBack } = conflict;
  if (wishedBack) return answered(coded(wishedBack.by), ` has asked for that already, on ${moment(wishedBack.at, scene.now)}; the proposal comes as soon as the reverse edit is known.`);
  const refusal = undecidable(conflict, login, scene);
  if (refusal !== null) return refusedAs(...refusal);
  const part = component === null ? [] : [component];
  const change = askBack(conflict, sayingOf(scene, spoken, login, component === null ? reason : ''), part);
  if (change === null) return refusedAs(`This was said on ${moment(spoken.at, scene.now)}, before ${platform} was turned off. Say it again if you mean it.`);
  const leads = releaseFor(scene.project, conflict.branch)?.leads ?? [];
  return { verdict: 'done', conflicts: [change], reply: [says(...enumerated(leads.map((l) => coded(l.slice(1)))), ` are asked whether ${platform}${component === null ? '' : ` ${component}`} is built again on ${conflict.branch}, in an issue of its own, `, ...reactivationOf(conflict), `. Your own approval of that does not count. They are shown how its exit test stands: ${lacks(conflict, scene)}.`)] };
}

const reactivationOf = ({ reactivation }: Conflict): Spans => reactivation === null || reactivation.number <= 0 ? ['which its reactivation issue names'] : ['which ', { words: `#${reactivation.number}`, link: reactivation.url }, ' names'];

/** Why there is nothing to turn on. */
function notOff(platform: PlatformId, scene: Scene): Outcome {
  const open = openConflicts(scene).find((c) => c.platform === platform);
  if (open !== undefined) return refusedAs(`${platform} is not off: it is `, ...conflictSpans(open, scene), '.');
  const { build, step } = platformOf(scene.project, platform) ?? { build: 'on', step: 0 };
  if (build === 'off') return refusedAs(`${platform} was not turned off for a release blocker: its build is off by its step (${step}) in `, coded(fileShown(scene.project)), '. ', coded(`/arch promote ${platform} <reason>`), ' proposes the next step.');
  const back = scene.conflicts.filter((c) => c.platform === platform && c.times.back !== null).toSorted((a, b) => (b.times.back ?? 0) - (a.times.back ?? 0))[0];
  return refusedAs(`${platform} is not off on account of a release blocker${back === undefined || isOff(back) ? '' : `; it is built again since ${moment(back.times.back ?? 0, scene.now)}`}.`);
}

/** A component that is all that was said beside the platform; null: it is a reason. */
function componentIn(reason: string, { platform, components }: Conflict, { project }: Scene): string | null {
  const known = [...components, ...platformOf(project, platform)?.components ?? [], ...(project.switches ?? []).flatMap((s) => s.components)];
  return known.find((c) => c.toLowerCase() === reason.trim().toLowerCase()) ?? null;
}

/** Parts of what is off that switches of their own turn: each may come back before the others. */
const partsOf = ({ branch, components }: Conflict, { project }: Scene): readonly string[] => {
  const switches = meantSwitches(project, { branch, components });
  const parts = [...new Set(switches.flatMap((s) => s.components))].filter((c) => components.length === 0 || components.includes(c));
  return switches.some((s) => s.components.length !== 1) ? [] : parts;
};

/** Why a part cannot come back by itself; null: it can. */
function noPart(component: string, conflict: Conflict, scene: Scene): Outcome | null {
  const { platform, components, plan } = conflict;
  if (components.length > 0 && !components.includes(component)) return refusedAs(`${component} of ${platform} is not off: what was turned off is ${listed(components)}.`);
  const [only, ...more] = components;
  if (only === component && more.length === 0) return refusedAs(`${component} is all that is off of ${platform}, so there is no part to bring back: `, coded(`/arch reactivate ${platform} <reason>`), ' proposes the whole.');
  const parts = partsOf(conflict, scene);
  if (parts.length > 1 && parts.includes(component)) return null;
  const entries = (plan?.removed ?? []).slice(0, 6).flatMap((e, i): Spans => i === 0 ? entryWords(e) : ['; ', ...entryWords(e)]);
  return refusedAs(`No switch turns ${component} of ${platform} alone, so it is proposed back with the rest. To have it earlier, turn its entry on again by a pull request of your own`, ...entries.length === 0 ? [''] : [' (', ...entries, ')'], ': that is seen, and the reactivation issue stays open for the rest.');
}

/** Why release leads could not decide it if this person asks; null: they could. */
function undecidable({ branch, platform }: Conflict, login: string, { project }: Scene): Spans | null {
  const release = releaseFor(project, branch);
  if (release === null || release.leads.length === 0) return ['Release leads decide that, and none are declared: see ', coded('release.leads'), ' in ', coded(fileShown(project)), '.'];
  const could = release.leads.map((l) => l.slice(1)).filter((l) => !sameLogin(l, login));
  if (release.leads.some((l) => l.includes('/')) || could.length >= release.quorum || could.length === release.leads.length) return null;
  return [`To turn ${platform} on again takes ${counted(release.quorum, 'approval')} of release leads, and yours would not count as you ask for it. `, ...could.length === 0 ? ['Nobody else could approve it'] : ['Only ', ...enumerated(could.map(coded)), ' could approve it'], '. Ask somebody who is no lead to ask for it.'];
}
