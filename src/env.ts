import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { isChannel } from './config/scalars.ts';
import { readAppKey } from './delivery/github/app-key.ts';
import { lostIn } from './dot-env.ts';

const anyText = z.string().trim().transform((s) => s === '' ? undefined : s).optional();
/** Quotes that nobody took off would be a part of it, and make a folder of another name, or a secret that nothing fits. */
const text = anyText.refine((s) => s === undefined || !/^(["'])[^]*\1$/.test(s), { abort: true, error: 'it stands in quotes, which would be a part of it: take them off (docker\'s --env-file knows no quotes)' });
/** A place on disk. A `~` would be a folder of that name where the program is started: only a shell knows what else it may mean. */
const path = text.refine((s) => s === undefined || !s.startsWith('~'), 'only a shell knows what ~ means: write the whole path (or ./~ for what has that name)');
/** A token or secret of Slack's. One with a line end in it cannot be sent, and would be shown where that is told. */
const word = text.refine((s) => s === undefined || /^[\x21-\x7e]+$/.test(s), 'expected one word without blanks or line ends, as Slack shows it');
/** A switch. What can be meant either way is refused: a dry run that is none would write. */
const flag = z.string().trim().toLowerCase().optional().transform((s, ctx) => {
  if (s === undefined || ['', '0', 'false', 'no', 'off'].includes(s)) return false;
  if (!['1', 'true', 'yes', 'on'].includes(s)) ctx.addIssue(`expected 1 or 0, found "${s}"`);
  return true;
});
const httpUrl = (fallback: string) => text.transform((s) => s ?? fallback).pipe(z.url({ protocol: /^https?$/, error: 'expected an http(s) address', abort: true }))
  .refine((s) => isBare(new URL(s)), 'expected an address without user, password, ? and #: the program says who it is by its token alone');
const isBare = ({ username, password, search, hash }: URL): boolean => username + password + search + hash === '';

/** A list with commas or blanks between; `fits` says of each whether it can be meant. */
const list = (fits: (item: string) => boolean, expected: string) => text
  .transform((s, ctx) => {
    const items = (s ?? '').split(/[\s,]+/).filter((item) => item !== '');
    const wrong = items.find((item) => !fits(item));
    if (wrong !== undefined) ctx.addIssue(`${expected}; found "${wrong}"`);
    return items;
  });

const HOST = /^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d{1,5})?$/i;

/** pino's levels. */
export const LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

const schema = z.object({
  APP_ID: text, PRIVATE_KEY: anyText, PRIVATE_KEY_PATH: path, WEBHOOK_SECRET: text,
  GITHUB_API_URL: httpUrl('https://api.github.com').transform((s) => s.replace(/\/+$/, '')),
  SLACK_BOT_TOKEN: word, SLACK_SIGNING_SECRET: word, SLACK_APP_TOKEN: word,
  SLACK_API_URL: httpUrl('https://slack.com/api/').transform((s) => s.endsWith('/') ? s : `${s}/`),
  CONFIG: path.transform((s) => s ?? 'config/'),
  DATABASE_URL: text.refine((s) => s === undefined || /^postgres(ql)?:\/\//.test(s), 'expected postgres://user@host:port/database'),
  DATA_DIR: path.transform((s) => s ?? './data'),
  HOST: text.transform((s) => s ?? '127.0.0.1'),
  PORT: text.transform((s) => Number(s ?? '3000')).pipe(z.int('expected a port number').min(0, 'expected a port number').max(65_535, 'expected a port number, at most 65535')),
  MARKER_SECRET: anyText,
  REPOSITORY_CHANNELS: list(isChannel, 'expected Slack channels with commas between, such as #release-ci-signal'),
  REPOSITORY_HOSTS: list((host) => HOST.test(host), 'expected hosts with commas between, such as testgrid.k8s.io, ci.example.org:8443 or *.example.org'),
  DRY_RUN: flag, SHADOW_CHANNEL: text,
  LOG_LEVEL: text.transform((s) => s ?? 'info').pipe(z.enum(LEVELS, `expected one of ${LEVELS.join(', ')}`)),
});

/** The names of all variables that are read. */
export const ENV_NAMES: readonly string[] = Object.keys(schema.shape);

/** The environment, checked; names as in the contract. */
export type Env = z.output<typeof schema>;

/** What `npm start` needs to speak to GitHub. */
export interface GitHubSecrets {
  readonly appId: string;
  readonly privateKey: string;
  readonly webhookSecret: string;
}

/** An environment that cannot be used: one line per mistake, each with what to do. */
export class EnvError extends Error {
  override readonly name = 'EnvError';
}

/** Reads the environment. Throws EnvError, which names every variable that is wrong. */
export function readEnv(env: Readonly<Record<string, string | undefined>>): Env {
  const read = schema.safeParse(env);
  if (read.success) return read.data;
  throw new EnvError(read.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('\n'));
}

/** Takes over `.env` of the folder that it is started in, where there is one; the environment itself comes first. Throws EnvError. */
export function takeOverDotEnv(): void {
  if (!existsSync('.env')) return;
  let given: string;
  try {
    given = readFileSync('.env', 'utf8');
    process.loadEnvFile();
  } catch (error) {
    throw new EnvError(`${process.cwd()}/.env: it cannot be read (${error instanceof Error ? error.message : String(error)}). Let the user that runs this read it, or take it away where the environment comes from elsewhere.`);
  }
  const lost = lostIn(given, ENV_NAMES);
  if (lost !== null) throw new EnvError(`${process.cwd()}/.env: ${lost}`);
}

/**
 * The GitHub App's secrets, the key read from its file where a path is given. Throws EnvError that names what is
 * missing: an empty webhook secret is refused, because anybody could then send commands.
 */
export function githubSecrets(env: Env): GitHubSecrets {
  const missing: string[] = [];
  if (!env.APP_ID) missing.push('APP_ID: the GitHub App\'s id is missing; it stands on the App\'s settings page.');
  else if (!/^\d+$/.test(env.APP_ID)) missing.push(`APP_ID: expected the GitHub App's number, found "${env.APP_ID.slice(0, 40)}"; it stands as “App ID” on the App's settings page (the Client ID is another).`);
  if (!env.PRIVATE_KEY && !env.PRIVATE_KEY_PATH) missing.push('PRIVATE_KEY or PRIVATE_KEY_PATH: the GitHub App\'s private key is missing; generate one on the App\'s settings page.');
  if (!env.WEBHOOK_SECRET) missing.push('WEBHOOK_SECRET: it is empty. Set the same secret here and on the App\'s settings page; without one, anybody could send webhooks.');
  if (missing.length > 0) throw new EnvError(missing.join('\n'));
  return { appId: env.APP_ID ?? '', privateKey: privateKey(env), webhookSecret: env.WEBHOOK_SECRET ?? '' };
}

/** The key as PEM, from whichever of the two variables is set; PRIVATE_KEY goes first. */
function privateKey(env: Env): string {
  const [name, given] = env.PRIVATE_KEY ? ['PRIVATE_KEY', env.PRIVATE_KEY] : [`PRIVATE_KEY_PATH: ${env.PRIVATE_KEY_PATH ?? ''}`, readKeyFile(env.PRIVATE_KEY_PATH ?? '')];
  const key = readAppKey(given);
  if (!key.ok) throw new EnvError(`${name}: ${key.problem}`);
  return key.pem;
}

function readKeyFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new EnvError(`PRIVATE_KEY_PATH: ${path} cannot be read (${error instanceof Error ? error.message : String(error)}). It has to be the .pem file from the App's settings page, and readable for the user that runs this.`);
  }
}
