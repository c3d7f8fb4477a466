--------------------------------------- MODULE Replay ----------------------------------------
(*********************************************************************************************)
(* One step of a replay: what the specification says to one event of a recorded trace.       *)
(*                                                                                           *)
(* An actor writes an event before anybody else can see its effect. Next is possible in a    *)
(* state if the event may come next there. Its state is that of Quorate.tla, as far as       *)
(* events tell of it:                                                                        *)
(*                                                                                           *)
(* - A write and the end of its flush are two events, in Quorate one action with the message *)
(*   that waits for them. So `flushes` is between, and what has left is kept apart from what *)
(*   is durable: a vote is in sent.accepted, as there, when it is durable.                   *)
(* - Amounts and totals are numbers. Clients' increments are known when they are answered.   *)
(* - A vote is named by its ballot, its slot and a digest of its state. The state itself is  *)
(*   in sent.accept. Digests are compared here, and worked out outside (replay.ts).          *)
(*********************************************************************************************)
EXTENDS Words

CONSTANT
  Event           \* a record: its name, its actor, the incarnation, and what is told

VARIABLES
  disk,           \* per actor, what survives a crash
  flushes,        \* per actor, the write under way, and the one that a crash may have cut off
  memory,         \* per actor, what it has in memory, and what it has told others
  sent,           \* votes: proposed, durable at actors, told to their proposers, chosen; and promises
  batches,        \* those that were sealed, and what of them was answered
  reads,          \* the read rounds under way
  shown           \* per actor, the highest vote that `value` has shown a client

vars == <<disk, flushes, memory, sent, batches, reads, shown>>

----------------------------------------------------------------------------------------------
(* Words *)

None == [ballot |-> NoBallot, slot |-> 0, digest |-> ""]

IsNone(v) == SameVote(v, None)

Proposals(v) == {p \in sent.accept : SameVote(p, v)}

\* A ballot and slot never carry two states: OneStatePerVote.
IsProposed(v) == IsNone(v) \/ \E p \in Proposals(v) : v.digest \in {"", p.digest}

IsChosen(v) == IsNone(v) \/ (IsProposed(v) /\ \E c \in sent.chosen : SameVote(c, v))

StateOf(v) == IF IsNone(v) THEN Zero ELSE (CHOOSE p \in Proposals(v) : TRUE).state

HighestChosen == HighestVote({[ballot |-> c.ballot, slot |-> c.slot] : c \in sent.chosen} \cup {None})

IsPrepared(ballot) == ballot.actor \in Actors /\ ~BallotBelow(memory[ballot.actor].prepared, ballot)

IsSealed(batch) ==
  \E b \in batches : b.origin = batch.origin /\ b.number = batch.number /\ b.amount = batch.amount

IsCounted(origin, number) == Counts(StateOf(HighestChosen), origin, number)

\* The chosen states in which the batch is the last one counted of its origin.
Counting(origin, number) == {c \in sent.chosen : c.state.origins[origin].number = number}

IsRecorded(a, number) == number \in {disk[a].sealed.number, disk[a].open.number}

\* OneChain, of two votes.
CarriesOn(u, v) ==
  /\ u.state.total <= v.state.total
  /\ \A o \in Origins : Counts(v.state, o, u.state.origins[o].number)
  /\ BallotBelow(u.ballot, v.ballot) => u.slot < v.slot

\* `v` is durable at `a`. A majority makes it chosen.
Hold(a, v, messages) ==
  LET accepted == messages.accepted \cup {[ballot |-> v.ballot, slot |-> v.slot, from |-> a]}
      isChosen == Majority({m.from : m \in {x \in accepted : SameVote(x, v)}})
      chosen == messages.chosen \cup (IF isChosen THEN Proposals(v) ELSE {})
  IN IF IsNone(v) THEN sent' = messages
     ELSE /\ sent' = [messages EXCEPT !.accepted = accepted, !.chosen = chosen]
          /\ \A c \in chosen \ messages.chosen : \A u \in messages.chosen :
               IF VoteBelow(u, c) THEN CarriesOn(u, c) ELSE CarriesOn(c, u)

----------------------------------------------------------------------------------------------
(* What is durable *)

Own(a, register) == IF register.promise.actor = a THEN register.promise ELSE memory[a].own

\* The second half of Crash. A ballot that its own acceptor had not promised, nobody has heard of.
Loaded(a) ==
  LET isBorn == memory[a].incarnation # Event.incarnation
      maybe == IF isBorn /\ flushes[a].pending # {} THEN flushes[a].pending ELSE flushes[a].maybe
      read == Event.disk
  IN /\ read \in {disk[a]} \cup maybe
     /\ disk' = [disk EXCEPT ![a] = read]
     /\ flushes' = [flushes EXCEPT ![a].pending = IF isBorn THEN {} ELSE @, ![a].maybe = {}]
     /\ memory' = [memory EXCEPT
                    ![a].incarnation = Event.incarnation, ![a].phase = "idle", ![a].ballot = NoBallot,
                    ![a].latest = None, ![a].mark = read.mark, ![a].own = Own(a, read),
                    ![a].prepared = IF BallotBelow(read.promise, @) THEN Own(a, read) ELSE @]
     /\ Hold(a, read.vote, sent)
     /\ reads' = IF isBorn THEN {r \in reads : r.reader # a} ELSE reads
     /\ UNCHANGED <<batches, shown>>

Written(a, field) == IF field \in Event.written THEN Event.disk[field] ELSE disk[a][field]

Writing(a) ==
  LET next == [promise |-> Written(a, "promise"), vote |-> Written(a, "vote"), mark |-> Written(a, "mark"),
               sealed |-> Written(a, "sealed"), open |-> Written(a, "open")]
  IN /\ flushes[a].pending = {}
     \* AcceptorPrepare.
     /\ ~BallotBelow(next.promise, disk[a].promise)
     /\ next.promise = NoBallot \/ IsPrepared(next.promise)
     \* AcceptorAccept.
     /\ IsProposed(next.vote)
     /\ \/ SameVote(next.vote, disk[a].vote)
        \/ /\ VoteBelow(disk[a].vote, next.vote)
           /\ ~BallotBelow(next.vote.ballot, disk[a].promise)
           /\ ~BallotBelow(next.promise, next.vote.ballot)
     \* Mark.
     /\ IsChosen(next.mark)
     /\ ~VoteBelow(next.mark, disk[a].mark)
     \* Kept202.
     /\ \A record \in {disk[a].sealed, disk[a].open} \ {NoBatch} :
          \/ \E kept \in {next.sealed, next.open} : kept.number = record.number /\ kept.amount >= record.amount
          \/ IsCounted(a, record.number)
     /\ flushes' = [flushes EXCEPT ![a].pending = {next}]
     /\ UNCHANGED <<disk, memory, sent, batches, reads, shown>>

Flushed(a) ==
  \E register \in flushes[a].pending :
    /\ disk' = [disk EXCEPT ![a] = register]
    /\ flushes' = [flushes EXCEPT ![a].pending = {}]
    /\ memory' = [memory EXCEPT ![a].own = Own(a, register)]
    /\ Hold(a, register.vote, sent)
    /\ UNCHANGED <<batches, reads, shown>>

----------------------------------------------------------------------------------------------
(* Proposer *)

\* ProposerPrepare.
Prepare(a) ==
  /\ Event.ballot.actor = a
  /\ BallotBelow(memory[a].prepared, Event.ballot)
  /\ BallotBelow(disk[a].promise, Event.ballot)
  /\ memory' = [memory EXCEPT ![a].prepared = Event.ballot, ![a].ballot = Event.ballot,
                              ![a].phase = "preparing", ![a].latest = None]
  /\ UNCHANGED <<disk, flushes, sent, batches, reads, shown>>

\* ProposerPromised: the base is the highest vote of a majority, and counts what lower ballots have chosen.
Elected(a) ==
  LET promises == {m \in sent.promise : m.ballot = Event.ballot /\ m.from \in Event.actors}
      base == HighestVote({m.vote : m \in promises})
  IN /\ memory[a].phase = "preparing"
     /\ memory[a].ballot = Event.ballot
     /\ Majority(Event.actors \cap Actors)
     /\ Event.actors = {m.from : m \in promises}
     /\ SameVote(Event.base, base)
     /\ BallotBelow(HighestChosen.ballot, Event.ballot) => ~VoteBelow(base, HighestChosen)
     /\ memory' = [memory EXCEPT ![a].phase = "holding", ![a].latest = base]
     /\ UNCHANGED <<disk, flushes, sent, batches, reads, shown>>

\* In the order of their arrival.
RECURSIVE ApplyEach(_, _)
ApplyEach(state, some) ==
  IF some = <<>> THEN state ELSE ApplyEach(Apply(state, Head(some)), Tail(some))

\* ProposerPromised and ProposerSubmitted: VoteAfter.
Accept(a) ==
  LET vote == Event.vote
      latest == memory[a].latest
      base == StateOf(latest)
      state == ApplyEach(base, Event.batches)
  IN /\ memory[a].phase = "holding"
     /\ memory[a].ballot = vote.ballot
     /\ Proposals(vote) = {}
     /\ vote.slot = latest.slot + 1
     /\ SameVote(Event.base, latest)
     /\ BallotBelow(latest.ballot, vote.ballot) \/ IsChosen(latest)
     \* As their origins sealed them, and none counts already: CountedOnce.
     /\ \A k \in 1..Len(Event.batches) :
          LET batch == Event.batches[k]
          IN /\ IsSealed(batch)
             /\ ~Counts(ApplyEach(base, SubSeq(Event.batches, 1, k - 1)), batch.origin, batch.number)
     /\ state.total = Event.total
     /\ memory' = [memory EXCEPT ![a].latest = vote]
     /\ sent' = [sent EXCEPT !.accept = @ \cup
          {[ballot |-> vote.ballot, slot |-> vote.slot, digest |-> vote.digest, state |-> state]}]
     /\ UNCHANGED <<disk, flushes, batches, reads, shown>>

\* ProposerAccepted.
Chosen(a) ==
  /\ IsProposed(Event.vote)
  /\ memory[a].phase # "idle"
  /\ ~IsNone(Event.vote)
  /\ SameVote(memory[a].latest, Event.vote)
  /\ Majority(Event.actors \cap Actors)
  /\ Event.actors \subseteq {m.from : m \in {x \in sent.told : SameVote(x, Event.vote)}}
  /\ UNCHANGED vars

\* To the origin of a batch that a chosen state counts.
Counted ==
  /\ Event.to \in Origins
  /\ IsCounted(Event.to, Event.number)
  /\ \A c \in Counting(Event.to, Event.number) : c.state.origins[Event.to].total = Event.total
  /\ UNCHANGED vars

----------------------------------------------------------------------------------------------
(* Acceptor and learner *)

\* What an acceptor tells to be its vote is durable, and not lower than what it told before.
Reports(a, vote) ==
  /\ IsProposed(vote)
  /\ ~VoteBelow(vote, memory[a].accepted)
  /\ ~VoteBelow(disk[a].vote, vote)

\* AcceptorPrepare.
Promise(a) ==
  LET promise == [ballot |-> Event.ballot, from |-> a, vote |-> Event.vote]
      before == {m \in sent.promise : m.ballot = Event.ballot /\ m.from = a}
  IN /\ IsPrepared(Event.ballot)
     /\ Event.to = Event.ballot.actor
     /\ ~BallotBelow(disk[a].promise, Event.ballot)
     /\ ~BallotBelow(Event.ballot, memory[a].promised)
     /\ Reports(a, Event.vote)
     /\ IsChosen(Event.mark)
     /\ memory' = [memory EXCEPT ![a].promised = Event.ballot]
     /\ sent' = [sent EXCEPT !.promise = (@ \ before) \cup {promise}]
     /\ UNCHANGED <<disk, flushes, batches, reads, shown>>

\* AcceptorAccept.
Accepted(a) ==
  LET vote == Event.vote
      message == [ballot |-> vote.ballot, slot |-> vote.slot, from |-> a]
  IN /\ IsProposed(vote)
     /\ Event.to = vote.ballot.actor
     /\ ~BallotBelow(vote.ballot, memory[a].promised)
     /\ ~VoteBelow(disk[a].vote, vote)
     /\ memory' = [memory EXCEPT ![a].accepted = Higher(@, vote)]
     /\ Hold(a, vote, [sent EXCEPT !.told = @ \cup {message}])
     /\ UNCHANGED <<disk, flushes, batches, reads, shown>>

\* What ProposerRefused looks at.
Nack(a) ==
  /\ IsPrepared(Event.promised)
  /\ ~BallotBelow(Event.promised, Event.ballot)
  /\ ~BallotBelow(Event.promised, memory[a].promised)
  /\ UNCHANGED vars

\* Mark: MarksAreChosen, MarksOnlyGrow.
Marked(a) ==
  /\ IsChosen(Event.vote)
  /\ VoteBelow(memory[a].mark, Event.vote)
  /\ memory' = [memory EXCEPT ![a].mark = Event.vote]
  /\ UNCHANGED <<disk, flushes, sent, batches, reads, shown>>

\* A chosen vote, to who fetches it, or reads.
Told ==
  /\ IsChosen(Event.vote)
  /\ UNCHANGED vars

----------------------------------------------------------------------------------------------
(* Origin *)

Of(a, number) == {b \in batches : b.origin = a /\ b.number = number}

LastOf(a) == {b \in batches : b.origin = a /\ \A c \in batches : c.origin = a => ~NumberBelow(b.number, c.number)}

\* OriginTurn and OriginTick: OneContentPerNumber.
Sealed(a) ==
  LET batch == Event.batch
      known == Of(a, batch.number)
      fresh == [origin |-> a, number |-> batch.number, amount |-> batch.amount,
                life |-> Event.incarnation, answered |-> 0, told |-> -1]
      isOnRecord == batch \in {disk[a].sealed, disk[a].open}
  IN /\ batch.number[1] <= Event.incarnation
     /\ batch.number[1] = Event.incarnation \/ isOnRecord \/ IsCounted(a, batch.number)
     /\ \/ /\ known # {}
           /\ \A b \in known : b.amount = batch.amount
           /\ batches' = (batches \ known) \cup {[b EXCEPT !.life = Event.incarnation] : b \in known}
        \/ /\ known = {}
           /\ \A last \in LastOf(a) :
                /\ NumberBelow(last.number, batch.number)
                /\ last.life < Event.incarnation \/ IsCounted(a, last.number)
           /\ batches' = batches \cup {fresh}
     /\ UNCHANGED <<disk, flushes, memory, sent, reads, shown>>

\* Forwarding.
Submit ==
  /\ IsSealed(Event.batch)
  /\ UNCHANGED vars

Result(batch) == IF Event.status = 200 THEN Event.value ELSE batch.told

\* Kept200: the result is the total right after the increment. OriginRecord, Kept202: what is answered is durable.
Answered(a) ==
  LET batch == Event.batch
      known == Of(a, batch.number)
      counting == Counting(a, batch.number)
  IN /\ batch = NoBatch => Event.status = 503
     /\ Event.status = 200 =>
          /\ IsCounted(a, batch.number)
          /\ \A b \in known : \A c \in counting :
               LET total == c.state.origins[a].total
                   before == IF b.told < 0 THEN total - b.amount ELSE b.told
               IN before + batch.amount <= Event.value /\ Event.value <= total
          /\ {} \in {known, counting} \/ (\E c \in counting : c.slot <= Event.slot)
     /\ Event.status = 202 => IsRecorded(a, batch.number) \/ IsCounted(a, batch.number)
     /\ \A b \in known : b.answered + batch.amount <= b.amount
     /\ batches' = (batches \ known) \cup
          {[b EXCEPT !.answered = @ + batch.amount, !.told = Result(b)] : b \in known}
     /\ memory' = [memory EXCEPT
          ![a].recorded = IF Event.status = 202 /\ NumberBelow(@, batch.number) THEN batch.number ELSE @]
     /\ UNCHANGED <<disk, flushes, sent, reads, shown>>

----------------------------------------------------------------------------------------------
(* Reader *)

\* ReaderAsk; again, if its round is known. `floor` and `recorded` are what the read has to include.
ReadBegun(a) ==
  /\ reads' = IF \E r \in reads : r.reader = a /\ r.round = Event.round THEN reads
              ELSE reads \cup {[reader |-> a, round |-> Event.round, left |-> Event.reads, floor |-> HighestChosen,
                                recorded |-> [o \in Actors |-> memory[o].recorded]]}
  /\ UNCHANGED <<disk, flushes, memory, sent, batches, shown>>

\* ReplicaAsked: the watermark or the mark has what was answered 202.
ReadAnswered(a) ==
  /\ Reports(a, Event.vote)
  /\ IsChosen(Event.mark)
  /\ ~VoteBelow(memory[a].mark, Event.mark)
  /\ \/ ~NumberBelow(Event.number, memory[a].recorded)
     \/ Counts(StateOf(Event.mark), a, memory[a].recorded)
  /\ UNCHANGED vars

\* ReaderSettles: ReadsAreLinearizable, ReadsInclude202.
ReadFinished(a) ==
  LET heard == Actors \ Event.actors
  IN \/ /\ Event.round = ""
        /\ Event.status = 503
        /\ UNCHANGED vars
     \/ \E r \in reads :
          /\ r.reader = a
          /\ r.round = Event.round
          /\ Event.status = 200 =>
               /\ IsChosen(Event.vote)
               /\ StateOf(Event.vote).total = Event.total
               /\ ~VoteBelow(Event.vote, r.floor)
               /\ Majority(heard)
               /\ \A o \in heard : Counts(StateOf(Event.vote), o, r.recorded[o])
          /\ reads' = (reads \ {r}) \cup (IF r.left = 1 THEN {} ELSE {[r EXCEPT !.left = @ - 1]})
          /\ UNCHANGED <<disk, flushes, memory, sent, batches, shown>>

\* `value` is the durable mark.
Shown(a) ==
  /\ IsChosen(Event.vote)
  /\ StateOf(Event.vote).total = Event.total
  /\ SameVote(Event.vote, disk[a].mark)
  /\ ~VoteBelow(Event.vote, shown[a])
  /\ shown' = [shown EXCEPT ![a] = Event.vote]
  /\ UNCHANGED <<disk, flushes, memory, sent, batches, reads>>

----------------------------------------------------------------------------------------------

Init ==
  LET blank == [promise |-> NoBallot, vote |-> None, mark |-> None, sealed |-> NoBatch, open |-> NoBatch]
      asleep == [incarnation |-> 0, phase |-> "idle", ballot |-> NoBallot, latest |-> None, mark |-> None,
                 prepared |-> NoBallot, own |-> NoBallot, promised |-> NoBallot, accepted |-> None,
                 recorded |-> NoNumber]
  IN /\ disk = [a \in Actors |-> blank]
     /\ flushes = [a \in Actors |-> [pending |-> {}, maybe |-> {}]]
     /\ memory = [a \in Actors |-> asleep]
     /\ sent = [promise |-> {}, accept |-> {}, accepted |-> {}, told |-> {}, chosen |-> {}]
     /\ batches = {}
     /\ reads = {}
     /\ shown = [a \in Actors |-> None]

Does(a) ==
  CASE Event.name = "loaded"        -> Loaded(a)
    [] Event.name = "writing"       -> Writing(a)
    [] Event.name = "flushed"       -> Flushed(a)
    [] Event.name = "prepare"       -> Prepare(a)
    [] Event.name = "elected"       -> Elected(a)
    [] Event.name = "accept"        -> Accept(a)
    [] Event.name = "chosen"        -> Chosen(a)
    [] Event.name = "counted"       -> Counted
    [] Event.name = "promise"       -> Promise(a)
    [] Event.name = "accepted"      -> Accepted(a)
    [] Event.name = "nack"          -> Nack(a)
    [] Event.name = "marked"        -> Marked(a)
    [] Event.name = "learn"         -> Told
    [] Event.name = "carried"       -> Told
    [] Event.name = "sealed"        -> Sealed(a)
    [] Event.name = "submit"        -> Submit
    [] Event.name = "answered"      -> Answered(a)
    [] Event.name = "read begun"    -> ReadBegun(a)
    [] Event.name = "read answered" -> ReadAnswered(a)
    [] Event.name = "read finished" -> ReadFinished(a)
    [] Event.name = "shown"         -> Shown(a)

\* Events are of a life that has begun by reading what is durable.
Next ==
  /\ Event.name = "loaded" \/ memory[Event.actor].incarnation = Event.incarnation
  /\ Does(Event.actor)
==============================================================================================
