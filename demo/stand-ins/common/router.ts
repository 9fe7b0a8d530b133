import type { Answer } from './answer.ts';
import type { Call } from './call.ts';

/** A request with the parts of its path that the route names, decoded. */
export type Handler<X> = (params: Readonly<Record<string, string>>, call: Call, extra: X) => Answer | Promise<Answer>;

interface Route<X> {
  readonly method: string;
  readonly pattern: RegExp;
  readonly handler: Handler<X>;
}

/** Finds handlers by method and path; `:name` takes one segment. */
export class Router<X = undefined> {
  readonly #routes: Route<X>[] = [];

  /** Adds a route: `on('GET', '/repos/:owner/:repo', …)`. The first that fits is used. */
  on(method: string, path: string, handler: Handler<X>): this {
    const pattern = new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/:([a-z_]+)/gi, '(?<$1>[^/]+)')}/?$`);
    this.#routes.push({ method, pattern, handler });
    return this;
  }

  /** Answers a request, or null where no route fits. `path` may differ from the call's own (a prefix taken off). */
  handle(call: Call, path: string, extra: X): Answer | Promise<Answer> | null {
    for (const route of this.#routes) {
      if (route.method !== call.method) continue;
      const found = route.pattern.exec(path);
      if (found) return route.handler(decoded(found.groups ?? {}), call, extra);
    }
    return null;
  }
}

function decoded(groups: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(groups).map(([k, v]) => {
    try {
      return [k, decodeURIComponent(v)];
    } catch {
      return [k, v];
    }
  }));
}
