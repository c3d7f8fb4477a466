import { etcd } from './etcd.ts';
import { nats } from './nats.ts';
import type { Peer } from './peer.ts';
import { postgresql } from './postgresql.ts';
import { redisPeers } from './redis.ts';
import { zookeeper } from './zookeeper.ts';

export const peers: readonly Peer[] = [etcd, zookeeper, nats, postgresql, ...redisPeers];
