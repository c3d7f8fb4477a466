import type { Bench } from './bench.ts';
import { check } from './check.ts';
import { compare } from './compare.ts';
import { failover } from './failover.ts';
import { hot } from './hot.ts';
import { latency } from './latency.ts';
import { reads } from './reads.ts';
import { scale } from './scale.ts';
import { soak } from './soak.ts';
import { throughput } from './throughput.ts';

export const benches: readonly Bench[] = [
  latency,
  throughput,
  reads,
  hot,
  failover,
  scale,
  compare,
  check,
  soak,
];
