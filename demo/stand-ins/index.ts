import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { startCi, type Ci } from './ci/index.ts';
import { startGitHub, type GitHub } from './github/index.ts';
import { startSlack, type Slack } from './slack/index.ts';

export { startCi, type Ci } from './ci/index.ts';
export { startGitHub, type GitHub } from './github/index.ts';
export { startSlack, type Slack } from './slack/index.ts';

export interface WorldOptions {
  /** Epoch milliseconds; lets months pass in minutes. Tokens and signatures keep to the wall clock, as their checks do. */
  readonly now?: () => number;
  readonly ports?: { readonly github?: number; readonly slack?: number; readonly ci?: number };
  readonly slug?: string;
}

/** The three stand-ins and what the program needs to reach them. */
export interface World {
  readonly github: GitHub;
  readonly slack: Slack;
  readonly ci: Ci;
  /** The program's environment, as the contract names it; give it `CONFIG`, `DATA_DIR` and `PORT` besides. */
  env(): Record<string, string>;
  /** Tells GitHub and Slack where the program listens: `http://127.0.0.1:3000`. */
  attach(program: string): void;
  close(): Promise<void>;
}

let key: string | undefined;

/** An RSA key for the App, made once per process: making one takes a while. */
export function appKey(): string {
  key ??= generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } }).privateKey;
  return key;
}

/** Starts GitHub, Slack and CI on free ports (or the given ones) of 127.0.0.1. */
export async function startWorld(options: WorldOptions = {}): Promise<World> {
  const { now, ports = {} } = options;
  const webhookSecret = randomBytes(16).toString('hex');
  const [github, slack, ci] = await Promise.all([
    startGitHub({ now, port: ports.github, slug: options.slug, privateKey: appKey() }),
    startSlack({ now, port: ports.slack, token: `xoxb-${randomBytes(8).toString('hex')}`, signingSecret: randomBytes(16).toString('hex') }),
    startCi({ now, port: ports.ci }),
  ]);
  return {
    github, slack, ci,
    env: () => ({
      APP_ID: String(github.appId), PRIVATE_KEY: appKey(), WEBHOOK_SECRET: webhookSecret, GITHUB_API_URL: github.url,
      SLACK_BOT_TOKEN: slack.token, SLACK_SIGNING_SECRET: slack.signingSecret, SLACK_API_URL: slack.apiUrl,
    }),
    attach(program) {
      github.sendWebhooksTo({ url: `${program}/github/webhooks`, secret: webhookSecret });
      slack.send.target = `${program}/slack/events`;
    },
    async close() { await Promise.all([github.close(), slack.close(), ci.close()]); },
  };
}
