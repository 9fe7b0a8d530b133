import type { Clients } from './clients.ts';
import type { Failure } from './failure.ts';
import type { Identity } from './identity.ts';

export interface Readiness {
  readonly ok: boolean;
  /** What is wrong and what to do, as sentences; null when ok. */
  readonly reason: string | null;
}

/** A failure is shown for this long before it is looked at again, so that probes do not become a load. */
const RECHECK = 5_000;

/**
 * Whether a token can be obtained for each of the repositories. A good answer costs nothing while the token serves.
 */
export function createReadiness(clients: Pick<Clients, 'token'>, identity: Pick<Identity, 'app'>, about: { readonly appId: number | string; readonly apiUrl: string }, now: () => number): (repos: readonly string[]) => Promise<Readiness> {
  const failed = new Map<string, { readonly reason: string; readonly until: number }>();

  const ofRepo = async (repo: string): Promise<string | null> => {
    const recent = failed.get(repo);
    if (recent && now() < recent.until) return recent.reason;
    const answer = await clients.token(repo);
    if (answer.ok) {
      failed.delete(repo);
      return null;
    }
    const reason = await sentence(repo, answer.failure);
    failed.set(repo, { reason, until: now() + RECHECK });
    return reason;
  };

  const sentence = async (repo: string, failure: Failure): Promise<string> => {
    switch (failure.kind) {
      case 'credentials': return `The GitHub App's credentials cannot be used: set APP_ID to the App's number, and PRIVATE_KEY or PRIVATE_KEY_PATH to the .pem file from its settings page. ${failure.reason}`;
      case 'unauthorised': return `GitHub does not accept the App's credentials: check that APP_ID (${about.appId}) and PRIVATE_KEY belong to the same App. ${failure.reason}`;
      case 'missing': return notInstalled(repo);
      case 'unreachable': case 'server': return `GitHub at ${about.apiUrl} does not answer as it should, so nothing can be filed in ${repo} just now. ${failure.reason}`;
      case 'limited': case 'garbage': case 'forbidden': case 'moved': case 'refused': return `No token for ${repo} could be obtained. ${failure.reason}`;
      default: return failure.kind satisfies never;
    }
  };

  const notInstalled = async (repo: string): Promise<string> => {
    const app = await identity.app();
    if (app.ok && app.data.url !== '') return `The GitHub App is not installed on ${repo}: install it at ${app.data.url}/installations/new and choose that repository.`;
    return !app.ok && (app.failure.kind === 'missing' || app.failure.kind === 'unauthorised')
      ? `GitHub knows no App with APP_ID ${about.appId} and this private key: check both on the App's settings page.`
      : `The GitHub App is not installed on ${repo}: install it from the App's page, and choose that repository.`;
  };

  return async (repos) => {
    const reasons = (await Promise.all([...new Set(repos)].map(ofRepo))).filter((r) => r !== null);
    return reasons.length === 0 ? { ok: true, reason: null } : { ok: false, reason: reasons.join(' ') };
  };
}
