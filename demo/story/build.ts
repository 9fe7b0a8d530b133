/** How the made-up project is built: the files that say for which platforms, and what the check prints that builds all of them. */

/** The check that a pull request needs: it builds every platform. */
export const CROSS_BUILD = 'cross build';

const SCRIPT = `#!/usr/bin/env bash
# The platforms that Orrery is built for; \`make cross\` builds one after the other.

readonly ORRERY_PLATFORMS=(
  linux/amd64
  linux/arm64
  linux/s390x
)
`;

const WORKFLOW = `name: release
on:
  push:
    tags: ['v*']
env:
  PLATFORMS: linux/amd64,linux/arm64,linux/s390x   # what the image is published for
jobs:
  image:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v5
      - run: docker buildx build --platform="$PLATFORMS" --push --tag=orrery/orreryd .
`;

const MAKEFILE = `include hack/platforms.sh

CC_linux_amd64 := gcc
CC_linux_arm64 := aarch64-linux-gnu-gcc
CC_linux_s390x := s390x-linux-gnu-gcc
`;

/** The files that name the platforms, by their path. The first two are switches of the configuration. */
export const BUILD_FILES: Readonly<Record<string, string>> = { 'hack/platforms.sh': SCRIPT, '.github/workflows/release.yml': WORKFLOW, 'Makefile': MAKEFILE };

/** The files that turn a platform off and on. */
export const SWITCHED = ['hack/platforms.sh', '.github/workflows/release.yml'] as const;

const built = (platform: string): string[] => [`==> ${platform}`, `    out/${platform.replace('/', '-')}/orreryd   ok`];

/** What the check prints where linux/s390x cannot be linked. */
export const CANNOT_LINK = [
  '$ make cross', ...built('linux/amd64'), ...built('linux/arm64'), '==> linux/s390x',
  's390x-linux-gnu-gcc -O2 -o out/linux-s390x/orreryd index/repair.o index/read.o sky/draw.o -lm',
  '/usr/bin/s390x-linux-gnu-ld: index/repair.o: undefined reference to `__atomic_compare_exchange_16\'',
  'collect2: error: ld returned 1 exit status', 'make: *** [Makefile:19: out/linux-s390x/orreryd] Error 1', '',
].join('\n');

/** What it prints when all goes well. */
export const ALL_BUILT = ['$ make cross', ...built('linux/amd64'), ...built('linux/arm64'), ...built('linux/s390x'), ''].join('\n');

/** And when linux/s390x is not built. */
export const BUILT_WITHOUT = ['$ make cross', ...built('linux/amd64'), ...built('linux/arm64'), ''].join('\n');
