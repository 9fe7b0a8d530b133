/**
 * TestGrid and Prow in a process of their own, so that their work and memory are not counted. The answers are the CI
 * stand-in's; they are made before they are asked for, so that whoever asks first does not wait for it.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Fill } from '../../demo/stand-ins/ci/fill.ts';
import { startCi, type Ci } from '../../demo/stand-ins/ci/index.ts';
import { obey, startChild, type Child } from '../child.ts';

export interface GridSpec {
  readonly jobs: number;
  readonly perDashboard: number;
  readonly columns: number;
  /** Rows of a table besides its Overall. */
  readonly tests: number;
  readonly at: number;
}

export interface ProwSpec {
  readonly jobs: number;
  /** Size of the whole answer, about. */
  readonly bytes: number;
  readonly at: number;
}

export type CiCommand =
  | { readonly do: 'grid'; readonly spec: GridSpec }
  | { readonly do: 'prow'; readonly spec: ProwSpec }
  /** What a source shows at `at`: part of the jobs have run again; 0: only the times of the update differ. */
  | { readonly do: 'refresh'; readonly share: number; readonly at: number }
  /** How often it was asked since this was last asked. */
  | { readonly do: 'count' };

export interface Filled { readonly dashboard: string; readonly tab: string }
export interface Asked { readonly summaries: number; readonly tables: number; readonly others: number }

/** Starts it. */
export const startCiProcess = (): Child<CiCommand> => startChild<CiCommand>(import.meta.filename);

const HOUR = 3_600_000;

/** What is served. */
interface Shown {
  /** Answers by path. */
  readonly ready: Map<string, Buffer>;
  readonly table: (dashboard: string, tab: string) => string | null;
  /** The next refresh; gives the tabs that have run. */
  readonly refresh: (share: number, at: number) => Promise<readonly Filled[]>;
}

function showGrid(spec: GridSpec): Shown & { readonly jobs: readonly Filled[] } {
  const fill = new Fill({ ...spec, every: HOUR }, spec.at);
  const ready = new Map<string, Buffer>();
  const refresh = (share: number, at: number): readonly Filled[] => {
    const ran = share > 0 ? fill.advance(share, 'same', at) : [];
    for (const dashboard of fill.dashboards()) ready.set(`/${dashboard}/summary`, updatedAt(fill.summary(dashboard), at));
    return ran;
  };
  refresh(0, spec.at);
  return { jobs: fill.jobs, ready, table: (dashboard, tab) => fill.table(dashboard, tab), refresh: async (share, at) => refresh(share, at) };
}

const UPDATED = Buffer.from('"last_update_timestamp":');

/** A copy of a summary with this time of the update in every entry. */
function updatedAt(summary: Buffer | null, at: number): Buffer {
  const body = Buffer.from(summary ?? '');
  const seconds = String(Math.floor(at / 1000));
  for (let i = body.indexOf(UPDATED); i >= 0; i = body.indexOf(UPDATED, i + UPDATED.length)) body.write(seconds, i + UPDATED.length, 'latin1');
  return body;
}

/** Two days of hourly runs of the tracked jobs among the runs of everybody else. */
async function showProw(spec: ProwSpec): Promise<Shown & { readonly names: readonly string[] }> {
  let now = spec.at;
  const ci = await startCi({ now: () => now });
  const jobs = Array.from({ length: spec.jobs }, (_, i) => ci.job({ prow: `ci-tracked-${String(i).padStart(4, '0')}`, type: 'periodic', suite: 'unit' }));
  for (const [i, job] of jobs.entries()) for (let h = 40; h >= 1; h--) job.run({ outcome: i % 50 === 0 && h < 5 ? 'fail' : 'pass', at: now - h * HOUR });
  const tracked = (await prowjobs(ci)).length;
  ci.prowNoise({ bytes: Math.max(0, spec.bytes - tracked) });
  const ready = new Map([[PROW, await prowjobs(ci)]]);
  const refresh = async (share: number, at: number): Promise<readonly Filled[]> => {
    now = at;
    if (share === 0) return [];
    for (const job of jobs.slice(0, Math.ceil(jobs.length * share))) job.run({ outcome: 'pass', at: at - HOUR });
    ready.set(PROW, await prowjobs(ci));
    return [];
  };
  return { names: jobs.map((j) => j.prow ?? ''), ready, table: () => null, refresh };
}

const PROW = '/prowjobs.js';

const prowjobs = async (ci: Ci): Promise<Buffer> => Buffer.from(await (await fetch(`${ci.url}${PROW}?var=allBuilds&omit=annotations,labels,decoration_config,pod_spec`)).arrayBuffer());

/** Serves on a free port of 127.0.0.1. */
async function serve(shown: Shown, asked: Asked): Promise<string> {
  const count = asked as { -readonly [K in keyof Asked]: number };
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const [, dashboard = '', what = ''] = url.pathname.split('/');
    count[what === 'table' ? 'tables' : what === 'summary' ? 'summaries' : 'others']++;
    const body = shown.ready.get(url.pathname) ?? shown.table(dashboard, url.searchParams.get('tab') ?? '');
    response.writeHead(body === null ? 404 : 200, { 'content-type': 'application/json', ...body !== null && { 'content-length': Buffer.byteLength(body) } });
    response.end(body ?? undefined);
  };
  const server = createServer(answer);
  server.keepAliveTimeout = 600_000;
  await new Promise<void>((done) => { server.listen(0, '127.0.0.1', done); });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

if (import.meta.main) {
  const asked = { summaries: 0, tables: 0, others: 0 };
  let shown: Shown | null = null;
  obey<CiCommand>(async (command) => {
    switch (command.do) {
      case 'grid': {
        const grid = showGrid(command.spec);
        shown = grid;
        return { url: await serve(grid, asked), jobs: grid.jobs.map(({ dashboard, tab }) => ({ dashboard, tab })) };
      }
      case 'prow': {
        const prow = await showProw(command.spec);
        shown = prow;
        return { url: await serve(prow, asked), names: prow.names };
      }
      case 'refresh': return shown?.refresh(command.share, command.at);
      case 'count': {
        const counted = { ...asked };
        Object.assign(asked, { summaries: 0, tables: 0, others: 0 });
        return counted;
      }
      default: return command satisfies never;
    }
  });
}
