import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import type { Server } from 'node:http';
import { hostname } from 'node:os';
import { createEditor } from './config/editor.ts';
import { ladderFiles, shippedLadders } from './config/ladder-files.ts';
import { formatFinding } from './config/finding.ts';
import { loadProjects } from './config/load-files.ts';
import type { Project } from './domain/project.ts';
import type { AllowList, LoadedProject } from './config/load.ts';
import { createGitHub } from './delivery/github/index.ts';
import { createSlack, type Forestall, type Slack } from './delivery/slack/index.ts';
import { EnvError, githubSecrets, readEnv, type Env } from './env.ts';
import { assemble } from './runtime/assemble.ts';
import { Configurations } from './runtime/configurations/index.ts';
import { forestalled } from './runtime/commands/slack.ts';
import type { Mode, Runtime } from './runtime/context.ts';
import { Inbox } from './runtime/deliveries.ts';
import { Dispatcher } from './runtime/dispatch.ts';
import { createLog } from './runtime/log.ts';
import { createMetrics } from './runtime/metrics.ts';
import { switchMode } from './runtime/mode.ts';
import { prepareRepositories, prepareRepository, raiseStartWarnings } from './runtime/start-warnings.ts';
import { recallOwners } from './runtime/owners.ts';
import { learnRepositories } from './runtime/repositories.ts';
import { Scheduler } from './runtime/schedule.ts';
import { createHttpServer } from './runtime/server.ts';
import { webUrlOf, type Tracked } from './runtime/tracked.ts';
import { StoreError } from './store/errors.ts';
import { openStore } from './store/open.ts';
import { switcher } from './switches/index.ts';

/** After SIGTERM what is in hand may take this long (ms); then it is released and taken up by whoever comes next. */
const SHUTDOWN = 7_000;

/** How long giving back and closing the store may take after that (ms). */
const GIVE_BACK = 1_000;

/** Something that the operator has to mend before the program can start; told without a stack. */
class StartError extends Error {}

const modeOf = (env: Env): Mode => env.SHADOW_CHANNEL ? 'shadow' : env.DRY_RUN ? 'dry' : 'live';

async function projectsOf(env: Env): Promise<readonly LoadedProject[]> {
  const loaded = await loadProjects(env.CONFIG);
  // Then all there is stands in repositories.
  if (loaded.none && env.REPOSITORY_HOSTS.length > 0) return [];
  const hint = loaded.none ? ['Or name in REPOSITORY_HOSTS which hosts projects may be read from, to track those whose configuration is in their repository.'] : [];
  if (loaded.errors.length > 0) throw new StartError([...loaded.errors.map(formatFinding), ...hint].join('\n'));
  return loaded.projects;
}

function slackOf(env: Env, log: Runtime['log'], inbox: () => Inbox, forestall: Forestall): Slack | null {
  if (!env.SLACK_BOT_TOKEN || (!env.SLACK_SIGNING_SECRET && !env.SLACK_APP_TOKEN)) {
    log.warn('running without Slack: SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET are not set');
    return null;
  }
  return createSlack({
    botToken: env.SLACK_BOT_TOKEN, signingSecret: env.SLACK_SIGNING_SECRET ?? '', appToken: env.SLACK_APP_TOKEN, apiUrl: env.SLACK_API_URL,
    log, now: () => Date.now(), onDelivery: (d) => inbox().receive(d), mayOpen: modeOf(env) === 'live', forestall,
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

async function start(env: Env): Promise<void> {
  const log = createLog(env.LOG_LEVEL, process.stdout.isTTY, process.stdout);
  const secrets = githubSecrets(env);
  const projects = await projectsOf(env);
  const mode = modeOf(env);
  if (mode === 'shadow' && !env.SLACK_BOT_TOKEN) throw new StartError('SHADOW_CHANNEL is set, but Slack is not configured: set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET.');
  const store = await openStore({ databaseUrl: env.DATABASE_URL, dataDir: env.DATA_DIR, mode: 'server', log });
  const kept = await store.settle('marker-key', randomBytes(32).toString('hex'));
  const markerKeys = [...(env.MARKER_SECRET ?? '').split(',').map((s) => s.trim()).filter((s) => s !== ''), kept];
  const parts: { inbox?: Inbox; dispatcher?: Dispatcher; configurations?: Configurations } = {};
  const inbox = (): Inbox => parts.inbox as Inbox;
  const configurations = (): Configurations => parts.configurations as Configurations;
  const started = Promise.withResolvers<void>();
  const slack = slackOf(env, log, inbox, (asked, member, at) => forestalled(rt, asked, member, at));
  const tracked = new Map(projects.map((loaded) => [loaded.project.name, assemble(loaded.project, Math.random, loaded)]));
  const github = createGitHub({ ...secrets, apiUrl: env.GITHUB_API_URL, log, markerKeys, now: () => Date.now(), onDelivery: (d) => inbox().receive(d), editor: createEditor((name) => tracked.get(name)?.project ?? null), switcher, checker: { check: (...file) => configurations().checker.check(...file) }, bots: (repo) => botsIn(tracked, repo) });
  const rt: Runtime = {
    store, log, metrics: createMetrics(true), now: () => Date.now(), owner: `${hostname()}-${process.pid}-${randomUUID()}`, mode,
    shadowChannel: env.SHADOW_CHANNEL ?? null, github, slack, web: webUrlOf(env.GITHUB_API_URL),
    projects: tracked, repositories: new Map(), unmentionable: new Map(), get configurations() { return configurations(); },
    wake: () => { parts.dispatcher?.wake(); },
  };
  parts.configurations = new Configurations(rt, {
    tracked, files: github.configurationFiles, assemble: (loaded) => assemble(loaded.project, Math.random, loaded),
    ground: {
      disk: await Promise.all(projects.map(async (loaded) => ({ loaded, ladders: await ladderFiles(loaded.project.file) }))),
      allow: allowedBy(env, projects), ladders: await shippedLadders(),
    },
    taken: async (loaded) => {
      await recallOwners(rt);
      await started.promise;
      await prepareRepository(rt, loaded.project);
      await raiseStartWarnings(rt, [loaded], slack);
    },
  });
  const dispatcher = parts.dispatcher = new Dispatcher(rt);
  parts.inbox = new Inbox(rt);
  const scheduler = new Scheduler(rt, { [Symbol.iterator]: () => rt.projects.values() });
  const repos = [...new Set(projects.map((p) => p.project.repo))];
  const server = createHttpServer(rt, {
    github: (req, res) => github.middleware(req, res), slack: slack ? (req, res) => { slack.requestListener(req, res); } : null,
    ready: { github: () => github.ready(repos), slack: slack ? () => slack.state() : null },
  });
  if (store.engine === 'sqlite') await store.releaseAll(rt.now());
  await configurations().recall();
  await switchMode(rt);
  await recallOwners(rt);
  await listen(server, env);
  log.info({ mode, store: store.engine, projects: [...tracked.keys()], slack: slack !== null, address: server.address() }, 'archsignal is running');
  dispatcher.start();
  parts.inbox.start();
  await slack?.start();
  scheduler.start();
  started.resolve();
  void Promise.all([prepareRepositories(rt), learnRepositories(rt), raiseStartWarnings(rt, projects, slack)]).catch((error: unknown) => { log.error({ err: error }, 'start-up checks failed'); });
  stopOnSignal(rt, async () => {
    server.close();
    await Promise.all([scheduler.stop(), dispatcher.stop(), inbox().stop(), slack?.stop()]);
  });
}

const listen = (server: Server, env: Env): Promise<void> => new Promise((resolve, reject) => {
  server.once('error', (error) => { reject(new StartError(`HOST and PORT: cannot listen on ${env.HOST}:${env.PORT} (${error.message}).`)); });
  server.listen(env.PORT, env.HOST, resolve);
});

/** Ends on the first SIGTERM or SIGINT: finishes what is in hand, or gives it back when that takes too long. */
function stopOnSignal(rt: Runtime, stop: () => Promise<void>): void {
  let stopping = false;
  const end = async (signal: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    rt.log.info({ signal }, 'stopping: finishing what is in hand');
    const late = new Promise<'late'>((resolve) => { setTimeout(() => { resolve('late'); }, SHUTDOWN).unref(); });
    const how = await Promise.race([stop().then(() => 'done' as const), late]);
    const given = rt.store.release(rt.owner, rt.now()).catch((error: unknown) => { rt.log.error({ err: error }, 'leases could not be released; they run out by themselves'); })
      .then(() => rt.store.close()).catch(() => {});
    // A database that hangs must not keep the process.
    await Promise.race([given, new Promise((resolve) => { setTimeout(resolve, GIVE_BACK).unref(); })]);
    rt.log.info({ how }, 'stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => { void end(signal); });
}

/** `.env` beside the program, where there is one: what `npm run setup` wrote. The environment itself comes first. */
if (existsSync('.env')) process.loadEnvFile();

try {
  await start(readEnv(process.env));
} catch (error) {
  const told = error instanceof EnvError || error instanceof StartError || error instanceof StoreError;
  console.error(told ? error.message : error);
  process.exit(1);
}
