import { createHmac } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Slack } from '../../../src/delivery/slack/index.ts';

export const SECRET = '8f742231b10e8888abcd99yyyzzz85a5';

/** A request as Slack would send it, or almost. */
export interface Sent { body: string; type?: string; at?: number; secret?: string; path?: string; headers?: Record<string, string> }

export const form = (fields: Record<string, string>): Sent => ({ body: new URLSearchParams(fields).toString(), type: 'application/x-www-form-urlencoded' });
export const interaction = (payload: unknown): Sent => form({ payload: JSON.stringify(payload) });

/** The program's HTTP door, and Slack knocking at it. */
export class Door {
  readonly server: Server;

  constructor(slack: Slack) { this.server = createServer((req, res) => { slack.requestListener(req, res); }); }

  open(): Promise<void> { return new Promise((done) => { this.server.listen(0, '127.0.0.1', done); }); }

  get address(): string { return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`; }

  post({ body, type = 'application/json', at = Date.now(), secret = SECRET, path = '/slack/events', headers = {} }: Sent): Promise<Response> {
    const stamp = String(Math.floor(at / 1000));
    const signature = `v0=${createHmac('sha256', secret).update(`v0:${stamp}:${body}`).digest('hex')}`;
    return fetch(`${this.address}${path}`, { method: 'POST', body, headers: { 'content-type': type, 'x-slack-request-timestamp': stamp, 'x-slack-signature': signature, ...headers } });
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((done) => { this.server.close(() => { done(); }); });
  }
}
