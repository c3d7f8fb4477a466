/** What a complete search of a model has found. */
export interface Model {
  /** The small ones run in `npm test`, by tla-checker; all of them in `npm run tlc`. */
  readonly isSmall: boolean;
  readonly distinct: number;
  /** As TLC counts: with those that were found again. */
  readonly generated: number;
  readonly depth: number;
}

function small(distinct: number, generated: number, depth: number): Model {
  return { isSmall: true, distinct, generated, depth };
}

function large(distinct: number, generated: number, depth: number): Model {
  return { isSmall: false, distinct, generated, depth };
}

/** By the name of the file in models/, which says what each is about. */
export const models = {
  alone: small(43, 79, 11),
  'alone-with-learners': small(87, 208, 13),
  'alone-with-a-crash': small(174, 502, 14),
  'alone-of-five': small(547, 1_727, 15),
  ballots: small(895, 2_943, 18),
  crash: small(1_150, 4_204, 18),
  restart: small(181, 277, 12),
  batches: small(1_230, 2_262, 24),
  records: small(1_832, 4_877, 22),
  marks: small(1_545, 5_705, 20),
  reads: small(2_940, 10_950, 17),
  'reads-of-records': small(1_515, 4_141, 17),
  'reads-of-records-elsewhere': small(1_782, 5_170, 17),
  liveness: small(815, 2_733, 18),
  'liveness-after-a-crash': small(1_047, 3_070, 15),
  'reads-of-two-ballots': large(4_119, 16_954, 22),
  overtaken: large(39_977, 147_487, 27),
  'ballots-large': large(43_625, 160_404, 27),
  'ballots-of-three-proposers': large(5_395, 21_567, 21),
  'ballots-of-five-actors': large(152_395, 866_962, 26),
  'batches-large': large(59_075, 227_634, 28),
  'crash-large': large(274_283, 1_069_374, 28),
  'reads-large': large(479_151, 2_586_151, 28),
  'reads-of-two-readers': large(236_648, 1_290_369, 23),
  'records-large': large(197_035, 1_019_644, 22),
} as const satisfies Record<string, Model>;

export type ModelName = keyof typeof models;
