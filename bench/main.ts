/**
 * The benchmarks: `npm run bench [-- SUITE…] [-- --json …]`. Prints one table, or with `--json` one JSON array on stdout;
 * what is being measured is told on stderr.
 */
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { benchBreakages } from './breakages/index.ts';
import { benchCommit } from './commit/index.ts';
import { benchDispatch } from './dispatch/index.ts';
import { asJson, asTable, keepsAim, type Figure } from './figure.ts';
import { benchHistory } from './history.ts';
import { benchLadder } from './ladder/index.ts';
import { benchLoad } from './load/index.ts';
import { benchMemory } from './memory/index.ts';
import { benchPoll } from './poll/index.ts';
import { benchStartup } from './startup/index.ts';
import { benchWebhooks } from './webhooks/index.ts';

const USAGE = `usage: npm run bench -- [SUITE…] [options]

suites (all of them where none is named)
  poll                  a poll and its evaluation, next to fetching and parsing the same bytes
  ladder                a year of many platforms on their ladder, next to reading its runs once
  history               a history on disk, next to parsing its lines
  webhooks              webhooks from their arrival to their end, next to a bare Probot
  load                  webhooks at a pace that waits for nobody, with commands among them
  breakages             many breakages at once, still there, over; next to bare clients that write the same
  dispatch              two servers on one PostgreSQL, next to one
  commit                transactions of a breakage, and a decision next to a bare durable transaction
  startup               from the start until ready with many runs stored, next to an empty store
  memory                what the server holds after some polls, next to fetching and parsing the same

options
  --json                the figures as one JSON array
  --jobs N,N            sizes of TestGrids (1000,10000,50000)
  --rounds N            polls in each of three blocks (30)
  --prow-mb N           size of prowjobs.js, 0: none (100)
  --quiet-jobs N        jobs of the server whose requests are counted, 0: none (1000)
  --platforms N         platforms on the ladder, with 20 jobs each (200)
  --per-day N           runs of each of their jobs on a day (4)
  --lines N             runs of the history on disk (1000000)
  --deliveries N        webhooks in each of five rounds (500)
  --per-second N        webhooks a second under load (500)
  --seconds N           how long the load lasts (120)
  --breakages N         platforms that break at once (200)
  --answers-after N     how long GitHub and Slack take where two servers write, in ms (1000)
  --decisions N         decisions in each of three blocks (320)
  --stored-runs N       runs in the store of the server that starts (1000000)
  --memory-jobs N,N     jobs of the servers whose memory is looked at (1000,50000)`;

class UsageError extends Error {}

const whole = (name: string, text: string): number => {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`--${name}: expected a whole number, found "${text}".`);
  return Number(text);
};

const several = (name: string, text: string): number[] => text.split(',').map((n) => whole(name, n.trim()));

function read(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args], allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false }, jobs: { type: 'string', default: '1000,10000,50000' },
        rounds: { type: 'string', default: '30' }, 'prow-mb': { type: 'string', default: '100' }, 'quiet-jobs': { type: 'string', default: '1000' },
        platforms: { type: 'string', default: '200' }, 'per-day': { type: 'string', default: '4' }, lines: { type: 'string', default: '1000000' },
        deliveries: { type: 'string', default: '500' }, 'per-second': { type: 'string', default: '500' }, seconds: { type: 'string', default: '120' }, breakages: { type: 'string', default: '200' }, 'answers-after': { type: 'string', default: '1000' },
        decisions: { type: 'string', default: '320' }, 'stored-runs': { type: 'string', default: '1000000' }, 'memory-jobs': { type: 'string', default: '1000,50000' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

const say = (what: string): void => { console.error(`… ${what}`); };

async function main(args: readonly string[]): Promise<void> {
  const { values, positionals } = read(args);
  if (values.help) return console.log(USAGE);
  const suites: Readonly<Record<string, () => Promise<Figure[]>>> = {
    poll: () => benchPoll({
      jobs: several('jobs', values.jobs), rounds: Math.max(2, whole('rounds', values.rounds)),
      prowBytes: whole('prow-mb', values['prow-mb']) * 1_000_000, quietJobs: whole('quiet-jobs', values['quiet-jobs']), say,
    }),
    ladder: () => benchLadder({ platforms: whole('platforms', values.platforms), jobs: 20, perDay: whole('per-day', values['per-day']), say }),
    history: () => benchHistory({ lines: whole('lines', values.lines), say }),
    webhooks: () => benchWebhooks({ deliveries: Math.max(50, whole('deliveries', values.deliveries)), rounds: 9, say }),
    load: () => benchLoad({ perSecond: Math.max(1, whole('per-second', values['per-second'])), seconds: Math.max(5, whole('seconds', values.seconds)), say }),
    breakages: () => benchBreakages({ platforms: whole('breakages', values.breakages), say }),
    dispatch: () => benchDispatch({ platforms: Math.ceil(whole('breakages', values.breakages) / 3), answersAfter: whole('answers-after', values['answers-after']), say }),
    commit: () => benchCommit({ decisions: Math.max(16, whole('decisions', values.decisions)), say }),
    startup: () => benchStartup({ runs: whole('stored-runs', values['stored-runs']), say }),
    memory: () => benchMemory({ jobs: several('memory-jobs', values['memory-jobs']), say }),
  };
  const named = positionals.length > 0 ? positionals : Object.keys(suites);
  const unknown = named.find((name) => !Object.hasOwn(suites, name));
  if (unknown !== undefined) throw new UsageError(`There is no suite "${unknown}"; there is: ${Object.keys(suites).join(', ')}.`);
  const begun = performance.now();
  const figures: Figure[] = [];
  for (const name of named) figures.push(...await suites[name]?.() ?? []);
  console.log(values.json ? asJson(figures) : asTable(figures));
  const missed = figures.filter((f) => keepsAim(f) === false).length;
  const [load = 0] = loadavg();
  console.error(`${figures.length} figures in ${Math.round((performance.now() - begun) / 1000)} s, ${missed === 0 ? 'every aim is kept' : `${missed} aims are missed`}; Node ${process.versions.node}, ${cpus().length} processors with a load of ${load.toFixed(1)}${load > cpus().length ? ': busy with other things too, which lengthens all times, those by the clock most' : ''}.`);
}

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exit(1);
}
