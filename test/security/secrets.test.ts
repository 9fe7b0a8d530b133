import { generateKeyPairSync } from 'node:crypto';
import { Writable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { readEnv } from '../../src/env.ts';
import { Dispatcher } from '../../src/runtime/dispatch.ts';
import { createLog } from '../../src/runtime/log.ts';
import { pollProject } from '../../src/runtime/poll.ts';
import { readiness } from '../../src/runtime/readiness.ts';
import { secretsOf, withoutSecrets } from '../../src/runtime/secrets.ts';
import { createHttpServer } from '../../src/runtime/server.ts';
import { stage, type Stage } from '../runtime/fixtures.ts';

const KEY = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs1', format: 'pem' }).toString();
const lines = KEY.trim().split('\n');
const JWT = `eyJ${'a'.repeat(33)}.eyJ${'b'.repeat(40)}.${'c'.repeat(80)}`;

/** What must go, and how it may stand in a sentence; the part that must not be left is in the middle. */
const SECRETS: readonly (readonly [string, string, string])[] = [
  ['an installation token', `ghs_${'a'.repeat(36)}`, 'aaaaaaaaaa'], ['one with a payload', `ghs_123456_${JWT}`, 'bbbbbbbbbb'], ['one in an address', `token%20ghs_${'e'.repeat(36)}`, 'eeeeeeeeee'], ['the App\'s own token', `Bearer ${JWT}`, 'cccccccccc'],
  ['a personal token', `github_pat_11AAAA_${'d'.repeat(40)}`, 'dddddddddd'], ['a bot\'s token', 'xoxb-123-456-abcdefghij', 'abcdefghij'], ['a rotated one', 'xoxe.xoxb-1-Mi0y-abcdefghij', 'abcdefghij'], ['an app\'s token', 'xapp-1-A0-123-abcdefghij', 'abcdefghij'],
  ['a token in a file\'s address', 'https://files.slack.com/files-pri/T1-F1/x.png?t=xoxe-123-abcdefghij', 'abcdefghij'], ['an address for answers', 'https://hooks.slack.com/commands/T1/123/abcdefghij', 'abcdefghij'], ['one for clicks', 'https://hooks.slack.com/actions/T1/123/abcdefghij', 'abcdefghij'],
  ['a database\'s password', 'postgres://archsignal:abcdefghij@db.example:5432/x', 'abcdefghij'], ['one with an @ in it', 'postgres://archsignal:abc@defghij@db.example/x', 'defghij'], ['one with a slash', 'postgres://archsignal:abc/defghij@db.example/x', 'defghij'],
  ['one in the query', 'postgres://db.example/x?user=a&password=abcdefghij', 'abcdefghij'], ['a signed address of a log', 'https://logs.example/1?X-Amz-Signature=abcdefghij&x=1', 'abcdefghij'],
  ['a private key', KEY, lines[5] ?? ''], ['a private key on one line', KEY.replaceAll('\n', '\\n'), lines[5] ?? ''], ['the beginning of one', KEY.slice(0, 500), lines[3] ?? ''], ['one without its first line', lines.slice(1, 8).join('\n'), lines[4] ?? ''],
];

describe('a text that is kept or shown', () => {
  it.each(SECRETS)('holds no more of %s', (_, secret, part) => {
    for (const text of [`before ${secret} after`, `{"message":${JSON.stringify(`refused: ${secret}`)},"next":"one"}`]) expect(withoutSecrets(text)).not.toContain(part);
    expect(withoutSecrets(`before ${secret}`)).toMatch(/^before .*\[secret\]/);
  });

  it('is read through at once, also where it was made to look like many passwords', () => {
    // Each of these took seconds while every one was looked for up to the end of the text.
    for (const text of ['://:', '://a:', 'eyJaaaaaaaa.', '-eyJ', '-----BEGIN PRIVATE KEY-----'].map((piece) => piece.repeat(200_000 / piece.length))) expect(withoutSecrets(text).length).toBeGreaterThan(0);
  }, 10_000);

  it('stays JSON, and keeps what is no secret', () => {
    for (const [, secret] of SECRETS) expect(JSON.parse(withoutSecrets(JSON.stringify({ a: secret, b: 'the next' })))).toMatchObject({ b: 'the next' });
    for (const text of ['https://github.com/demo/demo/issues/7#issuecomment-1', 'commit 3f2a9c1b7d8e4f5061728394a5b6c7d8e9f00112', 'http://127.0.0.1:3000/readyz', 'asked @demo/s390x-owners at 12:04', 'MIIx', 'sha256:'.padEnd(71, 'a')]) expect(withoutSecrets(text)).toBe(text);
  });

  it('holds none that the environment names, whatever it looks like', () => {
    const env = readEnv({ WEBHOOK_SECRET: 'plain words of mine', SLACK_SIGNING_SECRET: '0123456789abcdef0123456789abcdef', DATABASE_URL: 'postgres://u:p%40ss-word@db/x', PRIVATE_KEY: KEY, MARKER_SECRET: 'marker-secret' });
    let text = '';
    const log = createLog('trace', false, new Writable({ write: (chunk: Buffer, _e, done) => { text += chunk.toString(); done(); } }), secretsOf(env));
    const all = ['plain words of mine', '0123456789abcdef0123456789abcdef', 'p%40ss-word', 'p@ss-word', 'marker-secret', lines[7] ?? ''];
    for (const secret of all) log.info({ deep: { in: [secret] } }, `said ${secret}`);
    for (const secret of all) expect(text).not.toContain(secret);
  });

  it('holds none of several keys, of one that was read from a file, or as addresses, JSON and basic authentication write it', () => {
    const env = readEnv({ WEBHOOK_SECRET: 'a "plain" word/of mine', MARKER_SECRET: 'the-newer-key, the-older-key', PRIVATE_KEY_PATH: '/some/where.pem' });
    const known = secretsOf(env, KEY);
    for (const secret of ['the-newer-key', 'the-older-key', lines[7] ?? '', 'a%20%22plain%22%20word%2Fof%20mine', JSON.stringify('a "plain" word/of mine'), Buffer.from('a "plain" word/of mine').toString('base64')]) {
      expect(withoutSecrets(`said ${secret} there`, known)).toMatch(/^said "?\[secret\]=*"? there$/);
    }
    const inBase64 = Buffer.from(KEY).toString('base64');
    expect(withoutSecrets(`said ${inBase64} there`, secretsOf(readEnv({ PRIVATE_KEY: inBase64 }), KEY))).toBe('said [secret] there');
    expect(withoutSecrets('said plain words of mine', secretsOf(readEnv({ DATABASE_URL: 'postgres:///archsignal?host=/run/postgresql&password=plain%20words%20of%20mine' })))).toBe('said [secret]');
  });
});

const TOKEN = `ghs_${'s'.repeat(36)}`;
let on: Stage | null = null;
afterEach(() => on?.store.close());

describe('what somebody answers with a secret in it', () => {
  it('is kept without it: in the row, the audit, the warnings, the log, on /readyz and in the metrics', async () => {
    on = await stage();
    const { rt, edge, store } = on;
    edge.answer = () => ({ ok: false, retry: false, reason: `GitHub answered 422 to POST /issues: your header was Bearer ${TOKEN}.`, lost: null });
    on.brings('PPFFF');
    await pollProject(rt, on.tracked, new AbortController().signal);
    await new Dispatcher(rt).drain();
    const rows = await on.rows();
    expect(JSON.stringify([rows, await store.warnings()])).toContain('your header was Bearer [secret]');
    const report = await readiness(rt, { github: async () => ({ ok: false, reason: `GitHub said ${TOKEN}` }), slack: null });
    const audits = await Promise.all([...new Set(rows.map((r) => r.entity))].map((entity) => store.auditOf(entity)));
    expect(JSON.stringify([rows, await store.warnings(), audits, on.log, report.warnings])).not.toContain(TOKEN);
    const server = createHttpServer(rt, { github: null, slack: null, ready: { github: async () => ({ ok: false, reason: `GitHub said ${TOKEN}` }), slack: null } });
    await new Promise<void>((ready) => { server.listen(0, '127.0.0.1', ready); });
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no address');
    const shown = await Promise.all(['readyz', 'metrics'].map(async (path) => (await fetch(`http://127.0.0.1:${address.port}/${path}`)).text()));
    await new Promise((closed) => { server.close(closed); server.closeAllConnections(); });
    expect(shown[0]).toContain('GitHub said [secret]');
    expect(shown.join('\n')).not.toContain(TOKEN);
  });
});
