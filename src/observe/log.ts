import winston from 'winston';
import type { LogLevel } from './levels.ts';

/** One line per event, named by `event`; never one per request at `info` and above. */
export type Log = (level: LogLevel, event: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Writes to stderr: JSON lines, or for a person if that is a terminal. */
export function createLog(level: LogLevel, context: Readonly<Record<string, unknown>>): Log {
  const { combine, timestamp, json, printf, colorize } = winston.format;
  // Whoever read it may be gone: a log that nobody keeps is no reason to end.
  process.stderr.on('error', () => {});
  const forPerson = combine(
    colorize(),
    timestamp({ format: 'HH:mm:ss.SSS' }),
    printf(({ timestamp: time, level: coloured, message, ...fields }) => {
      const rest = Object.entries(fields).map(([key, value]) => `${key}=${String(value)}`);
      return [time, coloured, message, ...rest].join(' ');
    }),
  );
  const logger = winston.createLogger({
    level,
    format: process.stderr.isTTY ? forPerson : combine(timestamp(), json()),
    defaultMeta: context,
    transports: [
      new winston.transports.Console({
        stderrLevels: Object.keys(winston.config.npm.levels),
        // By way of `console`, which catches what is thrown if the disk is full.
        forceConsole: true,
      }),
    ],
  });
  return (at, event, fields = {}) => {
    logger.log({ level: at, message: event, ...fields });
  };
}
