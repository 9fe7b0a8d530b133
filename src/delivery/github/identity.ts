import { z } from 'zod';
import type { Answer } from './answer.ts';
import type { Clients } from './clients.ts';
import type { Markers } from './marker.ts';
import { createMemo } from './memo.ts';

/** Somebody on GitHub, as it tells of them. */
export interface Account { readonly login: string; readonly type?: string | null | undefined }

/** `User`, `Bot` or another; where GitHub does not tell it, the name does: no person's ends in `[bot]`. */
export const accountType = ({ login, type }: Account): string => type ?? (/\[bot\]$/i.test(login) ? 'Bot' : 'User');

const isBot = (account: Account | null | undefined): boolean => account !== null && account !== undefined && accountType(account) === 'Bot';

/** Who wrote a text, as an issue or comment tells it. */
export const authorship = z.object({
  user: z.object({ login: z.string(), type: z.string().nullish() }).nullish(),
  performed_via_github_app: z.object({ id: z.number() }).nullish(),
});
export type Authorship = z.output<typeof authorship>;

export interface AppIdentity {
  readonly slug: string;
  /** The App's page, with `/installations/new` to install it; empty where GitHub does not tell it. */
  readonly url: string;
}

/** Who we are on GitHub: a marker counts only in a text that we wrote. */
export interface Identity {
  app(): Promise<Answer<AppIdentity>>;
  isOurs(text: Authorship): Promise<boolean>;
  /** Whether somebody is our App, without a marker that could speak for it: no, where nobody says who we are. */
  isUs(account: Account): Promise<boolean>;
  /** Remembers the author of a text that we have just written: it stands in where GitHub does not say who we are. */
  learn(text: Authorship): void;
}

/**
 * Whether a comment says by itself that it is ours: GitHub names our App as what it was written with, or a bot wrote it and
 * it carries a marker of ours (a mirror of our own words, perhaps). A person who pastes one stays a person (behaviour 21).
 */
export const isOursBy = (appId: number | string, markers: Pick<Markers, 'any'>) => (text: Authorship & { readonly body: string }, repository: number): boolean =>
  String(text.performed_via_github_app?.id) === String(appId) || (isBot(text.user) && markers.any(text.body, repository));

const appAnswer = z.object({ slug: z.string().min(1), html_url: z.string().nullish() });

export function createIdentity(clients: Pick<Clients, 'asApp'>, appId: number | string, now: () => number): Identity {
  let learned: string | null = null;
  const apps = createMemo<AppIdentity>(async () => {
    const answer = await clients.asApp('GET /app', {}, appAnswer);
    return answer.ok ? { ...answer, data: { slug: answer.data.slug, url: answer.data.html_url ?? '' } } : answer;
  }, now);
  const app = (): Promise<Answer<AppIdentity>> => apps.get('app');

  const isOurs = async (text: Authorship): Promise<boolean> => {
    if (String(text.performed_via_github_app?.id) === String(appId)) return true;
    const login = text.user?.login.toLowerCase();
    if (login === undefined) return false;
    if (login === learned) return true;
    const known = await app();
    if (known.ok) return login === `${known.data.slug.toLowerCase()}[bot]`;
    // Nobody says who we are: then a verified marker by an App counts, one pasted by a person never does.
    return learned === null && isBot(text.user);
  };

  const isUs = async (account: Account): Promise<boolean> => (learned !== null || (await app()).ok) && await isOurs({ user: { login: account.login } });

  return { app, isOurs, isUs, learn: (text) => { learned = text.user?.login.toLowerCase() ?? learned; } };
}
