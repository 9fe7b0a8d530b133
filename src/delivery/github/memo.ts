import type { Answer } from './answer.ts';

interface Kept<T> {
  readonly answer: Promise<Answer<T>>;
  until: number;
}

/** Answers worth remembering: asked for once however many want them at the same time, forgotten when they failed. */
export interface Memo<T> {
  get(key: string): Promise<Answer<T>>;
  /** Forgets what is kept and returns it, if there was any; with `value`, only if that is it: others may have a newer one by now. */
  forget(key: string, value?: T): Promise<T | null>;
}

/** `lifetime`: milliseconds for which an answer is kept, Infinity for as long as the process lives. */
export function createMemo<T>(load: (key: string) => Promise<Answer<T>>, now: () => number, lifetime: (data: T) => number = () => Infinity): Memo<T> {
  const kept = new Map<string, Kept<T>>();
  const start = (key: string): Promise<Answer<T>> => {
    const entry: Kept<T> = { answer: load(key), until: Infinity };
    kept.set(key, entry);
    const drop = (): void => { if (kept.get(key) === entry) kept.delete(key); };
    entry.answer.then((a) => { if (a.ok) entry.until = now() + lifetime(a.data); else drop(); }, drop);
    return entry.answer;
  };
  return {
    get: (key) => {
      const entry = kept.get(key);
      return entry && now() < entry.until ? entry.answer : start(key);
    },
    forget: async (key, value) => {
      const entry = kept.get(key);
      if (!entry) return null;
      const answer = await entry.answer;
      if (!answer.ok || (value !== undefined && answer.data !== value)) return null;
      if (kept.get(key) === entry) kept.delete(key);
      return answer.data;
    },
  };
}
