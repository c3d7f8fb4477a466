import { isIP } from 'node:net';
import { Argument, InvalidArgumentError, Option } from 'commander';
import { DEFAULT_PORT, parseActor } from './actors.ts';
import { MAX_ACTORS } from './limits.ts';
import { LOG_LEVELS, type LogLevel } from './observe/levels.ts';
import type { Actor } from './paxos/ballot.ts';

/** How one actor runs. A flag goes before its environment variable, which goes before the default. */
export interface Settings {
  readonly id: string;
  readonly listen: ListenAddress;
  /** How the other actors reach this one, if it cannot find out by itself. */
  readonly advertise?: Actor;
  /** Each id has a directory of its own in it. */
  readonly data: string;
  readonly durability: 'disk' | 'process';
  readonly minority: 'accept' | 'refuse';
  /** Milliseconds. */
  readonly commitTimeout: number;
  /** Milliseconds. */
  readonly readTimeout: number;
  readonly scheduling: 'batch' | 'normal';
  readonly logLevel: LogLevel;
  /** The file that what this actor does is appended to. */
  readonly trace?: string;
  /** Of how many counters one is traced. */
  readonly traceSample: number;
}

export interface ListenAddress {
  readonly host: string;
  /** 0 leaves the choice to the operating system. */
  readonly port: number;
}

const MIN_TIMEOUT_MS = 10;
const MAX_TIMEOUT_MS = 600_000;

export const idArgument = new Argument('<id>', 'names the data of this actor: 1, 2, …').argParser(parseId);

/** Every flag that sets one. `data` is what its flag is without being given; absent, the caller has to choose. */
export const settingOptions = (data?: string): readonly Option[] => [
  new Option('--listen <host:port>', 'where clients and actors connect')
    .env('QUORATE_LISTEN')
    .default({ host: '0.0.0.0', port: DEFAULT_PORT }, `0.0.0.0:${DEFAULT_PORT}`)
    .argParser(parseListen),
  new Option('--advertise <address>', 'which of the actors this is, if it cannot find out by itself')
    .env('QUORATE_ADVERTISE')
    .argParser(parseAdvertise),
  new Option('--data <directory>', 'holds the data, in a directory per id')
    .env('QUORATE_DATA')
    .default(data)
    .argParser(parsePath('directory')),
  new Option('--durability <kind>', 'disk: survives power loss; process: survives kill -9, and is faster')
    .env('QUORATE_DURABILITY')
    .choices(['disk', 'process'])
    .default('disk'),
  new Option('--minority <kind>', 'without a majority, accept increments to count them later, or refuse them')
    .env('QUORATE_MINORITY')
    .choices(['accept', 'refuse'])
    .default('accept'),
  new Option('--commit-timeout <duration>', 'how long an increment may wait for a majority')
    .env('QUORATE_COMMIT_TIMEOUT')
    .default(1_000, '1s')
    .argParser(parseDuration),
  new Option('--read-timeout <duration>', 'how long a consistent read may wait for a majority')
    .env('QUORATE_READ_TIMEOUT')
    .default(5_000, '5s')
    .argParser(parseDuration),
  new Option('--scheduling <kind>', 'batch: more throughput; normal: interrupts whatever else runs here')
    .env('QUORATE_SCHEDULING')
    .choices(['batch', 'normal'])
    .default('batch'),
  new Option('--log-level <level>', 'what is logged to stderr')
    .env('QUORATE_LOG_LEVEL')
    .choices(LOG_LEVELS)
    .default('info'),
  new Option('--trace <file>', 'appends what this actor does to that file, for the checker of traces')
    .env('QUORATE_TRACE')
    .argParser(parsePath('file')),
  new Option('--trace-sample <count>', 'traces one of so many counters')
    .env('QUORATE_TRACE_SAMPLE')
    .default(1)
    .argParser(parseSample),
];

/** Ids name directories: letters, digits, `-` and `_`. */
export function parseId(text: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(text)) return text;
  throw new InvalidArgumentError('Expected 1 to 64 letters, digits, "-" or "_", like 1.');
}

export function parseDuration(text: string): number {
  const [, digits, unit] = /^(\d{1,6})(ms|s|m)$/.exec(text) ?? [];
  const ms = Number(digits) * (unit === 'm' ? 60_000 : unit === 's' ? 1_000 : 1);
  if (ms >= MIN_TIMEOUT_MS && ms <= MAX_TIMEOUT_MS) return ms;
  throw new InvalidArgumentError('Expected a duration from 10ms to 10m, like 500ms, 2s or 1m.');
}

export function parseListen(text: string): ListenAddress {
  const [, bracketed, bare, port] = /^(?:\[([^\]]+)\]|([^:]+)):(\d{1,5})$/.exec(text) ?? [];
  const host = bracketed ?? bare ?? '';
  if (isIP(host) !== 0 && Number(port) <= 65_535) return { host, port: Number(port) };
  throw new InvalidArgumentError('Expected an address and a port, like 0.0.0.0:7777 or [::]:7777.');
}

function parseAdvertise(text: string): Actor {
  const parsed = parseActor(text);
  if (parsed.kind === 'actor') return parsed.actor;
  throw new InvalidArgumentError(`It ${parsed.reason}.`);
}

function parsePath(what: string) {
  return (text: string): string => {
    if (text !== '' && !text.includes('\0')) return text;
    throw new InvalidArgumentError(`Expected the path of a ${what}.`);
  };
}

function parseSample(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a number from 1 to 999999.');
}

export function parseActorCount(text: string): number {
  const count = Number(text);
  if (/^\d+$/.test(text) && count >= 1 && count <= MAX_ACTORS) return count;
  throw new InvalidArgumentError(`Expected a number of actors from 1 to ${MAX_ACTORS}, like 3.`);
}
