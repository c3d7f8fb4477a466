/** Sends back every message that comes over its link. Says its port, and is told its peer's. */
import { linked } from './linked.ts';

const end = await linked({ up: () => {}, receive: (messages) => end.send(messages) });
process.on('message', (port) => end.link(Number(port)));
process.on('disconnect', () => process.exit());
process.send?.(end.port);
