/**
 * A year at speed: `npm run soak [-- --days 365 --platforms 20 --engine sqlite --seed 7 --json]`. The whole program lives through it on a
 * held clock, in a process of its own; what happens is diced. Prints a line a week, then what was wrong, and ends with 1 if anything was.
 */
import { parseArgs } from 'node:util';
import { databaseOf } from '../postgres.ts';
import type { Week } from './measure.ts';
import { soak } from './run.ts';

const USAGE = `usage: npm run soak -- [options]

  --days N            how long (365)
  --platforms N       of which each has three jobs (20)
  --hours N           between polls, and between the clock's jumps (4)
  --engine NAME       sqlite or postgres (sqlite)
  --seed N            the dice (printed)
  --runs Nd           how long single runs are kept (30d)
  --rollups Nd        how long sums of days are kept (180d)
  --heaps FOLDER      a snapshot of the program's heap there every four weeks, to see what grows
  --json              weeks, counts and what was wrong as one JSON object on stdout`;

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '365' }, platforms: { type: 'string', default: '20' }, hours: { type: 'string', default: '4' }, engine: { type: 'string', default: 'sqlite' }, seed: { type: 'string' },
    runs: { type: 'string', default: '30d' }, rollups: { type: 'string', default: '180d' }, heaps: { type: 'string' }, json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false },
  },
});

const mb = (bytes: number): string => (bytes / 1e6).toFixed(1);
const busy = ({ resources }: Week): number => Object.values(resources).reduce((a, b) => a + b, 0);
const HEAD = ['week', 'heap MB', 'taken MB', 'rss MB', 'disk MB', 'log MB', 'files', 'busy', 'CPU ms/day', 'read KB/day', 'GitHub/week', 'Slack/week', 'outbox', 'inbox', 'runs', 'incidents', 'audit'];
const line = (w: Week): string => `| ${[w.week, mb(w.heap), mb(w.heapTotal), mb(w.rss), mb(w.disk), mb(w.wal), w.files, busy(w), Math.round(w.cpuPerDay), Math.round(w.readPerDay / 1_000), w.github, w.slack, ...['outbox', 'inbox', 'runs', 'incidents', 'audit'].map((t) => w.rows[t] ?? 0)].join(' | ')} |`;

async function main(): Promise<void> {
  if (values.help) return console.log(USAGE);
  if (values.engine !== 'sqlite' && values.engine !== 'postgres') throw new Error(USAGE);
  const seed = Number(values.seed ?? Date.now() % 1_000_000);
  const database = values.engine === 'postgres' ? databaseOf('soak') : null;
  await database?.create();
  const say = values.json ? console.error : console.log;
  say(`${values.days} days of ${values.platforms} platforms on ${values.engine}, seed ${seed}`);
  say([`| ${HEAD.join(' | ')} |`, `| ${HEAD.map(() => '---').join(' | ')} |`].join('\n'));
  const { weeks, wrong, untold, counts, starts } = await soak({
    days: Number(values.days), platforms: Number(values.platforms), hours: Number(values.hours), seed, week: 7, processors: true, heaps: values.heaps, databaseUrl: database?.url, retention: { runs: values.runs, rollups: values.rollups },
  }, (week, found) => { say([line(week), ...found].join('\n')); });
  await database?.drop();
  if (values.json) console.log(JSON.stringify({ seed, weeks, counts, starts, wrong, untold }));
  else console.log([`\n${starts} starts; ${Object.entries(counts).map(([what, n]) => `${n} ${what}`).join(', ')}.`, wrong.length === 0 ? 'Nothing was wrong, and nothing grew that should not.' : wrong.join('\n'), ...untold.map((u) => `Too short to tell ${u}.`)].join('\n'));
  process.exitCode = wrong.length === 0 ? 0 : 1;
}

await main();
