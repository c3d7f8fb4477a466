import winston from 'winston';

export const LOG_LEVELS = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** One line per event, named by `event`; never one per request at `info` and above. */
export type Log = (level: LogLevel, event: string, fields?: Readonly<Record<string, unknown>>) => void;

/** Writes to stderr: JSON lines, or for a person if that is a terminal. */
export function createLog(level: LogLevel, context: Readonly<Record<string, unknown>>): Log {
  const { combine, timestamp, json, printf, colorize } = winston.format;
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
    transports: [new winston.transports.Console({ stderrLevels: [...LOG_LEVELS] })],
  });
  return (at, event, fields = {}) => {
    logger.log({ level: at, message: event, ...fields });
  };
}

/** What is known of an error, down to its first cause, on one line. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? '' : `: ${explain(error.cause)}`;
  return `${error.message}${cause}`;
}
