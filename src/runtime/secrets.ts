import type { Env } from '../env.ts';

/**
 * What looks like a secret wherever it stands: tokens of GitHub (those with a payload of three parts among them) and Slack,
 * addresses at which Slack takes an answer from whoever knows them, signed tokens (JWT), passwords in addresses, PEM keys
 * whole, broken off or without their first line.
 */
const SECRET_TEXT = new RegExp([
  String.raw`(?:\b|(?<=%[\dA-Fa-f]{2}))(?:gh[pousr]_[\w.-]{10,}|github_pat_\w+|xox[a-z](?:\.xox[a-z])?-[\w.-]+|xapp-[\w-]+|v1\.[0-9a-f]{40})`,
  String.raw`(?<=\bhooks\.slack\.com\/)[\w/.%-]+`, String.raw`\beyJ[\w-]{8,2000}\.[\w-]{8,}(?:\.[\w-]*)?`,
  String.raw`(?<=:\/\/[^\s:@/"\\]{0,200}:)[^\s"\\]{1,500}(?=@)`, String.raw`(?<=[?&](?:token|password|secret|access_token|api_key|sig|signature|X-Amz-Signature)=)[^\s"&\\]+`,
  String.raw`-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[^"]*?-----END [A-Z ]*PRIVATE KEY-----|[^"]*)`, String.raw`\bMII[A-Za-z0-9+/]{29,}={0,2}(?:(?:\\n|\s)+[A-Za-z0-9+/]{16,}={0,2})*`,
].join('|'), 'g');

/** Shorter ones would take words out of sentences; nobody should have such a secret. */
const SHORTEST = 8;

/** A text without what looks like a secret, and without those that are known. For logs, errors that are kept, and `/readyz`. */
export function withoutSecrets(text: string, known: readonly string[] = []): string {
  const named = known.reduce((rest, secret) => rest.replaceAll(secret, '[secret]'), text);
  return named.replace(SECRET_TEXT, '[secret]');
}

/**
 * The secrets of an environment as they may stand in a line, also as addresses, JSON and basic authentication write them; each
 * key line by line, the database's password also as it is written in its address. `privateKey`: as PEM, where it was read already.
 */
export function secretsOf({ PRIVATE_KEY, WEBHOOK_SECRET, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, SLACK_APP_TOKEN, MARKER_SECRET, DATABASE_URL }: Env, privateKey = PRIVATE_KEY ?? ''): readonly string[] {
  const address = DATABASE_URL === undefined ? null : URL.parse(DATABASE_URL);
  const password = address?.password ?? '';
  const named = [WEBHOOK_SECRET, SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET, SLACK_APP_TOKEN, MARKER_SECRET, ...(MARKER_SECRET ?? '').split(','), password, decoded(password), address?.searchParams.get('password')]
    .map((s) => s?.trim() ?? '').filter((s) => s.length >= SHORTEST).flatMap(spellings);
  // One line of a key says little, and all of them stand by themselves where it is written over several.
  const keys = [PRIVATE_KEY ?? '', privateKey].flatMap((key) => key.split(/\\n|\n/)).filter((line) => !line.startsWith('-----') && line.length >= SHORTEST);
  // The longest first: one may be a part of another.
  return [...new Set([...named, ...keys])].toSorted((a, b) => b.length - a.length);
}

/** A secret, and what addresses, JSON and base64 make of it. */
const spellings = (secret: string): readonly string[] => [secret, encodeURIComponent(secret.toWellFormed()), JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString('base64').replace(/=+$/, '')];

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
