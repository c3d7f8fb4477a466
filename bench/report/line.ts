/** A line of the results: what a run was, and what it found. */
import { z } from 'zod';

const params = z.record(z.string(), z.union([z.string(), z.number()]));

/** The lowest and the highest of the rounds, of what was measured in several. */
const spread = z.tuple([z.number(), z.number()]).readonly().optional();

const latency = z.object({
  p50: z.number(),
  p90: z.number(),
  p99: z.number(),
  p999: z.number(),
  max: z.number(),
  mean: z.number(),
});

/** How a run was made. Earlier results do not tell all of it. */
const settings = z.object({
  seed: z.number(),
  seconds: z.number(),
  warmUp: z.number(),
  runIn: z.number().default(0),
  actors: z.number().optional(),
  durabilities: z
    .array(z.enum(['disk', 'process']))
    .readonly()
    .optional(),
  isBrief: z.boolean().optional(),
  isTraced: z.boolean().optional(),
  limit: z.number().optional(),
  rate: z.number().optional(),
});

export const line = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('run'),
    command: z.string(),
    time: z.string(),
    ...settings.shape,
    machine: z.object({
      id: z.string(),
      kernel: z.string(),
      cpu: z.string(),
      cores: z.number(),
      memoryBytes: z.number(),
      fileSystem: z.string(),
      node: z.string(),
      commit: z.string(),
      /** Of the load, and of what it starts. Earlier results do not say. */
      policy: z.string().default('unknown'),
    }),
  }),
  z.object({
    type: z.literal('measurement'),
    command: z.string(),
    name: z.string(),
    params,
    operations: z.number(),
    seconds: z.number(),
    perSecond: z.number(),
    /** Milliseconds. */
    latency,
    /** Microseconds an operation. */
    cpu: z.object({ servers: z.number(), generator: z.number() }),
    /** Percentiles and milliseconds. */
    curve: z.array(z.tuple([z.number(), z.number()])),
  }),
  z.object({
    type: z.literal('figure'),
    command: z.string(),
    name: z.string(),
    params,
    value: z.number(),
    /** What was measured was not over yet. */
    isAtLeast: z.boolean().optional(),
    spread,
    unit: z.string(),
  }),
  z.object({
    type: z.literal('bar'),
    command: z.string(),
    name: z.string(),
    demand: z.enum(['at least', 'at most']),
    bound: z.number(),
    value: z.number(),
    spread,
    met: z.boolean(),
  }),
  /** Of `check`: whether it is as fast as it was. */
  z.object({
    type: z.literal('verdict'),
    command: z.string(),
    passed: z.boolean(),
    /** The time of that run; null if there was none. */
    comparedWith: z.string().nullable(),
    reasons: z.array(z.string()),
  }),
  /** Every counter was read consistently, and was the sum of what was acknowledged. */
  z.object({
    type: z.literal('sums'),
    command: z.string(),
    name: z.string(),
    counters: z.number(),
    acknowledged: z.string(),
    /** Of them: answered 202, no majority had counted them in time. Earlier results have none, since those runs failed. */
    recorded: z.number().default(0),
  }),
  z.object({
    type: z.literal('peer'),
    command: z.string(),
    name: z.string(),
    version: z.string(),
    guarantees: z.string(),
  }),
  z.object({ type: z.literal('skipped'), command: z.string(), name: z.string(), reason: z.string() }),
]);

export type Line = z.infer<typeof line>;
export type LineOf<T extends Line['type']> = Extract<Line, { type: T }>;
export type Params = Readonly<Record<string, string | number>>;

/** The lines of one run; throws at what is no result. */
export function parseResults(text: string): Line[] {
  return text
    .split('\n')
    .filter((one) => one !== '')
    .map((one) => line.parse(JSON.parse(one)));
}
