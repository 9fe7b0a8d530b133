import type { Incident, IncidentJob } from '../../../domain/incident.ts';
import { counted } from '../../../domain/time.ts';
import { block, code, link } from './inert.ts';
import type { Limits } from './limits.ts';
import { jobName, mainJobs, type Subject } from './telling.ts';

/** Failing tests and what they said, folded away; null where no test is named. */
export function failingTests({ incident }: Subject, limits: Limits): string | null {
  if (incident.kind !== 'breakage') return null;
  const jobs = mainJobs(incident).slice(0, limits.jobs).filter((j) => j.failingTests.length > 0);
  if (jobs.length === 0) return null;
  if (limits.tests === 0) return '**Failing tests** have no room here: see the pages of the jobs in the table.';
  const total = jobs.reduce((n, j) => n + j.failingTests.length + j.moreFailingTests, 0);
  const parts = jobs.map((j) => ofJob(j, incident, limits, jobs.length > 1));
  return [`<details><summary>Failing tests (${total.toLocaleString('en-US')})</summary>`, ...parts, '</details>'].join('\n\n');
}

function ofJob(job: IncidentJob, incident: Incident, limits: Limits, heading: boolean): string {
  const shown = job.failingTests.slice(0, limits.tests);
  const rest = job.failingTests.length - shown.length + job.moreFailingTests;
  const tests = shown.map((t, i) => {
    const message = t.message?.trim() ? t.message : null;
    if (message === null || i >= limits.messages) return `- ${code(t.name)}`;
    return `- ${code(t.name)}\n\n${block(message, '  ')}\n`;
  });
  const more = rest > 0 ? [`- and ${counted(rest, 'more test')}${seeAll(job)}`] : [];
  const silent = shown.length > limits.messages && shown.slice(limits.messages).some((t) => t.message) ? [`Messages are shown of the first ${limits.messages}; ${link('the job\'s page', job.links.page)} has the others.`] : [];
  return [...(heading ? [`**${jobName(job, incident)}**`] : []), [...tests, ...more].join('\n'), ...(limits.messages > 0 ? silent : [])].join('\n\n');
}

const seeAll = (job: IncidentJob): string => {
  const page = link('all of them', job.links.page);
  return page === 'all of them' ? '' : `: ${page}`;
};
