import pg from 'pg';
import { Life } from '../sweep/life.ts';
import { ofStatement, type Operation } from './operations.ts';
import type { How } from './troubles.ts';

/**
 * PostgreSQL's troubles. Where it can, the server itself makes them: it raises the error in the program's transaction, or
 * ends the connection; so the program meets what it would meet, on a connection in the state in which it would be.
 */

/** Asked before every statement of the program; null: nothing happens to it. */
export type Meddler = (operation: Operation) => How | null;

let meddler: Meddler | null = null;
/** Whose trouble the statements are from now on. */
export function meddle(with_: Meddler | null): void { meddler = with_; }

type Query = (this: pg.Client, text: unknown, ...more: unknown[]) => Promise<unknown>;
type Then = (error?: Error) => void;

const lost = (): Error => new Error('Connection terminated unexpectedly');
/** Stands for what node-postgres itself waits, by the program's settings (ms of the real clock: the held one stands still while the program starts). */
const PATIENCE = 100;

const cut = (client: pg.Client): void => { (client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy(); };
const inVain = (message: string): Promise<never> => new Promise((_, reject) => { Life.current.exit(() => { setTimeout(() => { reject(new Error(message)); }, PATIENCE); }); });

/** What a transaction has written so far, by which its commit is called. */
const written = new WeakMap<pg.Client, string>();

function nameIn(client: pg.Client, text: string): Operation {
  const operation = ofStatement(text);
  if (operation.name === 'begin') written.delete(client);
  if (operation.writes && !written.has(client)) written.set(client, operation.name);
  if (operation.name !== 'commit') return operation;
  return { ...operation, name: written.has(client) ? `commit after ${written.get(client) ?? ''}` : 'commit of reads', writes: written.has(client) };
}

async function troubled(client: pg.Client, how: How, inner: () => Promise<unknown>, raw: (text: string) => Promise<unknown>): Promise<unknown> {
  switch (how.kind) {
    case 'cut': {
      if (how.moment === 'after') await inner();
      cut(client);
      throw lost();
    }
    case 'silent': return inVain('Query read timeout');
    case 'code':
      if (how.code === '57P01') return raw('select pg_terminate_backend(pg_backend_pid())');
      return raw(`do $trouble$ begin raise exception 'made to happen' using errcode = '${how.code}'; end $trouble$`);
    case 'refused': case 'http': case 'late': throw new Error(`${how.kind} does not befall statements`);
    default: return how satisfies never;
  }
}

let known = false;

/** Comes between the program and node-postgres, once for the process; after the fence is up. */
export function comeBetween(): void {
  if (known) return;
  known = true;
  const fenced = Reflect.get(pg.Client.prototype, 'query') as Query;
  const query: Query = function (text, ...more) {
    if (Life.current.getStore() === undefined || typeof text !== 'string' || typeof more.at(-1) === 'function') return fenced.call(this, text, ...more);
    const how = meddler?.(nameIn(this, text)) ?? null;
    const inner = (): Promise<unknown> => fenced.call(this, text, ...more);
    return how === null ? inner() : troubled(this, how, inner, (other) => fenced.call(this, other));
  };
  const connecting = Reflect.get(pg.Client.prototype, 'connect') as (this: pg.Client, then?: Then) => unknown;
  Object.assign(pg.Client.prototype, {
    query,
    connect(this: pg.Client, then?: Then): unknown {
      if (Life.current.getStore() === undefined || then === undefined) return connecting.call(this, then);
      const how = meddler?.({ system: 'PostgreSQL', name: 'connect', writes: false }) ?? null;
      if (how === null) return connecting.call(this, then);
      const fail = (error: Error): void => { setTimeout(() => { then(error); }, how.kind === 'silent' ? PATIENCE : 1); };
      return fail(how.kind === 'refused' ? Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:5432'), { code: 'ECONNREFUSED' })
        : how.kind === 'code' ? Object.assign(new Error('sorry, too many clients already'), { code: how.code }) : new Error('timeout expired'));
    },
  });
}
