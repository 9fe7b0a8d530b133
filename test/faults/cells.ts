import type { Engine } from '../sweep/stores.ts';
import type { Operation, System } from './operations.ts';
import { befalls, LASTING, TROUBLES, type Trouble } from './troubles.ts';
import type { Told } from './run.ts';
import { keyOf, type Plan } from './watch.ts';

/** The trouble at each operation's first time after the program has started, or while it starts if there is no other. */
export function planOf(peace: Told, operations: readonly Operation[], trouble: Trouble): Plan {
  const nth = (key: string): number => {
    const later = peace.asked.findIndex((a, i) => i >= peace.atStart && a.key === key);
    return later < 0 ? 0 : peace.asked.slice(0, later).filter((a) => a.key === key).length;
  };
  return { targets: new Map(operations.map((o) => [keyOf(o), nth(keyOf(o))])), trouble };
}

/** The engine on which a system's troubles are tried. */
export const engineFor = (system: System): Engine => system === 'PostgreSQL' ? 'postgres' : 'sqlite';

/** Every trouble that can befall an operation, once and for long. */
export const troublesOf = (operation: Operation): Trouble[] => [...TROUBLES[operation.system], ...LASTING[operation.system]].filter((t) => befalls(t, operation));

/** Every operation that an undisturbed telling asked for. */
export function operationsOf(told: Told): Operation[] {
  return [...new Map(told.asked.map((a) => [a.key, a.operation])).values()];
}
