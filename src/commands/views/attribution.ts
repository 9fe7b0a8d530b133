import type { PlatformId } from '../../domain/platform.ts';
import type { Spans } from '../../domain/text.ts';
import { listed } from '../../domain/time.ts';
import { attribute, staleEverywhere } from '../../signal/attribution.ts';
import type { JobNow } from '../../signal/job-health.ts';
import { suiteHealth } from '../../signal/peers.ts';
import type { Scene } from '../verb.ts';

/** Whether a broken job is broken only there or everywhere, and what that is judged by. */
export function whereSpans(j: JobNow, scene: Scene): Spans {
  const { reference } = scene.project;
  const isReference = j.job.platform === reference;
  const ofReference = scene.jobs.filter((x) => x.job.platform === reference);
  const suite = `the same suite (${j.job.suite})`;
  if (j.health === 'stale') {
    const everywhere = !isReference && staleEverywhere(j, ofReference);
    return [everywhere ? `Everywhere: ${reference}, the reference, has stopped reporting ${suite} as well, so the reporting is to blame and not the platform.` : 'Only here, as far as is known: what reports it may be down.'];
  }
  const ports = scene.jobs.filter((x) => x.job.platform !== reference);
  const others = [...suiteHealth(scene.jobs, j)].filter(([platform]) => platform !== j.job.platform);
  const [pass, fail] = [others.filter(([, h]) => h.passing && !h.failing).map(([p]) => p), others.filter(([, h]) => h.failing).map(([p]) => p)];
  switch (attribute(j, ofReference, ports, isReference)) {
    case 'everywhere': return [isReference ? `Everywhere: this is the reference, and ${alike(fail, 'fails', 'fail')} ${suite} too.` : `Everywhere: ${reference}, the reference, fails ${suite} too, so the platform is not to blame.`];
    case 'wait': return [`Here or everywhere is not settled: ${reference}, the reference, was red in ${suite} when this job last ran and is green since. Its next run will tell.`];
    case 'here': return [here(pass, fail, suite)];
  }
}

function here(pass: readonly PlatformId[], fail: readonly PlatformId[], suite: string): string {
  if (pass.length > 0) return `Only here: ${alike(pass, 'passes', 'pass')} ${suite}${fail.length > 0 ? `; ${alike(fail, 'fails', 'fail')} it too` : ''}.`;
  if (fail.length > 0) return `${alike(fail, 'fails', 'fail')} ${suite} too; no platform is known to pass it.`;
  return `No other platform runs ${suite} just now, so whether it is only here cannot be told.`;
}

const alike = (platforms: readonly PlatformId[], one: string, many: string): string =>
  platforms.length === 0 ? 'another platform fails' : `${listed(platforms, 5)} ${platforms.length === 1 ? one : many}`;
