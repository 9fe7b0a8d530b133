import { homeCards, needsSignal, type HomePart } from '../../commands/home.ts';
import type { PlannedAction } from '../../domain/action.ts';
import type { SlackMember } from '../../domain/person.ts';
import { decidersNow } from '../../policy/proposal-kinds.ts';
import { asHandles } from '../../policy/proposals.ts';
import { releaseSignal } from '../../policy/world.ts';
import type { Runtime } from '../context.ts';
import type { Tracked } from '../tracked.ts';
import { Lookups } from './lookups.ts';
import { loginOf } from './projects.ts';
import { sceneOf } from './scene.ts';

/** The member's App Home as it is now: their platforms, what is broken there, what waits for their decision. `source` tells one showing from the next. */
export async function showHome(rt: Runtime, member: SlackMember, source: string): Promise<PlannedAction> {
  const lookups = new Lookups(rt);
  const parts = await Promise.all([...rt.projects.values()].map((tracked) => partOf(rt, tracked, member, lookups)));
  return {
    key: `home:${member.user}:show-home:${source}`, project: parts[0]?.scene.project.name ?? '', entity: `command:${source}`, destination: `slack:@${member.user}`,
    family: `home:${member.user}`, summary: `show ${member.user} their home in Slack`, action: { kind: 'show-home', user: member.user, cards: homeCards(parts) },
  };
}

async function partOf(rt: Runtime, tracked: Tracked, member: SlackMember, lookups: Lookups): Promise<HomePart> {
  const scene = await sceneOf(rt, tracked);
  const { project } = scene;
  const login = await loginOf(rt, tracked, member);
  let partly = false;
  const isIn = async (handles: readonly string[]): Promise<boolean> => {
    if (login === null || handles.length === 0) return false;
    const verdict = (await lookups.members(project, handles, [login])).get(login.toLowerCase()) ?? 'unknown';
    partly ||= verdict === 'unknown';
    return verdict === 'yes';
  };
  const owns = await Promise.all(project.platforms.map(async (p) => await isIn(p.owners) ? [p.id] : []));
  const decides = await Promise.all(scene.proposals.filter((p) => p.state === 'open').map(async (p) => await isIn(asHandles(decidersNow(p, project))) ? [p.id] : []));
  const signal = needsSignal(scene) && await isIn(releaseSignal(project));
  return { scene, login, owns: owns.flat(), decides: decides.flat(), signal, partly };
}
