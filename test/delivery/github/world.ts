import { pino } from 'pino';
import { createGitHub, type GitHub, type GitHubOptions } from '../../../src/delivery/github/index.ts';
import { appKey } from '../../../demo/stand-ins/index.ts';
import { startGitHub, type GitHub as StandIn, type GitHubOptions as StandInOptions } from '../../../demo/stand-ins/github/index.ts';
import { switcher } from '../../../src/switches/index.ts';
import { NO_EDITOR, REPO, T0 } from './fixtures.ts';

/** The demo's GitHub with the repository of these tests, its clock moved by hand, and the program's edge on it. */
export async function world(options: StandInOptions = {}): Promise<World> {
  const clock = { at: T0 };
  const gh = await startGitHub({ privateKey: appKey(), now: () => clock.at, ...options });
  gh.repo(REPO);
  return { gh, clock, connect: (more = {}) => connectTo(gh, () => clock.at, more) };
}

export interface World {
  readonly gh: StandIn;
  readonly clock: { at: number };
  readonly connect: (options?: Partial<GitHubOptions>) => GitHub;
}

const connectTo = (gh: StandIn, now: () => number, options: Partial<GitHubOptions>): GitHub => createGitHub({
  appId: gh.appId, privateKey: appKey(), webhookSecret: 'a secret', apiUrl: gh.url, log: pino({ level: 'silent' }), markerKeys: ['key one'],
  onDelivery: async () => true, now, editor: NO_EDITOR, switcher, bots: [], ...options,
});

/** What was asked that is no read, as `METHOD path`; tokens left out. */
export const writes = (gh: StandIn): string[] => gh.requests.writes().map((r) => `${r.method} ${r.path}`).filter((r) => !r.includes('access_tokens'));
