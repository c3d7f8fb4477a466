--------------------------------------- MODULE Quorate ---------------------------------------
(*********************************************************************************************)
(* The protocol of docs/protocol.md for one counter, in its words.                           *)
(*                                                                                           *)
(* Each action is one step of a role, named after the role and what it is given, as in       *)
(* src/paxos and src/counter: AcceptorAccept is what an acceptor does with an `accept`.      *)
(* A step and the flush that its answer waits for are one action: before the flush nobody    *)
(* has seen anything of it.                                                                  *)
(*                                                                                           *)
(* Messages are never taken away. Whom one concerns may receive it at any time, before or    *)
(* after any other, again and again: that is delay, reordering and duplication. Never to     *)
(* receive it is loss. A batch that was submitted may reach any proposer: that is also all   *)
(* that forwarding, handing over and sending again can do.                                   *)
(*********************************************************************************************)
EXTENDS Words

CONSTANTS
  Proposers,      \* the actors that run phase 1
  Readers,        \* the actors at which a client reads, once at each
  Answering,      \* the actors whose answers reach a reader
  Learners,       \* the actors that chosen notices reach
  Crashing,       \* the actors that may crash
  Connected,      \* the actors that stay connected: only their steps have to happen
  MaxRound,       \* the highest round
  MaxSlot,        \* the highest slot
  MaxIncrements,  \* how many increments there are
  MaxCrashes,     \* how many crashes there are, of all actors together
  ReadsAfter,     \* how many accepts were sent before a client reads
  MayRecord,      \* whether increments may be answered 202
  IsLazy          \* whether marks are written later than they are known

VARIABLES
  disk,           \* per actor, what survives a crash
  memory,         \* per actor, what does not
  sent,           \* all messages that were ever sent, by type
  increments,     \* what clients know of their increments
  reads,          \* the read rounds, and what clients know of their reads
  shown           \* per actor, the highest vote that `value` has shown a client

vars == <<disk, memory, sent, increments, reads, shown>>

----------------------------------------------------------------------------------------------
(* Words: besides those of Words.tla *)

\* The actors that have accepted `v`, whatever they have accepted since.
Accepters(v) == {m.from : m \in {answer \in sent.accepted : SameVote(answer, v)}}

Chosen == {v \in sent.accept : Majority(Accepters(v))}

\* The read rounds, by their readers: under way, and answered by a majority.
Asking == {r \in Readers : reads[r].stage = "asking"}

Heard(r) == {x.from : x \in reads[r].answers}

Answered == {r \in Asking : Majority(Heard(r))}

Elements(s) == {s[k] : k \in 1..Len(s)}

IsPrefix(t1, t2) == Len(t1) <= Len(t2) /\ SubSeq(t2, 1, Len(t1)) = t1

----------------------------------------------------------------------------------------------
(* What an increment is answered *)

Waiting(batch) == {i \in Elements(batch.amount) : increments[i].answer = "none"}

\* total - amount + running sum, in sequences.
Result(total, amount, i) ==
  LET place == CHOOSE k \in 1..Len(amount) : amount[k] = i
  IN SubSeq(total, 1, Len(total) - Len(amount) + place)

Answered200(batch, state) ==
  [i \in 1..Len(increments) |->
    IF i \in Waiting(batch)
    THEN [increments[i] EXCEPT
           !.answer = "200",
           !.total = Result(state.origins[batch.origin].total, batch.amount, i)]
    ELSE increments[i]]

Answered202(batch) ==
  [i \in 1..Len(increments) |->
    IF i \in Waiting(batch) THEN [increments[i] EXCEPT !.answer = "202"] ELSE increments[i]]

IsRecorded(a, batch) ==
  batch # NoBatch /\ batch.number \in {disk[a].sealed.number, disk[a].open.number}

----------------------------------------------------------------------------------------------
(* What is durable: src/runtime/flushes.ts *)

\* A flush takes along all that waited for one: the mark, and that it has settled a record.
Flushed(a) ==
  [disk[a] EXCEPT !.mark = memory[a].mark,
                  !.sealed = IF memory[a].sealed.number = @.number THEN @ ELSE NoBatch]

\* Clients ask for `value` all the time, and are shown the mark that is durable.
Write(a, register) ==
  /\ disk' = [disk EXCEPT ![a] = register]
  /\ shown' = [shown EXCEPT ![a] = Higher(@, register.mark)]

Flush(a) ==
  /\ disk[a].mark # memory[a].mark
  /\ Write(a, Flushed(a))
  /\ UNCHANGED <<memory, sent, increments, reads>>

----------------------------------------------------------------------------------------------
(* Proposer: src/paxos/proposer.ts *)

PromiseOf(a, ballot) == [ballot |-> ballot, from |-> a, vote |-> disk[a].vote, mark |-> memory[a].mark]

\* A read that its round has not settled has the base carried on (consistent_value, 3).
Carries == Answered # {}

\* The protocol has no highest round. Here the connected have one more than the others, to get past them.
LastRound(a) == IF a \in Connected THEN MaxRound ELSE MaxRound - 1

\* Phase 1, 1. The own acceptor's promise is durable before the `prepare` leaves.
ProposerPrepare(a) ==
  LET rounds == {disk[a].promise.round, memory[a].mark.ballot.round, memory[a].ballot.round}
      highest == CHOOSE r \in rounds : \A s \in rounds : s <= r
      ballot == [round |-> highest + 1, actor |-> a]
  IN /\ memory[a].phase = "idle"
     /\ sent.submit # {} \/ Carries
     /\ ballot.round <= LastRound(a)
     /\ Write(a, [Flushed(a) EXCEPT !.promise = ballot])
     /\ memory' = [memory EXCEPT ![a].phase = "preparing", ![a].ballot = ballot]
     /\ sent' = [sent EXCEPT !.prepare = @ \cup {ballot}, !.promise = @ \cup {PromiseOf(a, ballot)}]
     /\ UNCHANGED <<increments, reads>>

\* `batches` is what waits at the proposer: one per origin, counted in an earlier state perhaps.
IsOnePerOrigin(batches) == \A b, c \in batches : b.origin = c.origin => b = c

VoteAfter(latest, ballot, batches) ==
  [ballot |-> ballot, slot |-> latest.slot + 1, state |-> ApplyAll(latest.state, batches)]

\* Phase 1, 3, and the first accept of the ballot. There is none if the base is chosen and nothing is new.
\* The proposer's own promise is the first one, so it is in `quorum`, the first majority.
ProposerPromised(a, quorum, batches) ==
  LET promises == {m \in sent.promise : m.ballot = memory[a].ballot /\ m.from \in quorum}
  IN /\ memory[a].phase = "preparing"
     /\ IsOnePerOrigin(batches)
     /\ batches # {} \/ Carries
     /\ LET base == HighestVote({m.vote : m \in promises})
            mark == HighestVote({m.mark : m \in promises})
            vote == VoteAfter(base, memory[a].ballot, batches)
            isNews == vote.state # base.state \/ ~SameVote(mark, base) \/ Carries
        IN /\ isNews => vote.slot <= MaxSlot
           /\ memory' = [memory EXCEPT ![a].phase = IF isNews THEN "accepting" ELSE "holding",
                                       ![a].latest = IF isNews THEN vote ELSE base]
           /\ sent' = IF isNews THEN [sent EXCEPT !.accept = @ \cup {vote}] ELSE sent
     /\ UNCHANGED <<disk, increments, reads, shown>>

\* Phase 2, 4: what arrived while no accept was under way, or while the last one was.
ProposerSubmitted(a, batches) ==
  LET latest == memory[a].latest
      vote == VoteAfter(latest, memory[a].ballot, batches)
  IN /\ memory[a].phase = "holding"
     /\ disk[a].promise = memory[a].ballot
     /\ latest.slot < MaxSlot
     /\ IsOnePerOrigin(batches)
     /\ vote.state # latest.state \/ Carries
     /\ memory' = [memory EXCEPT ![a].phase = "accepting", ![a].latest = vote]
     /\ sent' = [sent EXCEPT !.accept = @ \cup {vote}]
     /\ UNCHANGED <<disk, increments, reads, shown>>

\* Phase 2, 7. A nack is not among the messages: the promise that it tells of is kept as it is.
ProposerRefused(a, c) ==
  /\ memory[a].phase # "idle"
  /\ BallotBelow(memory[a].ballot, disk[c].promise)
  /\ memory' = [memory EXCEPT ![a].phase = "idle", ![a].ballot = disk[c].promise, ![a].latest = NoVote]
  /\ UNCHANGED <<disk, sent, increments, reads, shown>>

----------------------------------------------------------------------------------------------
(* Acceptor: src/paxos/acceptor.ts *)

\* Phase 1, 2.
AcceptorPrepare(a, ballot) ==
  /\ BallotBelow(disk[a].promise, ballot)
  /\ Write(a, [Flushed(a) EXCEPT !.promise = ballot])
  /\ sent' = [sent EXCEPT !.promise = @ \cup {PromiseOf(a, ballot)}]
  /\ UNCHANGED <<memory, increments, reads>>

\* Phase 2, 5.
AcceptorAccept(a, vote) ==
  /\ ~BallotBelow(vote.ballot, disk[a].promise)
  /\ VoteBelow(disk[a].vote, vote)
  /\ Write(a, [Flushed(a) EXCEPT !.promise = vote.ballot, !.vote = vote])
  /\ sent' = [sent EXCEPT !.accepted = @ \cup {[ballot |-> vote.ballot, slot |-> vote.slot, from |-> a]}]
  /\ UNCHANGED <<memory, increments, reads>>

----------------------------------------------------------------------------------------------
(* Learner: src/paxos/learner.ts, and Counter, which lets a mark settle the batch under way *)

\* The mark of `a` becomes `v`. In the same step it settles the batch that it counts, with its record: a reader
\* that hears this actor hears of a 202 from the watermark or from the mark.
Mark(a, v, phase) ==
  LET batch == memory[a].sealed
      isSettled == batch # NoBatch /\ Counts(v.state, a, batch.number)
      sealed == IF isSettled THEN NoBatch ELSE batch
      written == IF isSettled THEN NoBatch ELSE disk[a].sealed
  IN /\ memory' = [memory EXCEPT ![a].mark = v, ![a].sealed = sealed, ![a].phase = phase]
     /\ increments' = IF isSettled THEN Answered200(batch, v.state) ELSE increments
     /\ Write(a, IF IsLazy THEN disk[a] ELSE [disk[a] EXCEPT !.mark = v, !.sealed = written])

\* Phase 2, 6. The notice is told to all actors, with the totals of its batches to their origins.
ProposerAccepted(a) ==
  LET vote == memory[a].latest
  IN /\ memory[a].phase = "accepting"
     /\ Majority(Accepters(vote))
     /\ Mark(a, Higher(memory[a].mark, vote), "holding")
     /\ sent' = [sent EXCEPT !.chosen = @ \cup {vote}]
     /\ UNCHANGED reads

\* A notice carries no state: who holds that very vote marks it ...
LearnerNotice(a, v) ==
  /\ VoteBelow(memory[a].mark, v)
  /\ SameVote(disk[a].vote, v)
  /\ Mark(a, disk[a].vote, memory[a].phase)
  /\ UNCHANGED <<sent, reads>>

\* ... and who does not fetches the state from one that marked it.
LearnerLearn(a, v) ==
  /\ VoteBelow(memory[a].mark, v)
  /\ Mark(a, v, memory[a].phase)
  /\ UNCHANGED <<sent, reads>>

----------------------------------------------------------------------------------------------
(* Origin: src/counter/origin.ts *)

OriginIncrement(a) ==
  LET i == Len(increments) + 1
      number == <<memory[a].incarnation, memory[a].sequence + 1>>
      opened == [origin |-> a, number |-> number, amount |-> <<i>>]
  IN /\ i <= MaxIncrements
     /\ increments' = Append(increments, [at |-> a, answer |-> "none", total |-> <<>>])
     /\ memory' = IF memory[a].open = NoBatch
                  THEN [memory EXCEPT ![a].open = opened, ![a].sequence = @ + 1]
                  ELSE [memory EXCEPT ![a].open.amount = Append(@, i)]
     /\ UNCHANGED <<disk, sent, reads, shown>>

\* The end of a turn seals the open batch if no other is under way. If it is on record, the record gets the
\* final amount, durably, before the batch leaves.
OriginTurn(a) ==
  LET batch == memory[a].open
  IN /\ batch # NoBatch
     /\ memory[a].sealed = NoBatch
     /\ memory' = [memory EXCEPT ![a].sealed = batch, ![a].open = NoBatch]
     /\ Write(a, IF IsRecorded(a, batch)
                 THEN [Flushed(a) EXCEPT !.sealed = batch, !.open = NoBatch]
                 ELSE disk[a])
     /\ sent' = [sent EXCEPT !.submit = @ \cup {batch}]
     /\ UNCHANGED <<increments, reads>>

\* What is under way is sent again until it is counted. Here that adds something only after a crash.
OriginTick(a) ==
  /\ memory[a].sealed \notin sent.submit \cup {NoBatch}
  /\ sent' = [sent EXCEPT !.submit = @ \cup {memory[a].sealed}]
  /\ UNCHANGED <<disk, memory, increments, reads, shown>>

\* The time is over, or no majority is reachable: what the 202 covers is durable before it is given.
OriginRecord(a, which) ==
  LET batch == memory[a][which]
  IN /\ MayRecord
     /\ Waiting(batch) # {}
     /\ Write(a, [Flushed(a) EXCEPT ![which] = batch])
     /\ increments' = Answered202(batch)
     /\ UNCHANGED <<memory, sent, reads>>

\* The proposer's word answers what waits, before the mark is known here. It does not settle a record.
OriginCounted(a, v) ==
  LET batch == memory[a].sealed
      isRecorded == IsRecorded(a, batch)
  IN /\ batch # NoBatch
     /\ v.state.origins[a].number = batch.number
     /\ isRecorded => Waiting(batch) # {}
     /\ increments' = Answered200(batch, v.state)
     /\ memory' = IF isRecorded THEN memory ELSE [memory EXCEPT ![a].sealed = NoBatch]
     /\ UNCHANGED <<disk, sent, reads, shown>>

----------------------------------------------------------------------------------------------
(* Reader: src/paxos/reader.ts *)

\* All totals that clients were told.
Told ==
  {<<>>} \cup {increments[i].total : i \in {j \in 1..Len(increments) : increments[j].answer = "200"}}
         \cup {reads[r].total : r \in {s \in Readers : reads[s].stage = "answered"}}

\* `due` and `recorded` are what the read has to include; only the invariants look at them.
ReaderAsk(r) ==
  LET told == Told
  IN /\ reads[r].stage = "none"
     /\ Cardinality(sent.accept) >= ReadsAfter
     /\ reads' = [reads EXCEPT
                   ![r].stage = "asking",
                   ![r].due = CHOOSE t \in told : \A u \in told : Len(u) <= Len(t),
                   ![r].recorded = {i \in 1..Len(increments) : increments[i].answer = "202"}]
     /\ UNCHANGED <<disk, memory, sent, increments, shown>>

Watermark(a) ==
  IF IsRecorded(a, memory[a].open) THEN memory[a].open.number
  ELSE IF IsRecorded(a, memory[a].sealed) THEN memory[a].sealed.number
  ELSE NoNumber

\* consistent_value, 1. An answer that never arrives, or too late, is one that was not given.
ReplicaAsked(a, r) ==
  LET answer == [from |-> a, vote |-> disk[a].vote, mark |-> memory[a].mark, watermark |-> Watermark(a)]
  IN /\ r \in Asking
     /\ a \notin Heard(r)
     /\ reads' = [reads EXCEPT ![r].answers = @ \cup {answer}]
     /\ UNCHANGED <<disk, memory, sent, increments, shown>>

\* consistent_value, 2: m, and the exact rule for it. No vote at all is marked by all.
HighestHeard(r) == HighestVote({x.vote : x \in reads[r].answers})

IsKnownToBeChosen(r, m) ==
  \/ \E x \in reads[r].answers : SameVote(x.mark, m)
  \/ Majority({x.from : x \in {y \in reads[r].answers : SameVote(y.vote, m)}})

\* consistent_value, 4, and the marks that were told of.
Covers(v, r) ==
  \A x \in reads[r].answers :
    /\ ~VoteBelow(v, x.mark)
    /\ x.watermark # NoNumber => Counts(v.state, x.from, x.watermark)

\* A reader marks what it finds chosen.
ReaderFinds(r, m) ==
  /\ r \in Answered
  /\ IsKnownToBeChosen(r, m)
  /\ VoteBelow(memory[r].mark, m)
  /\ Mark(r, m, memory[r].phase)
  /\ UNCHANGED <<sent, reads>>

\* The answer is m, if it is known to be chosen, or what became the mark here since, if that is not below m.
ReaderSettles(r, m, v) ==
  /\ r \in Answered
  /\ \/ v = m /\ IsKnownToBeChosen(r, m)
     \/ v = memory[r].mark /\ ~VoteBelow(v, m)
  /\ Covers(v, r)
  /\ reads' = [reads EXCEPT ![r].stage = "answered", ![r].answers = {}, ![r].heard = Heard(r),
                            ![r].total = v.state.total]
  /\ UNCHANGED <<disk, memory, sent, increments, shown>>

----------------------------------------------------------------------------------------------
(* Lives *)

Awake(register, incarnation) ==
  [incarnation |-> incarnation, sequence |-> 0, phase |-> "idle", ballot |-> NoBallot, latest |-> NoVote,
   mark |-> register.mark, sealed |-> register.sealed, open |-> register.open]

RECURSIVE CrashesOf(_)
CrashesOf(actors) ==
  IF actors = {} THEN 0
  ELSE LET one == CHOOSE a \in actors : TRUE
       IN memory[one].incarnation - 1 + CrashesOf(actors \ {one})

\* The actor stops and comes back with what it made durable. Who stays away is one that takes no steps. What
\* an origin has sent may be lost with it: then nobody else can be relied on to have it.
Crash(a) ==
  /\ CrashesOf(Actors) < MaxCrashes
  /\ \E lost \in {{}, {batch \in sent.submit : batch.origin = a}} : sent' = [sent EXCEPT !.submit = @ \ lost]
  /\ memory' = [memory EXCEPT ![a] = Awake(disk[a], @.incarnation + 1)]
  /\ increments' = [i \in 1..Len(increments) |->
                     IF increments[i].at = a /\ increments[i].answer = "none"
                     THEN [increments[i] EXCEPT !.answer = "lost"]
                     ELSE increments[i]]
  /\ reads' = [r \in Readers |->
                IF r = a /\ r \in Asking
                THEN [reads[r] EXCEPT !.stage = "lost", !.answers = {}]
                ELSE reads[r]]
  /\ UNCHANGED <<disk, shown>>

Init ==
  LET blank == [promise |-> NoBallot, vote |-> NoVote, mark |-> NoVote, sealed |-> NoBatch, open |-> NoBatch]
      read == [stage |-> "none", due |-> <<>>, recorded |-> {}, answers |-> {}, heard |-> {}, total |-> <<>>]
  IN /\ disk = [a \in Actors |-> blank]
     /\ memory = [a \in Actors |-> Awake(blank, 1)]
     /\ sent = [prepare |-> {}, promise |-> {}, accept |-> {}, accepted |-> {}, chosen |-> {}, submit |-> {}]
     /\ increments = <<>>
     /\ reads = [r \in Readers |-> read]
     /\ shown = [a \in Actors |-> NoVote]

\* What follows `\E a \in` only spares a checker the look at steps that cannot be taken.
In(phase, actors) == {a \in actors \cap Proposers : memory[a].phase = phase}

FirstMajorities(a) ==
  {q \in SUBSET {m.from : m \in {p \in sent.promise : p.ballot = memory[a].ballot}} :
    a \in q /\ Majority(q) /\ \A b \in q : ~Majority(q \ {b})}

\* What the actors do by themselves.
Steps(actors) ==
  \/ \E a \in In("idle", actors) : ProposerPrepare(a)
  \/ \E a \in In("preparing", actors) : \E quorum \in FirstMajorities(a) : \E batches \in SUBSET sent.submit :
       ProposerPromised(a, quorum, batches)
  \/ \E a \in In("holding", actors) : \E batches \in SUBSET sent.submit : ProposerSubmitted(a, batches)
  \/ \E a \in In("accepting", actors) : ProposerAccepted(a)
  \/ \E a \in (actors \cap Proposers) \ In("idle", actors) :
       \E c \in {d \in Actors : BallotBelow(memory[a].ballot, disk[d].promise)} : ProposerRefused(a, c)
  \/ \E a \in actors : \E ballot \in {b \in sent.prepare : BallotBelow(disk[a].promise, b)} :
       AcceptorPrepare(a, ballot)
  \/ \E a \in actors : \E vote \in {v \in sent.accept : VoteBelow(disk[a].vote, v)} : AcceptorAccept(a, vote)
  \/ \E a \in actors \cap Learners : \E v \in sent.chosen : LearnerNotice(a, v)
  \/ \E a \in actors \cap Learners : \E v \in sent.chosen \cup {memory[c].mark : c \in Actors} :
       LearnerLearn(a, v)
  \/ \E a \in {o \in actors \cap Origins : memory[o].open # NoBatch} : OriginTurn(a)
  \/ \E a \in {o \in actors \cap Origins : memory[o].sealed \notin sent.submit \cup {NoBatch}} : OriginTick(a)
  \/ \E a \in {o \in actors \cap Origins : memory[o].sealed # NoBatch} : \E v \in sent.chosen :
       OriginCounted(a, v)
  \/ \E a \in actors \cap Answering : \E r \in Asking : ReplicaAsked(a, r)
  \/ \E r \in actors \cap Answered : \E m \in {HighestHeard(r)} : \E v \in {m, memory[r].mark} :
       ReaderSettles(r, m, v)
  \/ \E r \in actors \cap Answered : \E m \in {HighestHeard(r)} : ReaderFinds(r, m)

\* What happens to them.
Events ==
  \/ \E a \in IF Len(increments) < MaxIncrements THEN Origins ELSE {} : OriginIncrement(a)
  \/ \E a \in IF MayRecord THEN Origins ELSE {} : \E which \in {"sealed", "open"} : OriginRecord(a, which)
  \/ \E r \in Readers : ReaderAsk(r)
  \/ \E a \in {b \in Actors : disk[b].mark # memory[b].mark} : Flush(a)
  \/ \E a \in Crashing : Crash(a)

Next == Steps(Actors) \/ Events

Spec == Init /\ [][Next]_vars

\* Who is connected does what it can do, and receives what it is sent.
FairSpec == Spec /\ WF_vars(Steps(Connected))

----------------------------------------------------------------------------------------------
(* What holds *)

\* A ballot and slot never carry two states.
OneStatePerVote == \A u, v \in sent.accept : SameVote(u, v) => u = v

\* Chosen states form one chain, and the slot grows with the ballot along it.
OneChain ==
  \A u, v \in Chosen :
    /\ VoteBelow(u, v) => IsPrefix(u.state.total, v.state.total)
    /\ BallotBelow(u.ballot, v.ballot) => u.slot < v.slot

\* A batch counts at most once, in any state that is proposed.
CountedOnce == \A v \in sent.accept : Cardinality(Elements(v.state.total)) = Len(v.state.total)

\* A number that may have left the actor is never used for other content.
OneContentPerNumber ==
  \A b, c \in sent.submit : b.origin = c.origin /\ b.number = c.number => b.amount = c.amount

\* 200: counted in a chosen state; the total is the one right after this increment.
Kept200 ==
  \A i \in 1..Len(increments) : increments[i].answer = "200" =>
    /\ increments[i].total # <<>>
    /\ increments[i].total[Len(increments[i].total)] = i
    /\ \E v \in Chosen : IsPrefix(increments[i].total, v.state.total)

\* 202: counted in a chosen state, or durable at its origin, restart or not.
Kept202 ==
  \A i \in 1..Len(increments) : increments[i].answer = "202" =>
    \/ i \in Elements(disk[increments[i].at].sealed.amount)
    \/ i \in Elements(disk[increments[i].at].open.amount)
    \/ \E v \in Chosen : i \in Elements(v.state.total)

\* A mark, and so `value`, is a chosen vote.
MarksAreChosen == \A a \in Actors : memory[a].mark \in Chosen \cup {NoVote}

\* Marks only grow: `value` never goes down, restart or not.
MarksOnlyGrow == \A a \in Actors : disk[a].mark = shown[a] /\ ~VoteBelow(memory[a].mark, shown[a])

\* Consistent reads are linearizable. So are the results of increments: they are totals of the same chain, and
\* end with an increment that nobody could have been told of before it was made.
ReadsAreLinearizable ==
  \A r \in Readers : reads[r].stage = "answered" =>
    /\ \E v \in Chosen \cup {NoVote} : v.state.total = reads[r].total
    /\ IsPrefix(reads[r].due, reads[r].total)

\* A consistent read that reaches an actor includes all that it has answered 202.
ReadsInclude202 ==
  \A r \in Readers : reads[r].stage = "answered" =>
    \A i \in reads[r].recorded : increments[i].at \in reads[r].heard => i \in Elements(reads[r].total)

IsMade(i) == i <= Len(increments) /\ increments[i].at \in Connected

IsLost(i) == i <= Len(increments) /\ increments[i].answer = "lost"

IsCounted(i) == \E v \in Chosen : i \in Elements(v.state.total)

\* Of FairSpec: what is made at a connected actor is counted, unless a crash took it before it was answered.
EveryIncrementIsCounted == \A i \in 1..MaxIncrements : IsMade(i) ~> (IsCounted(i) \/ IsLost(i))
==============================================================================================
