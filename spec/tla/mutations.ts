import type { ModelName } from './models.ts';

/** A deliberate mistake in the specification, and the invariant or property that has to catch it. */
export interface Mutation {
  readonly name: string;
  /** Each text stands exactly once in the module. */
  readonly replace: readonly (readonly [text: string, by: string])[];
  readonly model: ModelName;
  readonly caughtBy: string;
}

export const mutations: readonly Mutation[] = [
  {
    name: 'a quorum is one actor',
    replace: [
      [
        'Majority(actors) == 2 * Cardinality(actors) > Cardinality(Actors)',
        'Majority(actors) == actors # {}',
      ],
    ],
    model: 'ballots',
    caughtBy: 'OneChain',
  },
  {
    name: 'an acceptor does not keep what it promises',
    replace: [
      [
        "  /\\ Write(a, [Flushed(a) EXCEPT !.promise = ballot])\n  /\\ sent'",
        "  /\\ UNCHANGED <<disk, shown>>\n  /\\ sent'",
      ],
    ],
    model: 'ballots',
    caughtBy: 'OneChain',
  },
  {
    name: 'an acceptor takes a vote below its promise',
    replace: [['  /\\ ~BallotBelow(vote.ballot, disk[a].promise)\n', '']],
    model: 'ballots',
    caughtBy: 'OneChain',
  },
  {
    name: 'a promise is forgotten at a crash',
    replace: [
      [
        '  /\\ UNCHANGED <<disk, shown>>',
        "  /\\ disk' = [disk EXCEPT ![a].promise = NoBallot]\n  /\\ UNCHANGED shown",
      ],
    ],
    model: 'crash',
    caughtBy: 'OneChain',
  },
  {
    name: 'a vote is forgotten at a crash',
    replace: [
      [
        '  /\\ UNCHANGED <<disk, shown>>',
        "  /\\ disk' = [disk EXCEPT ![a].vote = NoVote]\n  /\\ UNCHANGED shown",
      ],
    ],
    model: 'crash',
    caughtBy: 'OneChain',
  },
  {
    name: 'a prepare leaves before the own promise is durable',
    replace: [
      [
        "     /\\ Write(a, [Flushed(a) EXCEPT !.promise = ballot])\n     /\\ memory'",
        "     /\\ UNCHANGED <<disk, shown>>\n     /\\ memory'",
      ],
    ],
    model: 'restart',
    caughtBy: 'OneStatePerVote',
  },
  {
    name: 'the base is the lowest vote',
    replace: [
      [
        'LET base == HighestVote({m.vote : m \\in promises})',
        'LET base == CHOOSE low \\in {m.vote : m \\in promises} : \\A vote \\in {m.vote : m \\in promises} : ~VoteBelow(vote, low)',
      ],
    ],
    model: 'ballots',
    caughtBy: 'OneChain',
  },
  {
    name: 'the base is the highest mark instead of the highest vote',
    replace: [
      [
        'LET base == HighestVote({m.vote : m \\in promises})',
        'LET base == HighestVote({m.mark : m \\in promises})',
      ],
    ],
    model: 'ballots',
    caughtBy: 'OneChain',
  },
  {
    name: 'the slot is not incremented',
    replace: [
      ['slot |-> latest.slot + 1, state', 'slot |-> IF latest.slot = 0 THEN 1 ELSE latest.slot, state'],
    ],
    model: 'batches',
    caughtBy: 'OneStatePerVote',
  },
  {
    name: 'a ballot begins its slots anew',
    replace: [
      [
        'vote == VoteAfter(base, memory[a].ballot, batches)',
        'vote == VoteAfter([base EXCEPT !.slot = 0], memory[a].ballot, batches)',
      ],
    ],
    model: 'ballots',
    caughtBy: 'OneChain',
  },
  {
    name: 'a batch is counted again when it is delivered twice',
    replace: [['  IF Counts(state, batch.origin, batch.number) THEN state\n  ELSE LET', '  LET']],
    model: 'batches',
    caughtBy: 'CountedOnce',
  },
  {
    name: 'batch numbers start again after a restart',
    replace: [
      [
        'number == <<memory[a].incarnation, memory[a].sequence + 1>>',
        'number == <<1, memory[a].sequence + 1>>',
      ],
    ],
    model: 'records',
    caughtBy: 'OneContentPerNumber',
  },
  {
    name: 'a recorded batch leaves before its final amount is durable',
    replace: [
      ['EXCEPT !.sealed = batch, !.open = NoBatch]', 'EXCEPT !.sealed = disk[a].open, !.open = NoBatch]'],
    ],
    model: 'records',
    caughtBy: 'OneContentPerNumber',
  },
  {
    name: 'an increment is answered 200 when its batch is proposed',
    replace: [
      [
        '\\E v \\in sent.chosen :\n       OriginCounted(a, v)',
        '\\E v \\in sent.accept :\n       OriginCounted(a, v)',
      ],
    ],
    model: 'batches',
    caughtBy: 'Kept200',
  },
  {
    name: 'a result is the total of the whole batch',
    replace: [['SubSeq(total, 1, Len(total) - Len(amount) + place)', 'total']],
    model: 'records',
    caughtBy: 'Kept200',
  },
  {
    name: 'a 202 is answered before it is durable',
    replace: [
      ['     /\\ Write(a, [Flushed(a) EXCEPT ![which] = batch])\n', '     /\\ UNCHANGED <<disk, shown>>\n'],
    ],
    model: 'records',
    caughtBy: 'Kept202',
  },
  {
    name: 'the record of a 202 is dropped at a crash',
    replace: [
      [
        '  /\\ UNCHANGED <<disk, shown>>',
        "  /\\ disk' = [disk EXCEPT ![a].sealed = NoBatch, ![a].open = NoBatch]\n  /\\ UNCHANGED shown",
      ],
    ],
    model: 'records',
    caughtBy: 'Kept202',
  },
  {
    name: 'who holds a vote at least as high as a notice marks it',
    replace: [['  /\\ SameVote(disk[a].vote, v)\n', '  /\\ ~VoteBelow(disk[a].vote, v)\n']],
    model: 'marks',
    caughtBy: 'MarksAreChosen',
  },
  {
    name: 'a mark goes down',
    replace: [
      [
        '  /\\ VoteBelow(memory[a].mark, v)\n  /\\ Mark(a, v, memory[a].phase)',
        '  /\\ ~SameVote(memory[a].mark, v)\n  /\\ Mark(a, v, memory[a].phase)',
      ],
    ],
    model: 'marks',
    caughtBy: 'MarksOnlyGrow',
  },
  {
    name: 'value shows a mark that is not durable',
    replace: [
      [
        '     /\\ Write(a, IF IsLazy THEN disk[a] ELSE [disk[a] EXCEPT !.mark = v, !.sealed = written])\n',
        "     /\\ shown' = [shown EXCEPT ![a] = Higher(@, v)]\n     /\\ UNCHANGED disk\n",
      ],
    ],
    model: 'records',
    caughtBy: 'MarksOnlyGrow',
  },
  {
    name: 'a read takes the highest vote without knowing it to be chosen',
    replace: [['v = m /\\ IsKnownToBeChosen(r, m)', 'v = m']],
    model: 'reads',
    caughtBy: 'ReadsAreLinearizable',
  },
  {
    name: 'a read takes votes of the same slot for the same vote',
    replace: [
      ['y \\in reads[r].answers : SameVote(y.vote, m)', 'y \\in reads[r].answers : y.vote.slot = m.slot'],
    ],
    model: 'reads-of-two-ballots',
    caughtBy: 'ReadsAreLinearizable',
  },
  {
    name: 'a read takes a mark at least as high as the highest vote, and does not wait for marks',
    replace: [
      [
        '\\E x \\in reads[r].answers : SameVote(x.mark, m)',
        '\\E x \\in reads[r].answers : ~VoteBelow(x.mark, m)',
      ],
      ['    /\\ ~VoteBelow(v, x.mark)\n', ''],
    ],
    model: 'reads-of-two-ballots',
    caughtBy: 'MarksAreChosen',
  },
  {
    name: 'a read hears no majority',
    replace: [
      ['ReaderSettles(r, m, v) ==\n  /\\ r \\in Answered\n', 'ReaderSettles(r, m, v) ==\n'],
      [
        '\\E r \\in actors \\cap Answered : \\E m \\in {HighestHeard(r)} : \\E v',
        '\\E r \\in {x \\in Asking : Heard(x) # {}} : \\E m \\in {HighestHeard(r)} : \\E v',
      ],
    ],
    model: 'reads',
    caughtBy: 'ReadsAreLinearizable',
  },
  {
    name: 'a read is answered with the own mark, below the highest vote heard',
    replace: [['v = memory[r].mark /\\ ~VoteBelow(v, m)', 'v = memory[r].mark']],
    model: 'reads',
    caughtBy: 'ReadsAreLinearizable',
  },
  {
    name: 'a read does not look at watermarks',
    replace: [['    /\\ x.watermark # NoNumber => Counts(v.state, x.from, x.watermark)\n', '']],
    model: 'reads-of-records',
    caughtBy: 'ReadsInclude202',
  },
  {
    name: 'a read does not wait for the marks that it was told of',
    replace: [['    /\\ ~VoteBelow(v, x.mark)\n', '']],
    model: 'reads-of-records',
    caughtBy: 'ReadsInclude202',
  },
  {
    name: "a record is settled by the proposer's word alone",
    replace: [
      [
        "/\\ memory' = IF isRecorded THEN memory ELSE [memory EXCEPT ![a].sealed = NoBatch]\n     /\\ UNCHANGED <<disk, sent",
        "/\\ memory' = [memory EXCEPT ![a].sealed = NoBatch]\n     /\\ disk' = [disk EXCEPT ![a].sealed = NoBatch]\n     /\\ UNCHANGED <<sent",
      ],
      ['     /\\ isRecorded => Waiting(batch) # {}\n', ''],
    ],
    model: 'reads-of-records-elsewhere',
    caughtBy: 'ReadsInclude202',
  },
  {
    name: 'a nack does not end the ballot',
    replace: [['  /\\ BallotBelow(memory[a].ballot, disk[c].promise)\n', '  /\\ FALSE\n']],
    model: 'overtaken',
    caughtBy: 'EveryIncrementIsCounted',
  },
  {
    name: 'a recorded batch is not sent again after a restart',
    replace: [['  /\\ memory[a].sealed \\notin sent.submit \\cup {NoBatch}\n', '  /\\ FALSE\n']],
    model: 'liveness-after-a-crash',
    caughtBy: 'EveryIncrementIsCounted',
  },
  {
    name: 'a proposer does without the first accept of a ballot whose base is not chosen',
    replace: [[' \\/ ~SameVote(mark, base) \\/ Carries', ' \\/ Carries']],
    model: 'liveness',
    caughtBy: 'EveryIncrementIsCounted',
  },
];

export function isOfReads({ model }: Mutation): boolean {
  return model.startsWith('reads');
}
