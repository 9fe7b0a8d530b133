import type { PlatformId } from '../../domain/platform.ts';
import { nearest } from '../../domain/suggest.ts';
import { releaseNamed, releaseNames } from '../releases.ts';
import { EVERYONE } from '../rights.ts';
import type { CommandLine, Parsed, Scene, Spoken, Verb, Word } from '../verb.ts';
import { overview } from '../views/overview.ts';
import { platformStatus } from '../views/platform.ts';
import { releaseStatus } from '../views/release.ts';
import { platformHere } from '../views/wording.ts';
import { mistaken, quoted, readPlatform, understood } from '../words.ts';

/** `release`: which of the project's, by its place. */
type Asked = { readonly kind: 'all' } | { readonly kind: 'platform'; readonly platform: PlatformId } | { readonly kind: 'release'; readonly index: number };

/** How the platforms are, or one of them, or a release. */
export const status: Verb<Asked> = {
  name: 'status',
  usage: 'status [platform|release|all]',
  about: 'Shows how the platforms are, or one of them with its jobs, or a release with what is red on it.',
  who: 'everyone',
  examples: ['/arch status linux/s390x', '/arch status', '/arch status v1.38'],
  more: 'On an incident\'s issue and in a platform\'s own channel, `/arch status` alone is about that platform; `/arch status all` is about every one. What cannot be read is called not known, and never green.',
  parse,
  needs: () => EVERYONE,
  run: (asked, scene) => ({ verdict: 'answered', reply: shown(asked, scene) }),
};

function shown(asked: Asked, scene: Scene): ReturnType<typeof overview> {
  const { platforms, releases } = scene.project;
  const platform = asked.kind === 'platform' ? platforms.find((p) => p.id === asked.platform) : undefined;
  const release = asked.kind === 'release' ? releases[asked.index] : undefined;
  if (platform) return platformStatus(platform, scene);
  return release ? releaseStatus(release, scene) : overview(scene);
}

function parse(line: CommandLine, scene: Scene, { place }: Spoken): Parsed<Asked> {
  const [word, more] = line.words;
  if (more) return mistaken(more, `\`status\` takes one platform or one release, and ${quoted(more.text)} is one too many`);
  if (!word) {
    const here = platformHere(scene, place);
    return understood(here === null ? { kind: 'all' } : { kind: 'platform', platform: here });
  }
  const asked = word.text.toLowerCase();
  const index = releaseNamed(asked, scene.project);
  if (index >= 0) return understood({ kind: 'release', index });
  if (asked === 'all') return understood({ kind: 'all' });
  const platform = readPlatform(word, scene.project);
  if (platform.ok) return understood({ kind: 'platform', platform: platform.args });
  return nearRelease(word, scene) ?? platform;
}

/** A mistake that names the release that was meant; null: a platform is as near. */
function nearRelease(word: Word, { project }: Scene): Parsed<never> | null {
  const text = word.text.slice(0, 256);
  const names = releaseNames(project);
  const bare = project.platforms.flatMap((p) => [p.id, p.id.slice(p.id.indexOf('/') + 1)]);
  const meant = nearest(text, [...bare, ...names]);
  if (meant === null || !names.includes(meant)) return null;
  return mistaken(word, `no platform or release is called ${quoted(word.text)}; did you mean \`${meant}\`?`);
}
