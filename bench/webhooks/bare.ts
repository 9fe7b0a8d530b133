/**
 * The peer: Probot as its documentation shows it, `createNodeMiddleware` on plain `node:http`, with the same secret and a
 * handler that does nothing for each event that the program uses. It neither stores nor de-duplicates anything, and its log is
 * off: of a refused delivery it would write down the whole payload.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createNodeMiddleware, createProbot, type Probot } from 'probot';
import { githubEvent } from '../../src/delivery/github/events.ts';
import { obey, startChild, type Child } from '../child.ts';

export type BareCommand =
  | { readonly do: 'serve'; readonly appId: string; readonly privateKey: string; readonly secret: string }
  /** Processor time so far (ms, all threads). */
  | { readonly do: 'cpu' };

export const startBare = (): Child<BareCommand> => startChild<BareCommand>(import.meta.filename);

async function serve({ appId, privateKey, secret }: Extract<BareCommand, { do: 'serve' }>): Promise<string> {
  const probot = createProbot({ overrides: { appId, privateKey, secret, logLevel: 'fatal' }, env: { LOG_FORMAT: 'json' } });
  const app = (a: Probot): void => { a.on([...githubEvent.shape.event.options] as Parameters<Probot['on']>[0], () => {}); };
  const middleware = await createNodeMiddleware(app, { probot, webhooksPath: '/github/webhooks' });
  const server = createServer((req, res) => { void middleware(req, res, () => { res.writeHead(404).end(); }); });
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/github/webhooks`;
}

if (import.meta.main) {
  obey<BareCommand>(async (command) => {
    switch (command.do) {
      case 'serve': return serve(command);
      case 'cpu': {
        const { user, system } = process.cpuUsage();
        return (user + system) / 1000;
      }
      default: return command satisfies never;
    }
  });
}
