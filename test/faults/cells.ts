import type { Flow } from '../sweep/flows/index.ts';
import type { Engine } from '../sweep/stores.ts';
import type { Operation, System } from './operations.ts';
import { befalls, LASTING, TROUBLES, type Trouble } from './troubles.ts';
import type { Told } from './run.ts';
import { keyOf, type Plan } from './watch.ts';

/** One cell of the matrix: a trouble that befalls an operation in a flow. */
export interface Cell {
  readonly flow: string;
  readonly engine: Engine;
  readonly operation: Operation;
  readonly trouble: Trouble;
}

export const planOf = ({ operation, trouble }: Pick<Cell, 'operation' | 'trouble'>): Plan => ({ operation: keyOf(operation), nth: 0, trouble });

/** The engine on which a system's troubles are tried. */
export const engineFor = (system: System): Engine => system === 'PostgreSQL' ? 'postgres' : 'sqlite';

/** Every trouble that can befall an operation, once and for long. */
export const troublesOf = (operation: Operation): Trouble[] => [...TROUBLES[operation.system], ...LASTING[operation.system]].filter((t) => befalls(t, operation));

/** Every operation that an undisturbed telling asked for. */
export function operationsOf(told: Told): Operation[] {
  return [...new Map(told.asked.map((a) => [a.key, a.operation])).values()];
}

/** Each operation with the first of the flows, in this order, that asks for it. */
export function homes(tellings: readonly { readonly flow: Flow; readonly told: Told }[]): { readonly flow: Flow; readonly operation: Operation }[] {
  const found = new Map<string, { flow: Flow; operation: Operation }>();
  for (const { flow, told } of tellings) for (const operation of operationsOf(told)) if (!found.has(keyOf(operation))) found.set(keyOf(operation), { flow, operation });
  return [...found.values()];
}
