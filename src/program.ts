import { randomBytes, randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import { hostname } from 'node:os';
import { createEditor } from './config/editor.ts';
import { ladderFiles, shippedLadders } from './config/ladder-files.ts';
import { formatFinding } from './config/finding.ts';
import { loadProjects } from './config/load-files.ts';
import { loadSignatures } from './config/signatures.ts';
import type { Project } from './domain/project.ts';
import type { AllowList, LoadedProject } from './config/load.ts';
import { createGitHub, type GitHub } from './delivery/github/index.ts';
import { createSlack, type Forestall, type Slack } from './delivery/slack/index.ts';
import { githubSecrets, type Env } from './env.ts';
import { assemble } from './runtime/assemble.ts';
import { Configurations } from './runtime/configurations/index.ts';
import { forestalled } from './runtime/commands/slack.ts';
import { beforeWrite } from './runtime/hold.ts';
import type { ConflictEyes, Mode, Runtime } from './runtime/context.ts';
import { Inbox } from './runtime/deliveries.ts';
import { Dispatcher } from './runtime/dispatch.ts';
import { hear } from './runtime/door.ts';
import { SharedClock, stopwatchOf, type Clocks } from './runtime/clock.ts';
import { createLog } from './runtime/log.ts';
import { secretsOf } from './runtime/secrets.ts';
import { createLogTails } from './runtime/log-tails.ts';
import { createMetrics } from './runtime/metrics.ts';
import { switchMode } from './runtime/mode.ts';
import { prepareRepositories, prepareRepository, raiseStartWarnings } from './runtime/start-warnings.ts';
import { recallOwners } from './runtime/owners.ts';
import { learnRepositories } from './runtime/repositories.ts';
import { Scheduler } from './runtime/schedule.ts';
import { createHttpServer } from './runtime/server.ts';
import { untilChecked } from './runtime/start-checks.ts';
import { webUrlOf, type Tracked } from './runtime/tracked.ts';
import { noteTracked } from './runtime/untracked.ts';
import { readerOf } from './signal/signatures.ts';
import { createTailReader } from './sources/log-tail.ts';
import { openStore } from './store/open.ts';
import type { Store } from './store/store.ts';
import { switcher } from './switches/index.ts';

/** The program put together: every part of it, with the environment, the clock and chance handed in. */

/** Something that the operator has to mend before the program can start; told without a stack. */
export class StartError extends Error {}

/** What is handed in. */
export interface Ground {
  /** Epoch ms by this machine's clock. */
  readonly now: () => number;
  /** Milliseconds by a clock that is never set. */
  readonly monotonic: () => number;
  /** Epoch ms by the clock that all servers on one store go by; left out: the store's own. */
  readonly shared?: () => Promise<number>;
}

export interface Program {
  readonly rt: Runtime;
  readonly server: Server;
  readonly scheduler: Scheduler;
  /** Gets ready what has to be there before the first request: what is remembered is recalled, what another mode left is ended. */
  prepare(): Promise<void>;
  /** Begins to work. `ticks` false: the clockwork stands, and whoever holds it calls `scheduler.tick()`. */
  begin(options?: { readonly ticks: boolean }): Promise<void>;
  /** Begins nothing new, and waits for what is in hand. */
  stop(): Promise<void>;
}

/** What is written. A dry run writes nothing, to a shadow channel neither. */
const modeOf = (env: Env): Mode => env.DRY_RUN ? 'dry' : env.SHADOW_CHANNEL ? 'shadow' : 'live';

async function projectsOf(env: Env): Promise<readonly LoadedProject[]> {
  const loaded = await loadProjects(env.CONFIG);
  // Then all there is stands in repositories.
  if (loaded.none && env.REPOSITORY_HOSTS.length > 0) return [];
  const hint = loaded.none ? ['Or name in REPOSITORY_HOSTS which hosts projects may be read from, to track those whose configuration is in their repository.'] : [];
  if (loaded.errors.length > 0) throw new StartError([...loaded.errors.map(formatFinding), ...hint].join('\n'));
  return loaded.projects;
}

/** Whether Slack can be written to and heard: a token, and a way in. */
const hasSlack = (env: Env): env is Env & { SLACK_BOT_TOKEN: string } => Boolean(env.SLACK_BOT_TOKEN && (env.SLACK_SIGNING_SECRET ?? env.SLACK_APP_TOKEN));

function slackOf(env: Env, log: Runtime['log'], inbox: () => Inbox, forestall: Forestall, now: () => number): Slack | null {
  if (!hasSlack(env)) {
    log.warn('running without Slack: SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET are not set');
    return null;
  }
  return createSlack({
    botToken: env.SLACK_BOT_TOKEN, signingSecret: env.SLACK_SIGNING_SECRET ?? '', appToken: env.SLACK_APP_TOKEN, apiUrl: env.SLACK_API_URL,
    log, now, onDelivery: (d) => inbox().receive(d), mayOpen: modeOf(env) === 'live', forestall, beforeWrite,
  });
}

/** The bots that are read like people in a repository: those of files on disk everywhere, those of its own file there. */
const botsIn = (tracked: ReadonlyMap<string, Tracked>, repo: string): string[] => [...tracked.values()]
  .flatMap(({ project }) => project.origin === 'disk' || project.repo.toLowerCase() === repo.toLowerCase() ? project.bots : []);

const channelsNamed = ({ channels, platforms, report }: Project): string[] =>
  [...Object.values(channels), ...platforms.map((p) => p.slack), report?.channel ?? null].filter((c) => c !== null);

/** What files in repositories may reach: what the operator has listed, and what their own files name already. */
const allowedBy = (env: Env, projects: readonly LoadedProject[]): AllowList => ({
  channels: [...new Set([...env.REPOSITORY_CHANNELS, ...projects.flatMap(({ project }) => channelsNamed(project))])],
  hosts: [...new Set([...env.REPOSITORY_HOSTS, ...projects.flatMap(({ project }) => project.sources.map((s) => new URL(s.url).host))])],
});

/** What release blockers, their checks and logs are read with. */
async function eyesOf(env: Env, github: GitHub, monotonic: () => number): Promise<ConflictEyes> {
  const signatures = await loadSignatures(env.CONFIG);
  if (!signatures.ok) throw new StartError(signatures.errors.map(formatFinding).join('\n'));
  const logs = createLogTails({ github: github.releaseBlockers, web: webUrlOf(env.GITHUB_API_URL), api: env.GITHUB_API_URL, read: createTailReader(), monotonic });
  return { blockers: github.releaseBlockers, switches: github.switches, logs, reader: readerOf(signatures.signatures), remembered: new Map() };
}

/** The clock that goes by the store's; null where this server has the store to itself, and its own clock will do. */
async function clockOf(store: Store, clocks: Clocks, shared: Ground['shared'], log: Runtime['log']): Promise<SharedClock | null> {
  if (store.engine === 'sqlite') return null;
  return SharedClock.set(clocks, shared ?? (async () => await store.time() ?? clocks.wall()), log);
}

/** Puts the program together. Throws `StartError`, or the store's own error, where something has to be mended first. */
export async function buildProgram(env: Env, ground: Ground): Promise<Program> {
  const secrets = githubSecrets(env);
  const log = createLog(env.LOG_LEVEL, process.stdout.isTTY, process.stdout, secretsOf(env, secrets.privateKey));
  const projects = await projectsOf(env);
  const mode = modeOf(env);
  if (mode === 'shadow' && !hasSlack(env)) throw new StartError('SHADOW_CHANNEL is set, but Slack is not configured: set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET, or SLACK_APP_TOKEN instead of the secret.');
  const store = await openStore({ databaseUrl: env.DATABASE_URL, dataDir: env.DATA_DIR, mode: 'server', log });
  const { monotonic } = ground;
  const clocks: Clocks = { wall: ground.now, monotonic };
  const clock = await clockOf(store, clocks, ground.shared, log);
  const now = clock?.now ?? ground.now;
  const kept = await store.settle('marker-key', randomBytes(32).toString('hex'));
  const markerKeys = [...(env.MARKER_SECRET ?? '').split(',').map((s) => s.trim()).filter((s) => s !== ''), kept];
  const parts: { inbox?: Inbox; dispatcher?: Dispatcher; configurations?: Configurations } = {};
  const inbox = (): Inbox => parts.inbox as Inbox;
  const configurations = (): Configurations => parts.configurations as Configurations;
  const slack = slackOf(env, log, inbox, (asked, member, at) => forestalled(rt, asked, member, at), now);
  const tracked = new Map(projects.map((loaded) => [loaded.project.name, assemble(loaded.project, Math.random, loaded)]));
  const github = createGitHub({ ...secrets, apiUrl: env.GITHUB_API_URL, log, markerKeys, now, onDelivery: (d) => hear(rt, inbox(), d), editor: createEditor((name) => tracked.get(name)?.project ?? null), switcher, checker: { check: (...file) => configurations().checker.check(...file) }, bots: (repo) => botsIn(tracked, repo), beforeWrite });
  const rt: Runtime = {
    store, log, metrics: createMetrics(true), now, owner: `${hostname()}-${process.pid}-${randomUUID()}`, mode,
    shadowChannel: env.SHADOW_CHANNEL ?? null, github, slack, web: webUrlOf(env.GITHUB_API_URL), eyes: await eyesOf(env, github, monotonic),
    projects: tracked, repositories: new Map(), unmentionable: new Map(), get configurations() { return configurations(); },
    wake: () => { parts.dispatcher?.wake(); },
  };
  const started = Promise.withResolvers<void>();
  parts.configurations = await configurationsOf(rt, env, { github, slack, projects, tracked, started: started.promise });
  parts.dispatcher = new Dispatcher(rt, stopwatchOf(clocks));
  parts.inbox = new Inbox(rt);
  return assembled(rt, { github, slack, projects, clock, dispatcher: parts.dispatcher, inbox: parts.inbox, configurations: parts.configurations, started: () => { started.resolve(); } });
}

interface Edges { readonly github: GitHub; readonly slack: Slack | null; readonly projects: readonly LoadedProject[] }

/** The configurations that stand in repositories. */
async function configurationsOf(rt: Runtime, env: Env, { github, slack, projects, tracked, started }: Edges & { readonly tracked: Map<string, Tracked>; readonly started: Promise<void> }): Promise<Configurations> {
  return new Configurations(rt, {
    tracked, files: github.configurationFiles, assemble: (loaded) => assemble(loaded.project, Math.random, loaded),
    ground: {
      disk: await Promise.all(projects.map(async (loaded) => ({ loaded, ladders: await ladderFiles(loaded.project.file) }))),
      allow: allowedBy(env, projects), ladders: await shippedLadders(),
    },
    taken: async (loaded) => {
      await recallOwners(rt);
      await started;
      await prepareRepository(rt, loaded.project);
      await raiseStartWarnings(rt, [loaded], slack);
    },
  });
}

function assembled(rt: Runtime, { github, slack, projects, clock, dispatcher, inbox, configurations, started }: Edges & { readonly clock: SharedClock | null; readonly dispatcher: Dispatcher; readonly inbox: Inbox; readonly configurations: Configurations; readonly started: () => void }): Program {
  const scheduler = new Scheduler(rt, { [Symbol.iterator]: () => rt.projects.values() });
  const repos = [...new Set(projects.map((p) => p.project.repo))];
  const ending = new AbortController();
  const server = createHttpServer(rt, {
    github: (req, res) => github.middleware(req, res), slack: slack ? (req, res) => { slack.requestListener(req, res); } : null,
    ready: { github: () => github.ready(repos), slack: slack ? () => slack.state() : null, denied: () => github.denied, clock: () => github.clockProblem },
  });
  return {
    rt, server, scheduler,
    prepare: async () => {
      if (rt.store.engine === 'sqlite') await rt.store.releaseAll(rt.now());
      await configurations.recall();
      await switchMode(rt);
      await recallOwners(rt);
    },
    begin: async ({ ticks } = { ticks: true }) => {
      rt.log.info({ mode: rt.mode, store: rt.store.engine, projects: [...rt.projects.keys()], slack: slack !== null, address: server.address() }, 'archsignal is running');
      clock?.start();
      dispatcher.start();
      inbox.start();
      await slack?.start();
      if (ticks) scheduler.start();
      started();
      const checks = [() => prepareRepositories(rt), () => learnRepositories(rt), () => raiseStartWarnings(rt, projects, slack), () => noteTracked(rt)];
      void untilChecked(rt, checks, ending.signal);
    },
    stop: async () => {
      server.close();
      ending.abort();
      await Promise.all([scheduler.stop(), dispatcher.stop(), inbox.stop(), slack?.stop()]);
      clock?.stop();
    },
  };
}
