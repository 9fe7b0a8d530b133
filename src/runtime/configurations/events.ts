import type { GitHubEvent } from '../../delivery/github/listen.ts';
import type { PlannedAction } from '../../domain/action.ts';
import type { HeldDelivery } from '../../store/store.ts';
import type { Runtime } from '../context.ts';

/** Tries to read a file that was pushed, and the longest wait between them (ms); after that the regular look finds it. */
const TRIES = 12;
const LONGEST_WAIT = 300_000;

/** What an event means for configuration files. False: nothing more than for everything else, go on. */
export async function handleConfigurationEvent(rt: Runtime, held: HeldDelivery, event: GitHubEvent): Promise<boolean> {
  const { configurations } = rt;
  if (!configurations) return false;
  switch (event.event) {
    case 'push': case 'repository.edited':
      await readAnew(rt, held, event);
      return true;
    case 'pull_request.opened': case 'pull_request.synchronize': case 'pull_request.reopened': case 'pull_request.edited': {
      const { number, sha } = event.pull ?? {};
      await plan(rt, held, number === undefined || sha === undefined ? [] : [checkRow(rt, event, sha, number, null)]);
      return true;
    }
    case 'check_run.rerequested': case 'check_suite.rerequested': {
      const { sha, pulls } = event.check ?? { sha: '', pulls: [] };
      await plan(rt, held, sha === '' ? [] : (pulls.length > 0 ? pulls : [null]).map((pull) => checkRow(rt, event, sha, pull, held.id)));
      return true;
    }
    case 'repository.renamed': case 'repository.transferred': case 'repository.archived': case 'repository.unarchived':
    case 'installation.created': case 'installation.deleted': case 'installation.unsuspend': case 'installation.new_permissions_accepted':
    case 'installation_repositories.added': case 'installation_repositories.removed': case 'installation_target.renamed':
      configurations.lookSoon();
      return false;
    default: return false;
  }
}

/** Reads the file of the default branch as it is now, which may be newer than the event. */
async function readAnew(rt: Runtime, held: HeldDelivery, { repo }: GitHubEvent): Promise<void> {
  const looked = await rt.configurations?.refresh(repo) ?? { ok: true };
  if (!looked.ok && !looked.lasting && held.attempts < TRIES) {
    const wait = looked.after ?? Math.min(LONGEST_WAIT, 500 * 2 ** held.attempts);
    rt.log.warn({ repo: repo.fullName, reason: looked.reason, wait }, 'a configuration that was pushed could not be read; trying again');
    return rt.store.deferDelivery(held.id, held.attempts, { notBefore: rt.now() + wait, error: looked.reason, dead: false });
  }
  if (!looked.ok) {
    rt.log.error({ repo: repo.fullName, reason: looked.reason }, 'a configuration that was pushed could not be read; the regular look will try again');
    rt.configurations?.lookSoon();
  }
  await plan(rt, held, []);
}

async function plan(rt: Runtime, { id, attempts }: HeldDelivery, actions: readonly PlannedAction[]): Promise<void> {
  await rt.store.commit({ at: rt.now(), actions, record: rt.mode === 'dry', delivery: { id, attempts } });
  if (actions.length > 0) rt.wake();
}

/** `again`: what asked for it once more. A newer commit of the same pull request takes the place of one that is not checked yet. */
function checkRow(rt: Runtime, { repo, at }: GitHubEvent, sha: string, pull: number | null, again: string | null): PlannedAction {
  const entity = `configuration:${repo.id}${pull === null ? '' : `#${pull}`}`;
  const project = [...rt.projects.values()].find((t) => t.project.repo.toLowerCase() === (rt.repositories.get(repo.id) ?? repo.fullName).toLowerCase())?.project.name ?? repo.fullName;
  return {
    key: `${entity}:ensure-check-run:${sha}${again === null ? '' : `:${again}`}`, project, entity, destination: `github:${repo.fullName}`, family: pull === null ? null : entity,
    action: { kind: 'ensure-check-run', repo: repo.fullName, repository: repo.id, sha, pull, id: `configuration.${pull ?? 'default'}${again === null ? '' : `.${again}`}`, since: at },
    summary: `check the configuration in ${repo.fullName}${pull === null ? '' : `#${pull}`} at ${sha.slice(0, 7)}, if it is touched`,
  };
}
