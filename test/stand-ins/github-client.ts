import { createServer, type Server } from 'node:http';
import { generateKeyPairSync } from 'node:crypto';
import { App, Octokit } from 'octokit';
import { verify } from '@octokit/webhooks-methods';
import { startGitHub, type GitHub, type GitHubOptions } from '../../demo/stand-ins/github/index.ts';

/** One key for all tests of a file: making one takes a while. */
export const KEY = generateKeyPairSync('rsa', { modulusLength: 2048, privateKeyEncoding: { type: 'pkcs8', format: 'pem' }, publicKeyEncoding: { type: 'spki', format: 'pem' } }).privateKey;

/** A clock that moves by hand. */
export function clock(start = '2026-11-17T10:00:00Z'): { now: () => number; pass: (ms: number) => void } {
  let at = Date.parse(start);
  return { now: () => at, pass: (ms) => { at += ms; } };
}

/** A client that neither waits nor tries again: what the stand-in answers is what the test sees. */
export const plainOctokit = (baseUrl: string): typeof Octokit =>
  Octokit.defaults({ baseUrl, throttle: { enabled: false }, retry: { enabled: false }, log: { debug() {}, info() {}, warn() {}, error() {} } });

/** A stand-in with `octo/kube` and the App's own client, authenticated the way the program is. */
export async function withApp(options: GitHubOptions = {}): Promise<{ github: GitHub; app: App; api: Octokit }> {
  const github = await startGitHub({ privateKey: KEY, ...options });
  github.repo('octo/kube');
  const app = new App({ appId: github.appId, privateKey: KEY, Octokit: plainOctokit(github.url) });
  return { github, app, api: await app.getInstallationOctokit(github.installationId) };
}

export interface Heard { readonly event: string; readonly guid: string; readonly body: Record<string, unknown>; readonly genuine: boolean }

/** Somebody who listens to webhooks and checks their signature. */
export async function listener(secret: string, status = () => 200): Promise<{ url: string; heard: Heard[]; close: () => Promise<void> }> {
  const heard: Heard[] = [];
  const server: Server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (c: Buffer) => chunks.push(c));
    req.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      void verify(secret, raw, String(req.headers['x-hub-signature-256'] ?? 'sha256=none')).then((genuine) => {
        heard.push({ event: String(req.headers['x-github-event']), guid: String(req.headers['x-github-delivery']), body: JSON.parse(raw) as Record<string, unknown>, genuine });
        res.writeHead(status()).end();
      });
    });
  });
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', resolve); });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { url: `http://127.0.0.1:${port}`, heard, close: () => new Promise((resolve) => { server.closeAllConnections(); server.close(() => resolve()); }) };
}

/** The status that a promise of octokit's fails with; 0 where it does not fail. */
export const statusOf = async (work: Promise<unknown>): Promise<number> => work.then(() => 0, (e: unknown) => (e as { status?: number }).status ?? -1);

/** The message that a promise fails with. */
export const messageOf = async (work: Promise<unknown>): Promise<string> => work.then(() => 'no failure', (e: unknown) => (e as Error).message);

/** The installation's token that a client uses. */
export const tokenOf = async (api: Octokit): Promise<string> => (await api.auth({ type: 'installation' }) as { token: string }).token;
