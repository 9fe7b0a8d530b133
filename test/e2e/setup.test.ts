import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { freePort } from './port.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** The page on which the App is registered, of a `npm run setup` with this environment. */
async function pageOfSetup(env: Readonly<Record<string, string>>): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'archsignal-setup-'));
  copyFileSync(join(ROOT, 'app.yml'), join(folder, 'app.yml'));
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'));
  const port = await freePort();
  const child = spawn(process.execPath, [join(ROOT, 'src/setup.ts')], { cwd: folder, env: { PATH: process.env['PATH'] ?? '', NO_SMEE_SETUP: 'true', PORT: String(port), ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((ok) => { child.once('exit', ok); });
  try {
    await new Promise<void>((ok, fail) => {
      let said = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => {
        said += piece.toString('utf8');
        if (said.includes('Listening on')) ok();
      });
      void ended.then(() => { fail(new Error(`it ended:\n${said}`)); });
    });
    return await fetch(`http://127.0.0.1:${port}/probot`).then((r) => r.text());
  } finally {
    child.kill();
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

const manifestIn = (page: string): unknown => JSON.parse(/value='([^']+)'/.exec(page)?.[1] ?? 'null');

it('registers the App with the organisation that the README says to name, because one that is not public can be installed by its owner alone', async () => {
  const page = await pageOfSetup({ GH_ORG: 'octo' });
  expect(page).toContain('<form action="https://github.com/organizations/octo/settings/apps/new"');
  expect(manifestIn(page)).toMatchObject({ public: false, default_permissions: { members: 'read' } });
}, 60_000);

it('registers it with GitHub Enterprise where GHE_HOST names it', async () => {
  const page = await pageOfSetup({ GH_ORG: 'octo', GHE_HOST: 'github.example.org' });
  expect(page).toContain('<form action="https://github.example.org/organizations/octo/settings/apps/new"');
}, 60_000);
