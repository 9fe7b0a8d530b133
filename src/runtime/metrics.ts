import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The figures that `/metrics` shows. */
export interface Metrics {
  readonly registry: Registry;
  readonly ready: Gauge;
  readonly polls: Counter<'project' | 'source' | 'outcome'>;
  readonly pollSeconds: Histogram<'project'>;
  readonly sourceRequests: Counter<'project' | 'source'>;
  readonly sourceBytes: Counter<'project' | 'source'>;
  readonly lastGoodPoll: Gauge<'project' | 'source'>;
  readonly sourceSilent: Gauge<'project' | 'source'>;
  readonly jobs: Gauge<'project' | 'health'>;
  readonly incidents: Gauge<'project' | 'kind' | 'state'>;
  readonly conflicts: Gauge<'project' | 'stage'>;
  readonly writes: Counter<'kind' | 'outcome'>;
  readonly outbox: Gauge<'state'>;
  readonly githubLimit: Gauge<'project'>;
  readonly deliveries: Counter<'surface' | 'outcome'>;
  readonly warnings: Gauge<'project'>;
  readonly commands: Counter<'verb' | 'surface' | 'outcome'>;
  readonly timeToAck: Histogram<'project' | 'platform'>;
  readonly timeToFix: Histogram<'project' | 'platform'>;
}

/** Gauges of prom-client's own that are named like counters, which Prometheus' linter takes for mistakes; the same is told by kind. */
const MISNAMED = ['handles', 'requests', 'resources'].map((what) => `archsignal_nodejs_active_${what}_total`);

/** New figures in a registry of their own; `defaults` adds those of the process (memory, event loop). */
export function createMetrics(defaults: boolean): Metrics {
  const registry = new Registry();
  const registers = [registry];
  if (defaults) collectDefaultMetrics({ register: registry, prefix: 'archsignal_' });
  for (const name of MISNAMED) registry.removeSingleMetric(name);
  const counter = <L extends string>(name: string, help: string, labelNames: L[]) => new Counter({ name: `archsignal_${name}`, help, labelNames, registers });
  const gauge = <L extends string>(name: string, help: string, labelNames: L[]) => new Gauge({ name: `archsignal_${name}`, help, labelNames, registers });
  const duration = (name: string, help: string) =>
    new Histogram({ name: `archsignal_${name}`, help, labelNames: ['project', 'platform'], buckets: [3_600, 4 * 3_600, 86_400, 3 * 86_400, 7 * 86_400, 14 * 86_400, 30 * 86_400], registers });
  const deliveries = counter('deliveries_total', 'Deliveries from GitHub and Slack, by outcome (stored, repeated, done; passed: of no concern here; dead: set aside).', ['surface', 'outcome']);
  // Prometheus sees no growth in a counter that begins with one, and an alert asks for this growth.
  for (const surface of ['github', 'slack']) deliveries.inc({ surface, outcome: 'dead' }, 0);
  return {
    registry,
    ready: gauge('ready', 'Whether the program does its work, as /readyz says: 1 or 0.', []),
    polls: counter('polls_total', 'Polls of a source, by outcome (ok, failed).', ['project', 'source', 'outcome']),
    pollSeconds: new Histogram({ name: 'archsignal_poll_seconds', help: 'How long a poll of a project took.', labelNames: ['project'], buckets: [0.1, 0.5, 1, 5, 15, 60, 300], registers }),
    sourceRequests: counter('source_requests_total', 'Requests made to a source.', ['project', 'source']),
    sourceBytes: counter('source_bytes_total', 'Bytes read from a source.', ['project', 'source']),
    lastGoodPoll: gauge('source_last_good_poll_timestamp_seconds', 'When the source was last read well.', ['project', 'source']),
    sourceSilent: gauge('source_silent', 'Whether the source has not been read well for too long (polling.alert_after, or three polls where those are further apart): 1 or 0.', ['project', 'source']),
    jobs: gauge('jobs', 'Tracked jobs, by health.', ['project', 'health']),
    incidents: gauge('incidents', 'Incidents that are not closed.', ['project', 'kind', 'state']),
    conflicts: gauge('conflicts', 'Conflicts between release blockers and platforms that are not over, by their stage; watching and returning: a build is off.', ['project', 'stage']),
    writes: counter('writes_total', 'Writes to GitHub and Slack, by kind and outcome (done, retry; dead: given up; dropped: not wanted any more).', ['kind', 'outcome']),
    outbox: gauge('outbox_rows', 'Writes to GitHub and Slack that are not made, by state (pending: waiting; leased: under way; dead: given up).', ['state']),
    githubLimit: gauge('github_limit_seconds', 'How long writes to GitHub still wait because its limit is used up; 0: they do not.', ['project']),
    deliveries,
    commands: counter('commands_total', 'Commands, by verb, surface and outcome (done, answered, refused; mistake: not understood, so without a verb).', ['verb', 'surface', 'outcome']),
    timeToAck: duration('time_to_acknowledge_seconds', 'From an incident\'s opening until somebody had it.'),
    timeToFix: duration('time_to_fix_seconds', 'From an incident\'s opening until it was green again.'),
    warnings: gauge('warnings', 'Standing operator warnings.', ['project']),
  };
}
