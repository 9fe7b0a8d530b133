import { findMentions } from './mention-scan.ts';
import type { Issue, State, User } from './state.ts';

/** One person or team that GitHub would notify because a text names them. */
export interface Mention {
  /** `@login` or `@org/team`, as it was written. */
  readonly handle: string;
  readonly at: number;
  readonly by: User;
  readonly issue: Issue;
  readonly where: 'issue' | 'comment';
  /** Page of the text. */
  readonly url: string;
  /** It came into the text by an edit. */
  readonly edited: boolean;
  /** It stands only inside a block quote. */
  readonly quoted: boolean;
  /** The stand-in knows such a person or team; the real GitHub may know many more. */
  readonly known: boolean;
}

/** Keeps the record of mentions: each handle once per text, whether it was there from the start or came by an edit. */
export class Mentions {
  readonly all: Mention[] = [];
  readonly #told = new WeakMap<object, Set<string>>();
  readonly #state: State;

  constructor(state: State) { this.#state = state; }

  /** Reads a text that was written or edited; `owner` is the issue or comment that it belongs to. */
  read(owner: object, text: string, about: Omit<Mention, 'handle' | 'quoted' | 'known'>): void {
    const told = this.#told.get(owner) ?? new Set<string>();
    this.#told.set(owner, told);
    for (const { handle, quoted } of findMentions(text)) {
      const key = handle.toLowerCase();
      if (told.has(key)) continue;
      told.add(key);
      this.all.push({ ...about, handle, quoted, known: this.#knows(key.slice(1)) });
    }
  }

  #knows(name: string): boolean { return name.includes('/') ? this.#state.teams.has(name) : this.#state.users.has(name); }
}
