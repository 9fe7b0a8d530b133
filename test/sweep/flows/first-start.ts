import { spec } from '../people.ts';
import type { Flow } from './index.ts';

/** The first start on an empty store: tables are made, sources read, owners looked up. */
export const firstStart: Flow = { name: 'first start', spec: spec(), empty: true, steps: [], ends: [/audit:/] };
