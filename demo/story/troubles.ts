import type { CiTest } from '../stand-ins/ci/index.ts';

/** A number written on one machine and read on another that keeps its bytes in the opposite order: s390x's classic. */
export const byteOrder: Readonly<Record<'e2e' | 'unit', readonly CiTest[]>> = {
  e2e: [{ name: 'stars are found by their number after a restart', message: 'catalogue.idx: star 424242 is not found: wrote 0x00067932, read 0x32790600' }],
  unit: [{ name: 'TestIndexRoundTrip', message: 'index_test.go:88: got 846792192, want 424242' }],
};

/** A product and a sum in one instruction, rounded once instead of twice: arm64's. */
export const rounding: readonly CiTest[] = [{ name: 'TestOrbitPrecision', message: 'orbit_test.go:141: perihelion of Mercury: got 0.30749951, want 0.30749950 (AU)' }];

/** The machine that should show the page is not there. */
export const noBrowser: readonly CiTest[] = [{ name: 'the sky of a date is shown', message: 'browser.spec: connect ECONNREFUSED: no browser answers' }];

/** The machine that should run the tests is not there. */
export const unreachable: readonly CiTest[] = [];
