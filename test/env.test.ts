import { spawn, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { lostIn } from '../src/dot-env.ts';
import { ENV_NAMES, githubSecrets, readEnv } from '../src/env.ts';
import { withoutSecrets } from '../src/runtime/secrets.ts';
import { freePort } from './e2e/port.ts';

it('takes what repositories\' files may reach as lists, and nothing where nothing is said', () => {
  expect(readEnv({})).toMatchObject({ REPOSITORY_HOSTS: [], REPOSITORY_CHANNELS: [] });
  expect(readEnv({ REPOSITORY_HOSTS: ' testgrid.k8s.io,ci.example.org:8443  *.k8s.io ', REPOSITORY_CHANNELS: '#ci, C0123456789' }))
    .toMatchObject({ REPOSITORY_HOSTS: ['testgrid.k8s.io', 'ci.example.org:8443', '*.k8s.io'], REPOSITORY_CHANNELS: ['#ci', 'C0123456789'] });
});

it.each([
  ['REPOSITORY_HOSTS', 'a.example, https://b.example'], ['REPOSITORY_HOSTS', '*'], ['REPOSITORY_HOSTS', 'a.example/path'], ['REPOSITORY_CHANNELS', '#ci general'],
])('refuses %s=%s, with what is wrong in it', (name, value) => {
  expect(() => readEnv({ [name]: value })).toThrow(new RegExp(`^${name}: expected .* found "${value.split(/[\s,]+/).at(-1)?.replace('*', '\\*')}"$`));
});

it('takes a switch as people write it, and refuses what could be meant either way', () => {
  for (const on of ['1', 'true', 'Yes', ' on ']) expect(readEnv({ DRY_RUN: on }).DRY_RUN, on).toBe(true);
  for (const off of [undefined, '', '0', 'false', 'No', 'off']) expect(readEnv({ DRY_RUN: off }).DRY_RUN, off).toBe(false);
  expect(() => readEnv({ DRY_RUN: 'y' })).toThrow(/^DRY_RUN: expected 1 or 0, found "y"$/);
});

it.each([['PORT', '70000', 'expected a port number, at most 65535'], ['PORT', 'x', 'expected a port number'], ['LOG_LEVEL', 'loud', 'expected one of fatal, error, warn, info, debug, trace, silent']])('says what %s=%s should be', (name, value, expected) => {
  expect(() => readEnv({ [name]: value })).toThrow(new RegExp(`^${name}: ${expected}$`));
});

it.each(['APP_ID', 'PRIVATE_KEY_PATH', 'WEBHOOK_SECRET', 'GITHUB_API_URL', 'SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN', 'CONFIG', 'DATABASE_URL', 'DATA_DIR', 'HOST', 'PORT', 'SHADOW_CHANNEL', 'LOG_LEVEL'])('refuses a %s in quotes, which would be a part of it', (name) => {
  for (const quoted of ['"/data"', "'a secret'", '""']) {
    expect(() => readEnv({ [name]: quoted }), quoted).toThrow(new RegExp(`^${name}: it stands in quotes, which would be a part of it: take them off .*$`));
  }
});

it.each(['PRIVATE_KEY_PATH', 'CONFIG', 'DATA_DIR'])('refuses a %s with ~, which would be a folder of that name here', (name) => {
  for (const home of ['~', '~/archsignal', '~archsignal/data']) expect(() => readEnv({ [name]: home }), home).toThrow(new RegExp(`^${name}: only a shell knows what ~ means: write the whole path`));
  expect(readEnv({ [name]: './~/a~b' })).toMatchObject({ [name]: './~/a~b' });
});

it('takes quotes that are meant', () => {
  expect(readEnv({ MARKER_SECRET: '"old"', WEBHOOK_SECRET: 'with "quotes"', DATA_DIR: '/data/"odd" folder' })).toMatchObject({ MARKER_SECRET: '"old"', WEBHOOK_SECRET: 'with "quotes"', DATA_DIR: '/data/"odd" folder' });
});

it.each(['SLACK_BOT_TOKEN', 'SLACK_SIGNING_SECRET', 'SLACK_APP_TOKEN'])('refuses a %s that was broken on the way, and does not show it', (name) => {
  for (const broken of ['xoxb-1-\nabcdef', 'xoxb-1 abcdef', 'xoxb\u2011abcdef', 'xoxb-1-\u0000abcdef']) expect(() => readEnv({ [name]: broken })).toThrow(new RegExp(`^${name}: expected one word without blanks or line ends, as Slack shows it$`));
  expect(readEnv({ [name]: ' xoxb-1-abcdef\r\n' })).toMatchObject({ [name]: 'xoxb-1-abcdef' });
});

it.each(['GITHUB_API_URL', 'SLACK_API_URL'])('refuses a %s by which nothing could be reached', (name) => {
  for (const given of ['https://user:password@ghe.example/api/v3', 'https://user@ghe.example/', 'https://ghe.example/?x=1', 'https://ghe.example/#x']) {
    expect(() => readEnv({ [name]: given })).toThrow(new RegExp(`^${name}: expected an address without user, password, \\? and #`));
  }
  expect(() => readEnv({ [name]: 'ftp://ghe.example' })).toThrow(new RegExp(`^${name}: expected an http\\(s\\) address$`));
});

const rsa = (type: 'pkcs1' | 'pkcs8', passphrase?: string): string => generateKeyPairSync('rsa', {
  modulusLength: 2048, publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type, format: 'pem', ...(passphrase === undefined ? {} : { cipher: 'aes-256-cbc', passphrase }) },
}).privateKey;
const KEY = rsa('pkcs1');
const secretsWith = (env: Record<string, string>) => githubSecrets(readEnv({ APP_ID: '7', WEBHOOK_SECRET: 'a secret', ...env }));

/** What a key is refused with, as a person reads it. */
function refusedKey(env: Record<string, string>): string {
  try {
    secretsWith(env);
  } catch (error) {
    return withoutSecrets((error as Error).message);
  }
  return 'taken';
}

describe('the App\'s private key', () => {
  it.each([
    ['as it is', KEY], ['with line ends of Windows', KEY.replaceAll('\n', '\r\n')], ['with \\n written out', KEY.replaceAll('\n', '\\n')], ['with \\r\\n written out', KEY.replaceAll('\n', '\\r\\n')],
    ['with blanks for line ends', KEY.replaceAll('\n', ' ')], ['in quotes', JSON.stringify(KEY)], ['in base64', Buffer.from(KEY).toString('base64')], ['without the last line end', KEY.trimEnd()],
  ])('is taken %s', (_, given) => {
    expect(secretsWith({ PRIVATE_KEY: given }).privateKey).toBe(KEY);
  });

  it('is taken in the newer format too, and from a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'archsignal-key-'));
    const newer = rsa('pkcs8');
    writeFileSync(join(folder, 'key.pem'), newer.replaceAll('\n', '\r\n'));
    expect(secretsWith({ PRIVATE_KEY_PATH: join(folder, 'key.pem') }).privateKey).toBe(newer);
    writeFileSync(join(folder, 'key.pem'), '');
    expect(refusedKey({ PRIVATE_KEY_PATH: join(folder, 'key.pem') })).toMatch(/^PRIVATE_KEY_PATH: \S+\/key\.pem: this is no key in PEM format\. Generate one/);
    expect(refusedKey({ PRIVATE_KEY_PATH: folder })).toMatch(/^PRIVATE_KEY_PATH: \S+ cannot be read \(EISDIR.*\)\. It has to be the \.pem file/);
    rmSync(folder, { recursive: true });
  });

  it.each([
    ['/etc/archsignal/key.pem', /this is the path of a file, not a key: set PRIVATE_KEY_PATH/], ['key.pem', /this is the path of a file/], ['nonsense', /this is no key in PEM format/],
    ['-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----', /is no key: a part of it is missing/], [`${KEY.slice(0, 900)}\n-----END RSA PRIVATE KEY-----`, /is no key: a part of it is missing/],
    ['-----BEGIN RSA PRIVATE KEY-----', /is cut off/], [KEY.slice(0, 900), /is cut off/], [rsa('pkcs8', 'x'), /locked with a passphrase/], [rsa('pkcs1', 'x'), /locked with a passphrase/],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----', /a key for SSH/], ['-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', /a public key, not the private key/],
    [generateKeyPairSync('ec', { namedCurve: 'P-256', privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } }).privateKey, /of the kind ec; a GitHub App's is RSA/],
  ])('is refused at start with what it is instead, and none of it is repeated: %#', (given, why) => {
    const said = refusedKey({ PRIVATE_KEY: given });
    expect(said).toMatch(why);
    expect(said).toMatch(/^PRIVATE_KEY: [^\n]+$/);
    expect(said).not.toContain('[secret]');
    for (const line of given.split('\n').filter((l) => l.length > 20 && !l.startsWith('/'))) expect(said).not.toContain(line);
  });

  it('comes with a number for an App, which is not its Client ID', () => {
    expect(refusedKey({ PRIVATE_KEY: KEY, APP_ID: 'Iv23liabc' })).toBe('APP_ID: expected the GitHub App\'s number, found "Iv23liabc"; it stands as “App ID” on the App\'s settings page (the Client ID is another).');
  });
});

describe('.env', () => {
  const SRC = resolve(import.meta.dirname, '../src');
  const inFolder = async (work: (folder: string) => Promise<void> | void): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), 'archsignal-env-'));
    try {
      await work(folder);
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it.each([['main.ts', []], ['cli.ts', ['outbox']]] as const)('that cannot be read is told of in a sentence by %s', (program, args) => inFolder((folder) => {
    mkdirSync(join(folder, '.env'));
    const { status, stderr } = spawnSync(process.execPath, [join(SRC, program), ...args], { cwd: folder, env: { PATH: process.env['PATH'] ?? '' }, encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^\/\S+\/\.env: it cannot be read \(EISDIR[^\n]+\)\. Let the user that runs this read it, or take it away[^\n]+\n$/)]);
  }));

  it('into which something was appended without a line end before it is told of, as nothing would read that', () => inFolder((folder) => {
    writeFileSync(join(folder, '.env'), 'APP_ID="7"\nDATA_DIR="./SLACK_APP_TOKEN=1"\nWEBHOOK_SECRET="a secret"SLACK_BOT_TOKEN=xoxb-1\n');
    const { status, stderr } = spawnSync(process.execPath, [join(SRC, 'cli.ts'), 'outbox'], { cwd: folder, env: { PATH: process.env['PATH'] ?? '' }, encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/^\/\S+\/\.env: SLACK_BOT_TOKEN stands behind another value on its line, and is not read\. Put it on a line of its own\.\n$/)]);
  }));

  it.each([
    ['SHADOW_CHANNEL=#shadow', 'SHADOW_CHANNEL is cut off at its #, which begins a comment there. Put its value into quotes: SHADOW_CHANNEL="#shadow".'],
    ['export SHADOW_CHANNEL = #shadow', 'SHADOW_CHANNEL is cut off at its #, which begins a comment there. Put its value into quotes: SHADOW_CHANNEL="#shadow".'],
    ['REPOSITORY_CHANNELS=C0123456, #b', 'REPOSITORY_CHANNELS is cut off at its #, which begins a comment there. Put its value into quotes: REPOSITORY_CHANNELS="C0123456, #b".'],
    ['WEBHOOK_SECRET=half#rest\r', 'WEBHOOK_SECRET is cut off at its #, which begins a comment there. Put its value into quotes: WEBHOOK_SECRET="…".'],
    ['SLACK_BOT_TOKEN= \nDRY_RUN=1', 'DRY_RUN is not read, because SLACK_BOT_TOKEN on the line before it has a blank for a value. Take that blank away.'],
    ['OTHER=\t\r\nexport SHADOW_CHANNEL="#shadow"\r', 'SHADOW_CHANNEL is not read, because OTHER on the line before it has a blank for a value. Take that blank away.'],
  ])('that would not be read as it stands there starts nothing, or what was to be a rehearsal would be for real: %j', (lines, said) => inFolder((folder) => {
    writeFileSync(join(folder, '.env'), `APP_ID=7\n${lines}\nLOG_LEVEL=info\n`);
    const { status, stderr } = spawnSync(process.execPath, [join(SRC, 'main.ts')], { cwd: folder, env: { PATH: process.env['PATH'] ?? '' }, encoding: 'utf8' });
    expect([status, stderr]).toEqual([1, expect.stringMatching(/\/\.env: /)]);
    expect(stderr.slice(stderr.indexOf('.env: ') + 6)).toBe(`${said}\n`);
  }));

  it.each([
    'SHADOW_CHANNEL="#shadow"', "SHADOW_CHANNEL='#shadow' # the team's own", 'SHADOW_CHANNEL=C0123456 # of two weeks', 'SHADOW_CHANNEL= # none yet', 'SHADOW_CHANNEL=', '#SHADOW_CHANNEL=#shadow',
    'WEBHOOK_SECRET="half#rest"', 'PORT=3000 #the usual', 'PORT=3000 # not 8080#', 'OTHER=half#rest', 'SLACK_BOT_TOKEN=\nDRY_RUN=1', 'PRIVATE_KEY="a\nSHADOW_CHANNEL=#b\n"', 'SHADOW_CHANNEL=#a\nSHADOW_CHANNEL="#a"',
  ])('is taken as it stands where nothing is lost: %j', (lines) => {
    expect(lostIn(`${lines}\n`, ENV_NAMES)).toBeNull();
  });

  it('that `npm run setup` writes is for this user alone', () => inFolder(async (folder) => {
    writeFileSync(join(folder, 'package.json'), '{"name":"archsignal","version":"0.0.0"}');
    const port = await freePort();
    const setup = spawn(process.execPath, [join(SRC, 'setup.ts')], { cwd: folder, env: { PATH: process.env['PATH'] ?? '', NO_SMEE_SETUP: 'true', PORT: String(port) }, stdio: 'ignore' });
    try {
      const written = await vi.waitFor(() => fetch(`http://127.0.0.1:${port}/probot/import`, { method: 'POST', body: JSON.stringify({ appId: '1', pem: 'a key', webhook_secret: 'a secret' }) }), { timeout: 60_000, interval: 100 });
      expect(written.status).toBe(200);
      expect([statSync(join(folder, '.env')).mode & 0o777, readFileSync(join(folder, '.env'), 'utf8')]).toEqual([0o600, expect.stringContaining('PRIVATE_KEY="a key"')]);
    } finally {
      setup.kill();
    }
  }), 90_000);
});
