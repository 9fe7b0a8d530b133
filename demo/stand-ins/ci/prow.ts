import { Readable } from 'node:stream';
import type { CiModel, CiRun } from './model.ts';
import type { Json } from './testgrid.ts';

/** How long Prow remembers a finished run. */
const MEMORY = 48 * 3_600_000;

const STATE = { pass: 'success', fail: 'failure', flaky: 'success', running: 'pending', aborted: 'aborted' } as const;
const SAYS: Readonly<Record<string, string>> = { success: 'Job succeeded.', failure: 'Job failed.', pending: 'Job triggered.', aborted: 'Aborted by trigger plugin.', error: 'Pod can not be created.' };
const iso = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/** Runs that nobody tracks, to make `prowjobs.js` as large as a real one. */
export interface Noise {
  /** About so many bytes. */
  readonly bytes: number;
  /** Job names that the runs belong to, in turn; default names of no tracked job. */
  readonly names?: readonly string[];
}

/** One run as Prow tells it, without what `omit` names. */
export function prowJob(run: CiRun, site: string, omit: ReadonlySet<string>): Json {
  const { job } = run;
  const state = run.prowState ?? STATE[run.outcome];
  const ended = run.finished && !['triggered', 'scheduling', 'pending'].includes(state);
  const [org = '', repo = ''] = job.repo.split('/');
  const refs = { org, repo, base_ref: job.branch, base_sha: run.commit };
  const name = `0f3c0000-${run.build.slice(-12, -8)}-4${run.build.slice(-8, -5)}-8${run.build.slice(-5, -2)}-${run.build.padStart(12, '0').slice(0, 12)}`;
  return {
    kind: 'ProwJob', apiVersion: 'prow.k8s.io/v1',
    metadata: {
      name, namespace: 'prow', creationTimestamp: iso(run.at),
      ...(!omit.has('labels') && { labels: { 'created-by-prow': 'true', 'prow.k8s.io/job': job.prow, 'prow.k8s.io/type': job.type, 'prow.k8s.io/build-id': run.build } }),
      ...(!omit.has('annotations') && { annotations: { 'prow.k8s.io/job': job.prow, 'testgrid-dashboards': job.dashboard ?? '' } }),
    },
    spec: {
      type: job.type, agent: 'kubernetes', cluster: 'default', namespace: 'test-pods', job: job.prow, report: true,
      ...(job.type === 'periodic' ? { extra_refs: [refs] } : { refs: job.type === 'postsubmit' ? refs : { ...refs, pulls: [{ number: 17, author: 'olga', sha: run.commit }] } }),
      ...(!omit.has('pod_spec') && { pod_spec: { containers: [{ image: 'example.org/ci:latest', command: ['make'], args: [job.suite] }] } }),
      ...(!omit.has('decoration_config') && { decoration_config: { timeout: '2h0m0s', gcs_configuration: { bucket: 'stand-in-logs', path_strategy: 'explicit' } } }),
    },
    status: {
      startTime: iso(run.at), ...(state !== 'triggered' && state !== 'scheduling' && { pendingTime: iso(run.at + 5_000) }), ...(ended && { completionTime: iso(run.at + run.takes) }),
      state, description: SAYS[state] ?? 'Job triggered.', url: `${site}/view/gs/${job.logPath}/${run.build}`, pod_name: name, build_id: run.build,
    },
  };
}

/** The runs that Prow still remembers, newest first. */
export function remembered(model: CiModel): CiRun[] {
  const now = model.now();
  return model.jobs.filter((j) => j.prow !== null).flatMap((j) => j.runs).filter((r) => r.at <= now && (!r.finished || r.at + r.takes > now - MEMORY)).sort((a, b) => b.at - a.at);
}

/** `prowjobs.js` as a stream; `name` is its `var`, null: plain JSON. The noise is spread among the real runs. */
export function prowjobs(model: CiModel, site: string, query: URLSearchParams, noise: Noise | null): Readable {
  const omit = new Set((query.get('omit') ?? '').split(','));
  const variable = query.get('var');
  const real = remembered(model).map((run) => JSON.stringify(prowJob(run, site, omit)));
  return Readable.from(chunked(pieces(real, variable, noise, model.now())), { objectMode: false });
}

function* pieces(real: readonly string[], variable: string | null, noise: Noise | null, now: number): Generator<string> {
  yield `${variable === null ? '' : `var ${variable} = `}{"items":[`;
  const count = noise === null ? 0 : Math.ceil(noise.bytes / noiseItem(0, noise, now).length);
  const every = real.length === 0 ? Infinity : Math.max(1, Math.floor(count / real.length));
  let next = 0;
  let first = true;
  const put = (item: string): string => {
    const out = first ? item : `,${item}`;
    first = false;
    return out;
  };
  for (let i = 0; i < count && noise !== null; i += 1) {
    if (i % every === 0 && next < real.length) yield put(real[next++] ?? '');
    yield put(noiseItem(i, noise, now));
  }
  while (next < real.length) yield put(real[next++] ?? '');
  yield `]}${variable === null ? '' : ';'}`;
}

/** Collects small pieces into chunks of a size that a socket likes. */
function* chunked(from: Iterable<string>): Generator<Buffer> {
  let kept: string[] = [];
  let size = 0;
  for (const piece of from) {
    kept.push(piece);
    size += piece.length;
    if (size < 65_536) continue;
    yield Buffer.from(kept.join(''));
    kept = [];
    size = 0;
  }
  if (size > 0) yield Buffer.from(kept.join(''));
}

/** One run of the noise, made anew each time so that it costs no memory. */
function noiseItem(i: number, noise: Noise, now: number): string {
  const name = noise.names?.[i % noise.names.length] ?? `ci-nobody-tracks-this-${String(i % 3_700).padStart(4, '0')}`;
  const build = `18${String(10 ** 15 + i * 7_919)}1`;
  const at = iso(Math.floor(now / 1000) * 1000 - (i % 2_880) * 60_000);
  const state = i % 17 === 0 ? 'failure' : 'success';
  return `{"kind":"ProwJob","apiVersion":"prow.k8s.io/v1","metadata":{"name":"${build}-noise","namespace":"prow","uid":"5f2b6c1e-0000-4000-8000-${String(i).padStart(12, '0')}","resourceVersion":"${build}","generation":4,"creationTimestamp":"${at}"},"spec":{"type":"periodic","agent":"kubernetes","cluster":"k8s-infra-prow-build","namespace":"test-pods","job":"${name}","extra_refs":[{"org":"octo","repo":"kube","base_ref":"main","path_alias":"k8s.io/kubernetes"},{"org":"octo","repo":"test-infra","base_ref":"master"}],"report":true,"prowjob_defaults":{"tenant_id":"GlobalDefaultID"}},"status":{"startTime":"${at}","pendingTime":"${at}","completionTime":"${at}","state":"${state}","description":"Job ${state === 'success' ? 'succeeded' : 'failed'}.","url":"https://prow.example.org/view/gs/stand-in-logs/logs/${name}/${build}","pod_name":"${build}-noise","build_id":"${build}","prev_report_states":{"gcsk8sreporter":"${state}","gcsreporter":"${state}"}}}`;
}
