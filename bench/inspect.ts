import { MIB, type Held } from './measure.ts';

/** Where the inspector of a program listens that was started with `--inspect=127.0.0.1:0`: in one of its lines. */
export const inspectorIn = (line: string): string | null => /ws:\/\/127\.0\.0\.1:\d+\/[\w-]+/.exec(line)?.[0] ?? null;

/** What a running program holds when its garbage is collected, asked of its inspector. */
export async function heldBy(inspector: string): Promise<Held> {
  const socket = new WebSocket(inspector);
  await new Promise<void>((open, fail) => {
    socket.addEventListener('open', () => { open(); });
    socket.addEventListener('error', () => { fail(new Error(`${inspector} does not answer`)); });
  });
  let sent = 0;
  const ask = (method: string, params: object = {}): Promise<{ result?: { value?: unknown } }> => new Promise((answered) => {
    const id = ++sent;
    socket.addEventListener('message', ({ data }) => {
      const answer = JSON.parse(String(data)) as { id?: number; result?: { result?: { value?: unknown } } };
      if (answer.id === id) answered(answer.result ?? {});
    });
    socket.send(JSON.stringify({ id, method, params }));
  });
  // Twice, as finalisers hold some of it until the first is over.
  for (let n = 0; n < 2; n++) await ask('HeapProfiler.collectGarbage');
  const { result } = await ask('Runtime.evaluate', { expression: 'process.memoryUsage()', returnByValue: true });
  socket.close();
  const { heapUsed, external, rss } = result?.value as NodeJS.MemoryUsage;
  return { heap: (heapUsed + external) / MIB, rss: rss / MIB };
}
