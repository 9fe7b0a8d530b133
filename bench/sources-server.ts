/**
 * A TestGrid and a Prow of any size on loopback, in a process of their own so that their work is not measured with the
 * client's. Tells its parent the port. `/grid/<changed>/…`: of every hundred tabs, so many are new with each summary.
 */
import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

const NEWEST = Date.UTC(2026, 10, 20, 8);
const TABS_PER_DASHBOARD = 500;

let asked = 0;

/** About as long as the entries of a busy dashboard are on average: 2.3 kB. */
function entry(i: number, alert: string): string {
  const tests = Array.from({ length: i % 3 === 0 ? 7 : 3 }, (_, t) => ({
    display_name: `openshift-tests.[sig-network] Services should be able to switch session affinity ${i}-${t}`, test_name: `openshift-tests.[sig-network] Services ${i}-${t}`,
    fail_count: 3 + t, fail_timestamp: 1646976944, pass_timestamp: 0, build_link: '', build_url_text: '', build_link_text: '',
    failure_message: 'fail [github.com/acme/origin/test/extended/util.go:181]: Unexpected error: timed out waiting for the condition', linked_bugs: [],
  }));
  return JSON.stringify({
    alert, last_run_timestamp: NEWEST / 1000, last_update_timestamp: 1_700_000_000, latest_green: 'no recent greens', overall_status: 'FLAKY',
    overall_status_icon: 'remove_circle_outline', status: `6 of 10 (60.0%) recent columns passed (${14000 + i} of 14312 or 98.8% cells)`, tests,
    dashboard_name: 'board', healthiness: { tests: [], previousFlakiness: -1 }, bug_url: 'https://github.com/acme/origin/issues/',
  });
}

/** Made once, so that the server is quick: only the times of the update, and what is new, are put in per request. */
const templates = new Map<number, string>();

function summary(changed: number): string {
  asked++;
  const template = templates.get(changed)
    ?? `{${Array.from({ length: TABS_PER_DASHBOARD }, (_, i) => `"tab-${i}":${entry(i, i % 100 < changed ? 'NEWS' : '')}`).join(',')}}`;
  templates.set(changed, template);
  return template.replaceAll('1700000000', String(1_700_000_000 + asked)).replaceAll('NEWS', `new ${asked}`);
}

const COLUMNS = 20;
const columns = Array.from({ length: COLUMNS }, (_, i) => i);
const table = JSON.stringify({
  query: 'acme-logs/logs/unit', timestamps: columns.map((i) => NEWEST - i * 3_600_000), changelists: columns.map((i) => `20165847160937${55392 - i}`), column_ids: [],
  'custom-columns': [columns.map(() => 'a57b4befd'), columns.map(() => '')], 'column-header-names': ['Date', 'Time', 'Build Number', 'Commit', 'Infra-Commit'],
  tests: Array.from({ length: 30 }, (_, t) => ({ name: t === 0 ? 'Overall' : `test ${t}`, statuses: [{ count: 3, value: t % 9 === 0 ? 12 : 1 }, { count: COLUMNS - 3, value: 1 }], messages: columns.map(() => ''), short_texts: columns.map(() => '') })),
});

const prowItem = (i: number): string => JSON.stringify({
  kind: 'ProwJob', apiVersion: 'prow.k8s.io/v1', metadata: { name: `7f3c2a10-${i}`, namespace: 'default', uid: `uid-${i}`, resourceVersion: `${i}`, creationTimestamp: '2026-11-20T07:59:59Z', managedFields: 'x'.repeat(1200) },
  spec: { type: 'periodic', agent: 'kubernetes', cluster: 'eks-prow-build-cluster', namespace: 'test-pods', job: `ci-job-${i % 5000}`, extra_refs: [{ org: 'acme', repo: 'acme', base_ref: 'master', base_sha: 'a57b4befda57b4befda57b4befda57b4befd0000', workdir: true }], report: true, max_concurrency: 1, prowjob_defaults: { tenant_id: 'GlobalDefaultID' } },
  status: { startTime: '2026-11-20T08:00:00Z', pendingTime: '2026-11-20T08:00:05Z', completionTime: '2026-11-20T08:20:00Z', state: i % 7 === 0 ? 'failure' : 'success', description: 'Job "succeeded" \\ {done}.', url: `https://prow.example/view/gs/acme-logs/logs/ci-job-${i % 5000}/${i}`, pod_name: `pod-${i}`, build_id: `2016584716${100000000 + i}` },
});

async function sendProw(bytes: number, response: ServerResponse): Promise<void> {
  response.write('var allBuilds = {"items":[');
  for (let sent = 0, i = 0; sent < bytes;) {
    let piece = '';
    while (piece.length < 1 << 18 && sent < bytes) {
      const item = `${i === 0 ? '' : ','}${prowItem(i++)}`;
      piece += item;
      sent += item.length;
    }
    if (!response.write(piece)) await new Promise((go) => response.once('drain', go));
  }
  response.end(']};');
}

const server = createServer((request, response) => {
  const [, kind = '', number = '0', ...rest] = (request.url ?? '').split('/');
  if (kind === 'prow') void sendProw(Number(number), response);
  else response.end(rest.at(-1) === 'summary' ? summary(Number(number)) : table);
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
process.on('disconnect', () => process.exit());
