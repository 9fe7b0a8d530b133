import type { CheckKind, CheckSuggestion } from '../domain/check.ts';
import { globMatches } from '../domain/glob.ts';
import { parsePlatform, type PlatformId } from '../domain/platform.ts';
import { asTracked } from './signatures.ts';

/** What the names of checks tell: whose check it is, what it tests, and which say nothing of the code. */

/** Longer names are cut: people read no more either. */
const LONGEST = 300;

/** Gates of merge bots, labels and contributor agreements: red or not, they say nothing of the code (policy.md, conflict procedure 1). */
const GATES = [
  'tide', 'keeper', 'bors', 'homu', 'mergify*', 'rule: *', 'queue: *', 'merge-queue*', 'merge queue*', 'mergequeue*', '*submit queue', 'submit-queue*', 'kodiakhq*', 'trunk*merge*', 'aviator*',
  'easycla', 'cla', 'cla/*', 'license/cla', '*-cla', 'cla-*', '*cla assistant*', 'cncf-cla*', 'linux-foundation-cla*', 'dco', 'dco/*', 'dco *', '*/dco', 'developer certificate*',
  'needs-*', 'do-not-merge*', 'blocked-*', 'wip', '*/wip', 'label*', '*-label', '*-labels', '*-label-check', 'check label*', 'check-label*', 'required-label*', 'require-label*', 'required label*', 'verify label*', 'pr label*',
  'approve', 'approved', 'lgtm', 'hold', 'release-note*', 'semantic pull request*', 'semantic-pull-request*', 'pull request title*', 'pr title*', 'pull-request-title*',
] as const;

/** Whether a check is a gate that labels, agreements or merge bots open, and not people's code. */
export const isGate = (name: string): boolean => GATES.some((gate) => globMatches(gate, name.trim().slice(0, LONGEST)));

/** Systems that runners are named after. */
const RUNNERS = new Map([['ubuntu', 'linux'], ['debian', 'linux'], ['alpine', 'linux'], ['fedora', 'linux'], ['centos', 'linux']]);

const osOf = (word: string): string | null => RUNNERS.get(word) ?? parsePlatform(`${word}/amd64`)?.split('/')[0] ?? null;
const archOf = (word: string): string | null => parsePlatform(word)?.replace(/^[^/]+\//, '') ?? null;

interface Words { readonly oses: ReadonlySet<string>; readonly archs: readonly { readonly arch: string; readonly spelled: string; readonly beside: string | null }[] }

/** The systems and architectures among a name's words, with the system that stands right beside each architecture. */
function wordsOf(name: string): Words {
  const words = name.slice(0, LONGEST).toLowerCase().replaceAll(/x86[-_]64/g, 'amd64').replaceAll(/x86[-_]32/g, '386')
    .replaceAll(/\barm[-_/ ]?v?([5-8])\b/g, 'armv$1').split(/[^a-z0-9]+/).filter((w) => w !== '');
  const archs = words.flatMap((word, i) => {
    const arch = archOf(word);
    return arch === null ? [] : [{ arch, spelled: word, beside: osOf(words[i - 1] ?? '') ?? osOf(words[i + 1] ?? '') }];
  });
  return { oses: new Set(words.map(osOf).filter((os) => os !== null)), archs };
}

/**
 * The platforms that a check's name tells: `build (linux, s390x)`, `test / linux-arm64`, `e2e-windows-amd64`. An architecture
 * alone is Linux; one that may be of several systems is none.
 */
export function platformsNamed(name: string): PlatformId[] {
  const { oses, archs } = wordsOf(name);
  const [only] = oses;
  const found = archs.map(({ arch, beside }) => {
    const os = oses.size <= 1 ? only ?? 'linux' : beside;
    return os === null ? null : parsePlatform(`${os}/${arch}`);
  });
  return [...new Set(found.filter((p) => p !== null))];
}

/** Whose checks are told by which patterns. */
export type CheckOwner = { readonly id: PlatformId; readonly checks: readonly string[] };

/** The platforms that a check is of: by the configured patterns, of which the name decides where several fit (`*arm*` fits `arm64`); else by its name. */
export function platformsOfCheck(name: string, platforms: readonly CheckOwner[]): { readonly platforms: readonly PlatformId[]; readonly by: 'configured' | 'name' | null } {
  const ids = platforms.map((p) => p.id);
  const named = [...new Set(platformsNamed(name).flatMap((p) => asTracked([p], { platforms: ids })))];
  const configured = platforms.filter((p) => p.checks.some((glob) => globMatches(glob, name))).map((p) => p.id);
  if (configured.length === 0) return { platforms: named, by: named.length === 0 ? null : 'name' };
  const both = configured.filter((p) => named.includes(p));
  return { platforms: configured.length > 1 && both.length > 0 ? both : configured, by: 'configured' };
}

const BUILDS = /(?:^|[^a-z])(?:builds?|compiles?|cross|crossbuild|images?|binar(?:y|ies)|packages?|link|docker|release|artifacts?)(?:[^a-z]|$)/i;
const TESTS = /(?:^|[^a-z])(?:tests?|units?|e2e|integration|conformance|smoke|node|bench|verify|lint)(?:[^a-z]|$)/i;

/** What a check tests, by its name; `build` where it may be both, as a red one then says nothing for sure of tests alone. */
export const kindOfCheck = (name: string): CheckKind => BUILDS.test(name.slice(0, LONGEST)) ? 'build' : TESTS.test(name.slice(0, LONGEST)) ? 'test' : 'other';

/** For each platform whose `checks:` fit none of these names: the names that look like its own. */
export function suggestChecks(names: readonly string[], platforms: readonly CheckOwner[]): CheckSuggestion[] {
  const told = [...new Set(names)].filter((name) => !isGate(name)).toSorted();
  const ids = platforms.map((p) => p.id);
  return platforms.filter((p) => !told.some((name) => p.checks.some((glob) => globMatches(glob, name)))).flatMap(({ id }): CheckSuggestion[] => {
    const own = told.filter((name) => {
      const named = platformsNamed(name).flatMap((p) => asTracked([p], { platforms: ids }));
      return named.length === 1 && named[0] === id;
    });
    return own.length === 0 ? [] : [{ platform: id, names: own, pattern: patternFor(own, told) }];
  });
}

/** The architecture as all of the names spell it, if that fits no other name; else the first name itself. */
function patternFor(own: readonly string[], all: readonly string[]): string {
  const spellings = wordsOf(own[0] ?? '').archs.map((a) => `*${a.spelled}*`);
  return spellings.find((glob) => all.every((name) => globMatches(glob, name) === own.includes(name))) ?? own[0] ?? '';
}
