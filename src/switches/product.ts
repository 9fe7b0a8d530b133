import { isAlias, isMap, isScalar, isSeq } from 'yaml';
import type { Document, Pair, YAMLMap } from 'yaml';
import { goPort } from '../domain/go-ports.ts';
import { osNamed, parsePlatform, type PlatformId } from '../domain/platform.ts';
import { shown, lineOf, type Entry } from './listing.ts';
import { keyOf, pairIn, textOf, type YamlPlace } from './yaml-file.ts';

/**
 * Lists that are multiplied with others beside them: GoReleaser's `goos` × `goarch` × `goarm` without what it ignores,
 * a workflow's matrix of systems and architectures. What GoReleaser takes where a list is absent: its documentation, "builds/go".
 */
const GO_SYSTEMS = ['darwin', 'linux', 'windows'];
const GO_ARCHITECTURES = ['386', 'amd64', 'arm64'];
const ARCHITECTURES = ['goarch', 'arch', 'architecture', 'cpu'];
const SYSTEMS = ['goos', 'os'];

/** How the words of this list are read: alone, or with what its neighbours multiply them by. */
export function reader(place: YamlPlace): (spelling: string) => readonly PlatformId[] {
  const { key, parents } = place;
  if (isManifest(place)) return inTag;
  const name = key === null ? '' : String(key.value).toLowerCase();
  const beside = parents.at(-1);
  if (!isMap(beside)) return plain;
  const matrix = inMatrix(place);
  // A matrix may multiply Go's architectures by its runners.
  const go = name.startsWith('go') && !(matrix && pairIn(beside, 'goos') === undefined);
  if (name === 'goarm') return (word) => goOnly(systems(beside, true).flatMap((os) => parsePlatform(`${os}/arm/v${word.replace(/^v/, '')}`) ?? []), beside);
  if (matrix && !SYSTEMS.includes(name) && !go) {
    const known = systemsOf(beside);
    return (word) => word.includes('/') || parsePlatform(`windows/${word}`) === null ? plain(word) : goOnly(known.flatMap((os) => variants(os, word, null)), null, excluded(beside));
  }
  if (ARCHITECTURES.includes(name)) {
    const known = systems(beside, go);
    return (word) => word.includes('/') ? plain(word) : goOnly(known.flatMap((os) => variants(os, word, go ? beside : null)), go ? beside : null, excluded(beside));
  }
  if (SYSTEMS.includes(name)) {
    const architectures = wordsAt(beside, go ? ['goarch'] : ARCHITECTURES) ?? (go ? GO_ARCHITECTURES : []);
    return (word) => {
      const os = systemOf(word);
      return os === null ? plain(word) : goOnly(architectures.flatMap((arch) => variants(os, arch, go ? beside : null)), go ? beside : null, excluded(beside));
    };
  }
  return plain;
}

/** A matrix multiplies all its lists, whatever they are called. */
const inMatrix = ({ path }: YamlPlace): boolean => path.slice(-3, -1).some((part) => part.kind === 'key' && part.key === 'matrix');

/** The systems that a matrix runs on or builds for: what its known keys name, and every list of systems alone. None: Linux. */
function systemsOf(matrix: YAMLMap): readonly string[] {
  const found = matrix.items.flatMap((pair) => {
    const words = isSeq(pair.value) ? pair.value.items.map((item) => systemOf(textOf(item) ?? '')) : [];
    const known = [...SYSTEMS, 'runner', 'runs-on'].includes(keyOf(pair)?.toLowerCase() ?? '');
    return known || words.every((word) => word !== null) ? words.flatMap((word) => word ?? []) : [];
  });
  return found.length > 0 ? [...new Set(found)] : ['linux'];
}

const plain = (word: string): readonly PlatformId[] => {
  const platform = parsePlatform(word);
  return platform === null ? [] : [platform];
};

/** The systems that an architecture is multiplied by; none named: Linux, or what GoReleaser takes. */
function systems(beside: YAMLMap, go: boolean): readonly string[] {
  const found = wordsAt(beside, go ? ['goos'] : [...SYSTEMS, 'runner', 'runs-on'])?.flatMap((word) => systemOf(word) ?? []) ?? [];
  if (found.length > 0) return [...new Set(found)];
  return go && pairIn(beside, 'goos') === undefined && isGoReleaser(beside) ? GO_SYSTEMS : ['linux'];
}

/** GoReleaser's builds have keys that nothing else has beside `goarch`. */
const isGoReleaser = (beside: YAMLMap): boolean => ['main', 'binary', 'ldflags', 'env', 'goarm', 'flags', 'mod_timestamp', 'goamd64'].some((key) => pairIn(beside, key) !== undefined);

/** `linux`, `ubuntu-latest`, `macos-14` as a system of Go's. */
function systemOf(word: string): string | null {
  const clean = word.toLowerCase();
  if (/^(?:ubuntu|debian|alpine|linux)(?:$|[-_.])/.test(clean)) return 'linux';
  if (/^(?:macos|osx|darwin)(?:$|[-_.\d])/.test(clean)) return 'darwin';
  if (/^windows(?:$|[-_.])/.test(clean)) return 'windows';
  return parsePlatform(`${clean}/amd64`)?.split('/')[0] ?? null;
}

/** A system and an architecture; GoReleaser's `arm` with each of the ARM versions beside it (6 where none is). */
function variants(os: string, arch: string, beside: YAMLMap | null): PlatformId[] {
  const base = parsePlatform(`${os}/${arch}`);
  if (base === null || beside === null || base !== `${os}/arm`) return base === null ? [] : [base];
  const versions = wordsAt(beside, ['goarm']) ?? (isGoReleaser(beside) ? ['6'] : []);
  return [base, ...versions.flatMap((version) => parsePlatform(`${os}/arm/v${version}`) ?? [])];
}

/** Only what Go can build, and what is not ignored. */
function goOnly(platforms: readonly PlatformId[], go: YAMLMap | null, without: readonly PlatformId[] = []): readonly PlatformId[] {
  const ignored = go === null ? without : [...excludedBy(go, 'ignore'), ...excluded(go)];
  return platforms.filter((platform) => !ignored.some((i) => platform === i || platform.startsWith(`${i}/`)) && (go === null || goPort(platform) !== 'none'));
}

const excluded = (beside: YAMLMap): readonly PlatformId[] => excludedBy(beside, 'exclude');

function excludedBy(beside: YAMLMap, key: string): readonly PlatformId[] {
  const found = pairIn(beside, key)?.value;
  if (!isSeq(found)) return [];
  return found.items.flatMap((item) => {
    if (!isMap(item) || item.items.some((pair) => !['goos', 'goarch', 'goarm', 'os', 'arch', 'architecture', 'cpu'].includes(keyOf(pair) ?? ''))) return [];
    const system = systemOf(wordsAt(item, SYSTEMS)?.[0] ?? '');
    const arch = wordsAt(item, ARCHITECTURES)?.[0];
    const version = wordsAt(item, ['goarm'])?.[0];
    return system === null || arch === undefined ? [] : parsePlatform(`${system}/${arch}${version === undefined ? '' : `/v${version}`}`) ?? [];
  });
}

/** The words under the first of these keys; undefined: there is none. */
function wordsAt(map: YAMLMap, keys: readonly string[]): string[] | undefined {
  for (const key of keys) {
    const value = pairIn(map, key)?.value;
    if (isScalar(value)) return [textOf(value) ?? ''];
    if (isSeq(value)) return value.items.flatMap((item) => textOf(item) ?? []);
  }
  return undefined;
}

/**
 * GitHub adds an `include` whose values match no combination as a job of its own: an entry that one names cannot go
 * alone. Workflow syntax, `jobs.<job_id>.strategy.matrix.include`.
 */
export function heldByInclude({ key, parents }: YamlPlace, text: string): (entry: Entry) => string | null {
  const matrix = parents.at(-1);
  const name = key === null ? '' : String(key.value);
  const include = isMap(matrix) && name !== 'include' ? pairIn(matrix, 'include')?.value : undefined;
  if (!isSeq(include) || !isMap(matrix)) return () => null;
  return (entry) => {
    const item = include.items.find((i) => isMap(i) && textOf(pairIn(i, name)?.value) === entry.spelling);
    const at = item === undefined ? undefined : (item as { range?: readonly [number, number, number] | null }).range?.[0];
    return at === undefined ? null
      : `\`include\` names ${shown(entry.spelling)} too, on line ${lineOf(text, at)}, and GitHub would run that as a job of its own; make \`include\` a switch as well, so that both change together.`;
  };
}

/** Keys of a mapping in a list that tell its platform, the surest first. */
const TELLING = ['platform', 'target', 'triple', 'goos-goarch', 'os-arch', 'arch', 'goarch', 'name'];

/**
 * The platform of a mapping in a list (a matrix' `include`, a list of jobs), and the word that tells it. Keys count in any case
 * (GitLab has `GOOS`), and with what a merge key (`<<`) brings; only its name stands before what it inherits.
 */
export function readMapping(map: YAMLMap, document: Document): { readonly spelling: string; readonly builds: readonly PlatformId[] } {
  const own = (key: string): string | null => textOf(pairAnyCase(map, key)?.value);
  const word = (key: string): string | null => own(key) ?? inherited(map, key, document);
  const named = inName(word('name') ?? '');
  const counts = (...keys: readonly string[]): boolean => named === null || keys.some((key) => key === 'name' || own(key) !== null);
  for (const key of TELLING) {
    const [os, arch] = key === 'goos-goarch' ? [word('goos'), word('goarch')] : key === 'os-arch' ? [word('os'), word('arch') ?? word('architecture')] : [null, null];
    const system = systemOf(os ?? '');
    const version = word('goarm');
    if (system !== null && arch !== null && counts('goarch', 'arch', 'architecture')) {
      const both = parsePlatform(`${system}/${arch}${version === null || arch !== 'arm' ? '' : `/v${version}`}`);
      if (both) return { spelling: `${os}/${arch}${version === null ? '' : `/v${version}`}`, builds: [both] };
    }
    const spelling = key.includes('-') ? null : word(key);
    const platform = spelling === null ? null : key === 'name' ? inName(spelling) : parsePlatform(spelling);
    if (spelling !== null && platform && counts(key)) return { spelling, builds: [platform] };
  }
  return { spelling: word('name') ?? word('platform') ?? word('target') ?? map.items.slice(0, 3).map((p) => textOf(p.value) ?? '…').join(' '), builds: [] };
}

const pairAnyCase = (map: YAMLMap, key: string): Pair | undefined => map.items.find((pair) => keyOf(pair)?.toLowerCase() === key);

/** A bound for mappings that merge themselves. */
const MOST_MERGED = 8;

/** What a merge key brings under a key; null: nothing, or no text. */
function inherited(map: YAMLMap, key: string, document: Document, depth = 0): string | null {
  const merged = pairIn(map, '<<')?.value;
  for (const node of depth > MOST_MERGED ? [] : isSeq(merged) ? merged.items : [merged]) {
    const source = isAlias(node) ? node.resolve(document) : node;
    if (!isMap(source)) continue;
    const found = textOf(pairAnyCase(source, key)?.value) ?? inherited(source, key, document, depth + 1);
    if (found !== null) return found;
  }
  return null;
}

/** A manifest's list of images (GoReleaser's `docker_manifests`): each names its platform at the end of its tag. */
export const isManifest = ({ key, parents }: YamlPlace): boolean => {
  const beside = parents.at(-1);
  return key?.value === 'image_templates' && isMap(beside) && pairIn(beside, 'name_template') !== undefined;
};

/** The platform at the end of an image's tag (`…:{{ .Tag }}-arm-v7`, `…:1.2-windows-ltsc2022-amd64`); no system named: Linux. */
function inTag(image: string): readonly PlatformId[] {
  const parts = image.split(/[:}]/).at(-1)?.split('-').slice(-12) ?? [];
  const system = parts.map((part) => /^(?:ltsc|nanoserver|servercore)/.test(part) ? 'windows' : osNamed(part)).find((os) => os !== null) ?? 'linux';
  const platform = parsePlatform(`${system}/${parts.slice(-2).join('/')}`) ?? parsePlatform(`${system}/${parts.at(-1) ?? ''}`);
  return platform === null ? [] : [platform];
}

/** The platform in a job's name (`dist-s390x-linux`): only where it names system and architecture side by side, and one platform. */
function inName(name: string): PlatformId | null {
  const parts = name.split('-').slice(0, 12);
  const found = new Set<PlatformId>();
  for (let from = 0; from < parts.length; from++) {
    for (const length of [4, 3, 2]) {
      const words = parts.slice(from, from + length);
      const platform = words.length === length ? parsePlatform(words.join('-')) : null;
      // `arm-v7` alone tells no system.
      if (platform !== null && words.some((w) => systemOf(w) !== null || /^(?:gnu|musl)?eabi|^android/.test(w))) { found.add(platform); from += length - 1; break; }
    }
  }
  return found.size === 1 ? [...found][0] ?? null : null;
}
