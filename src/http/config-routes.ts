import type Router from '@koa/router';
import { z } from 'zod';
import { parseActor } from '../actors.ts';
import { MAX_ACTORS, MAX_CONFIG_BODY } from '../limits.ts';
import type { Actor } from '../paxos/ballot.ts';
import type { CounterService } from '../runtime/service.ts';
import { respond } from './answer.ts';
import { readBody } from './body.ts';
import { HttpProblem } from './errors.ts';
import { configAnswer } from './outcomes.ts';
import { quote } from './quote.ts';

const EXPECTED = 'expected a JSON object like {"actors": ["10.0.0.1", "10.0.0.2", "10.0.0.3"]}';

/** What else the object holds is ignored. One pass over the list: everything that is wrong with it is named at once. */
const Config = z.object(
  {
    actors: z
      .array(z.unknown(), {
        error: ({ input }) =>
          input === undefined ? 'is missing' : `is not a list of addresses but ${kindOf(input)}`,
      })
      .transform((entries, context): readonly Actor[] => {
        const { actors, faults } = readActors(entries);
        for (const { path, message } of faults)
          context.issues.push({ code: 'custom', input: entries, path, message });
        return actors;
      }),
  },
  { error: ({ input }) => `the body is ${kindOf(input)}` },
);

interface Fault {
  readonly path: number[];
  readonly message: string;
}

function readActors(entries: readonly unknown[]): { readonly actors: Actor[]; readonly faults: Fault[] } {
  const faults: Fault[] = [];
  const first = new Map<Actor, { readonly index: number; readonly entry: string }>();
  if (entries.length === 0) faults.push({ path: [], message: 'is empty; a cluster has at least one actor' });
  if (entries.length > MAX_ACTORS) {
    faults.push({
      path: [],
      message: `has ${entries.length} entries; a cluster has at most ${MAX_ACTORS} actors`,
    });
  }
  for (const [index, entry] of entries.slice(0, MAX_ACTORS).entries()) {
    const fault = (message: string) => faults.push({ path: [index], message });
    if (typeof entry !== 'string') {
      fault(`is not a string but ${kindOf(entry)}`);
      continue;
    }
    const parsed = parseActor(entry);
    if (parsed.kind === 'invalid') {
      fault(`${quote(entry)} ${parsed.reason}`);
      continue;
    }
    const same = first.get(parsed.actor);
    if (same === undefined) first.set(parsed.actor, { index, entry });
    else fault(`${quote(entry)} is the same actor as actors[${same.index}] ${quote(same.entry)}`);
  }
  return { actors: [...first.keys()], faults };
}

export function parseConfig(body: Buffer): readonly Actor[] {
  const result = Config.safeParse(parseJson(body));
  if (result.success) return result.data.actors;
  const faults = result.error.issues.map(({ path, message }) => `${place(path)} ${message}`.trim());
  throw new HttpProblem(400, `${faults.join('; ')}; ${EXPECTED}`);
}

function parseJson(body: Buffer): unknown {
  if (body.length === 0) throw new HttpProblem(400, `the body is empty; ${EXPECTED}`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch (cause) {
    throw new HttpProblem(400, `the body is not UTF-8; ${EXPECTED}`, { cause });
  }
  try {
    return JSON.parse(text);
  } catch (cause) {
    const where = cause instanceof SyntaxError ? `: ${oneLine(cause.message)}` : '';
    throw new HttpProblem(400, `the body is not JSON${where}; ${EXPECTED}`, { cause });
  }
}

/** The engine's message repeats a piece of the text, line ends and all. */
function oneLine(text: string): string {
  return text.replace(/[^ -~]+/g, ' ');
}

function place(path: readonly PropertyKey[]): string {
  return path.map((key) => (typeof key === 'number' ? `[${key}]` : String(key))).join('');
}

function kindOf(input: unknown): string {
  if (input === null) return 'null';
  if (Array.isArray(input)) return 'a list';
  return typeof input === 'object' ? 'an object' : `a ${typeof input}`;
}

export function mountConfig(router: Router, service: CounterService, bodyTimeoutMs: number): void {
  router.post('/config', async (ctx) => {
    const body = await readBody(ctx.req, ctx.res, { maxBytes: MAX_CONFIG_BODY, timeoutMs: bodyTimeoutMs });
    const actors = parseConfig(body);
    respond(ctx, configAnswer(actors, await service.configure(actors)));
  });
}
