import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Settings } from './config.ts';
import { createHandler } from './http/handler.ts';
import { createHttpServer } from './http/server.ts';
import { STOP_WITHIN_MS, SUCCEED_PAUSE_MS, SUCCEED_WITHIN_MS, TICK_MS } from './limits.ts';
import { explain } from './observe/explain.ts';
import type { Log } from './observe/log.ts';
import { TraceFile } from './observe/trace.ts';
import { Service } from './service.ts';
import { StoreInUseError } from './store/errors.ts';
import { openLmdbStore } from './store/lmdb-store.ts';
import { createLinks } from './transport/links.ts';

export interface RunningNode {
  /** The real one, if the port was left to the operating system. */
  readonly port: number;
  /** Accepts nothing more, answers what is under way within a bound, and closes the store. */
  stop(): Promise<void>;
}

/** Composes one actor, and starts it: store, links, service, HTTP, clock. Rejects with an error for a person. */
export async function startNode(settings: Settings, log: Log): Promise<RunningNode> {
  const directory = join(settings.data, settings.id);
  const store = await openStore(directory, settings.durability, log);
  const trace = openTrace(settings, store.incarnation, log);
  let { listen } = settings;
  const service = new Service({
    settings,
    store,
    log,
    listening: () => listen,
    trace,
    createLinks: (listener) =>
      createLinks({ log, clock: trace ?? undefined, random: Math.random, nonce: randomUUID(), listener }),
  });
  const onError = (error: unknown) => log('error', 'unexpected error', { reason: explain(error) });
  const { addRoutes, isCall, accept } = service.links;
  const handler = createHandler({
    service,
    peerRoutes: addRoutes,
    onError,
  });
  const server = createHttpServer(handler, { onError, upgrades: { wants: isCall, accept } });
  try {
    const { port } = await server.listen(listen.port, listen.host);
    listen = { ...listen, port };
  } catch (error) {
    await service.stop();
    await store.close();
    throw error;
  }
  const clock = setInterval(() => service.tick(), TICK_MS);
  const { identity, incarnation } = store;
  log('info', 'started', {
    listen: `${listen.host}:${listen.port}`,
    directory,
    incarnation,
    store: identity,
  });
  return {
    port: listen.port,
    async stop() {
      log('info', 'stopping');
      service.announceStop();
      const { cut } = await server.stop(STOP_WITHIN_MS);
      await service.stop();
      clearInterval(clock);
      await store.close();
      trace?.close();
      log('info', 'stopped', { cut });
    },
  };
}

function openTrace({ trace: file, traceSample: sample }: Settings, incarnation: number, log: Log) {
  if (file === undefined) return null;
  const failed = (error: unknown) => log('error', 'trace failed', { file, reason: explain(error) });
  return new TraceFile({ file, incarnation, sample, failed });
}

/** Who restarts an actor may not have waited for the end of its predecessor, which still answers what is under way. */
async function openStore(directory: string, durability: Settings['durability'], log: Log) {
  const deadline = performance.now() + SUCCEED_WITHIN_MS;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await openLmdbStore({ directory, durability });
    } catch (error) {
      if (!(error instanceof StoreInUseError) || performance.now() > deadline) throw error;
      if (attempt === 1) log('warn', 'waiting for another process to end', { reason: explain(error) });
      await pause(SUCCEED_PAUSE_MS);
    }
  }
}
