export { locate, turnOff, turnOn, type SwitchEntries, type SwitchEntry } from './edit.ts';
export { elsewhere, type Elsewhere } from './elsewhere.ts';
export type { Cut } from '../domain/build-switch.ts';
export type { SwitchEdit } from './outcome.ts';
export { switchAll, type Switched, type SwitchedAll } from './together.ts';
export { switcher } from './switcher.ts';
