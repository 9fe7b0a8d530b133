import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import { audit, type AuditOptions } from './cli/audit.ts';
import { check, schema } from './cli/check.ts';
import { commandsMarkdown } from './commands/page.ts';
import { VERBS } from './commands/index.ts';
import { backup, copy, migrate, restored } from './cli/db.ts';
import { evaluate, type EvaluateOptions } from './cli/evaluate.ts';
import { replay, type ReplayOptions } from './cli/replay.ts';
import { listOutbox, listPings, retryRow } from './cli/outbox.ts';
import { ladders } from './cli/ladders.ts';
import { poll } from './cli/poll.ts';
import { report, type ReportOptions } from './cli/report.ts';
import { EnvError, LEVELS, readEnv, takeOverDotEnv } from './env.ts';
import { createLog } from './runtime/log.ts';
import { withoutSecrets } from './runtime/secrets.ts';
import { StoreError, troubleIn } from './store/errors.ts';
import { printable, Refusal, type Io } from './cli/io.ts';

/** Ends the command with a sentence, or a stack where nobody foresaw it. */
function fail(error: unknown): void {
  const told = error instanceof Refusal || error instanceof EnvError || error instanceof StoreError ? error.message : troubleIn(error);
  process.stderr.write(`${printable(withoutSecrets(told ?? (error instanceof Error ? error.stack ?? error.message : String(error))))}\n`);
  process.exitCode = error instanceof Refusal ? error.code : 1;
}

try {
  takeOverDotEnv();
} catch (error) {
  fail(error);
  process.exit();
}

/** `| head` reads no further, which is no mistake; a full disk is one, as what was asked for is not there. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') fail(new Refusal(`The output cannot be written: ${error.message}.`));
  process.exit();
});

const io: Io = {
  env: () => readEnv(process.env),
  now: () => Date.now(),
  // A level that there is not is told of where the environment is read.
  log: createLog(LEVELS.find((l) => l === process.env['LOG_LEVEL']) ?? 'warn', process.stderr.isTTY, process.stderr),
  out: (text) => { process.stdout.write(printable(text.endsWith('\n') ? text : `${text}\n`)); },
};

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string };

const program = new Command('archsignal')
  .description('Release CI signal and architecture ownership: the command line beside the server.')
  .version(version, '-V, --version', 'the version of this checkout or image')
  .showHelpAfterError('(archsignal --help shows what there is)');

program.command('check').description('validate configuration files').argument('<file...>').action((files: string[]) => check(io, files));
program.command('poll').description('one pass over the sources: what it would conclude and do; writes nothing')
  .requiredOption('--config <file>', 'the project\'s configuration').option('--now <time>', 'judge as of this time (ISO 8601)').option('--json', 'one JSON object')
  .action((options: { config: string; now?: string; json?: boolean }) => poll(io, options));
program.command('evaluate').description('every platform against its ladder, from the store or from a history on disk')
  .requiredOption('--config <file>', 'the project\'s configuration').option('--history <folder>', 'runs.ndjson and events.ndjson, instead of the store')
  .option('--now <time>', 'judge as of this time (ISO 8601)').option('--json', 'one JSON object')
  .action((options: EvaluateOptions) => evaluate(io, options));
program.command('replay').description('what the ladder would have changed over a past time')
  .requiredOption('--config <file>', 'the project\'s configuration').requiredOption('--history <folder>', 'runs.ndjson and events.ndjson')
  .option('--from <time>', 'begin here (ISO 8601); by default with the first run').option('--to <time>', 'end here; by default with the history')
  .option('--approve-after <duration>', 'take each proposal as approved after this long', '7d').option('--adoption', 'with the ladder\'s adoption period, from the beginning on')
  .option('--json', 'one JSON object')
  .action((options: ReplayOptions) => replay(io, options));
program.command('report').description('the release signal of a week, in Markdown: by the store or by a history on disk')
  .requiredOption('--config <file>', 'the project\'s configuration').option('--history <folder>', 'runs.ndjson and events.ndjson, instead of the store')
  .option('--now <time>', 'the end of the week (ISO 8601); by default now').option('--from <time>', 'its beginning; by default seven days before').option('--json', 'one JSON object')
  .action((options: ReportOptions) => report(io, options));
program.command('schema').description('the JSON Schema of the configuration file').action(() => { schema(io); });
program.command('commands').description('the commands for comments and Slack, as docs/commands.md').action(() => { io.out(commandsMarkdown(VERBS)); });

program.command('ladders').description('how ladders are written, and those that come along, as docs/ladders.md').action(() => ladders(io));

const db = program.command('db').description('the store: DATABASE_URL, else DATA_DIR');
db.command('migrate').description('create or update the tables').action(() => migrate(io));
db.command('backup').description('one consistent copy of the embedded store').argument('<file>').action((file: string) => backup(io, file));
db.command('restored').description('after a restore with PostgreSQL\'s own tools, before the server is started: it is to look before it writes').action(() => restored(io));
db.command('copy').description('from SQLite into an empty PostgreSQL (DATABASE_URL); counts are verified').requiredOption('--from <file>', 'the SQLite file')
  .action((options: { from: string }) => copy(io, options.from));

const outbox = program.command('outbox').description('writes that wait, were given up, or are recorded only');
outbox.command('list', { isDefault: true }).description('rows, those that were given up first').option('--state <state>', 'pending, leased, done, dead, superseded, recorded')
  .option('--limit <n>', 'how many', '50').option('--json', 'one JSON array').action((o: { state?: string; limit: string; json?: boolean }) => listOutbox(io, o));
outbox.command('retry').description('try given-up rows again').argument('[key...]').option('--all', 'all that were given up').action((keys: string[], o: { all?: boolean }) => retryRow(io, keys, o));
outbox.command('pings').description('who was mentioned, or would have been (shadow, dry run)').option('--since <duration>', 'how far back, e.g. 14d', '14d').option('--json', 'one JSON array')
  .action((o: { since: string; json?: boolean }) => listPings(io, o));

program.command('audit').description('who decided what, newest first; the evidence with --json').option('--since <duration>', 'how far back, e.g. 90d', '30d')
  .option('--platform <platform>', 'only about this one').option('--by <login>', 'only by this one; archsignal: by itself').option('--about <issue>', 'owner/name#7, or an entity as it stands under ABOUT')
  .option('--limit <n>', 'how many', '200').option('--json', 'one JSON array').action((o: AuditOptions) => audit(io, o));

await program.parseAsync(process.argv).catch(fail);
