---------------------------------------- MODULE Words ----------------------------------------
(*********************************************************************************************)
(* Ballots, votes and batches, and the state that batches are applied to.                    *)
(*                                                                                           *)
(* An amount is the sequence of the increments summed up in it, and so is a total. So a      *)
(* total tells what it counts, in which order and how often, and "at least" is "begins with".*)
(* Replay.tla has numbers in their place: Nothing is 0, and Plus is +.                       *)
(*********************************************************************************************)
EXTENDS Integers, Sequences, FiniteSets

CONSTANTS
  Actors,         \* numbers, since ballots order the actors
  Origins         \* the actors that clients send increments to

Nothing == <<>>

Plus(total, amount) == total \o amount

NoBallot == [round |-> 0, actor |-> 0]

BallotBelow(b1, b2) == b1.round < b2.round \/ (b1.round = b2.round /\ b1.actor < b2.actor)

\* A batch number is <<incarnation, sequence>>.
NoNumber == <<0, 0>>

NumberBelow(n1, n2) == n1[1] < n2[1] \/ (n1[1] = n2[1] /\ n1[2] < n2[2])

NoBatch == [origin |-> 0, number |-> NoNumber, amount |-> Nothing]

Zero == [total |-> Nothing, origins |-> [o \in Origins |-> [number |-> NoNumber, total |-> Nothing]]]

NoVote == [ballot |-> NoBallot, slot |-> 0, state |-> Zero]

VoteBelow(v1, v2) == BallotBelow(v1.ballot, v2.ballot) \/ (v1.ballot = v2.ballot /\ v1.slot < v2.slot)

SameVote(v1, v2) == v1.ballot = v2.ballot /\ v1.slot = v2.slot

Higher(v1, v2) == IF VoteBelow(v1, v2) THEN v2 ELSE v1

HighestVote(votes) == CHOOSE highest \in votes : \A vote \in votes : ~VoteBelow(highest, vote)

Majority(actors) == 2 * Cardinality(actors) > Cardinality(Actors)

----------------------------------------------------------------------------------------------
(* State machine *)

Counts(state, origin, number) == ~NumberBelow(state.origins[origin].number, number)

Apply(state, batch) ==
  IF Counts(state, batch.origin, batch.number) THEN state
  ELSE LET total == Plus(state.total, batch.amount)
           entry == [number |-> batch.number, total |-> total]
       IN [total |-> total, origins |-> [state.origins EXCEPT ![batch.origin] = entry]]

\* In the order of the origins; the code takes them as they arrived. It decides only whose result is which.
RECURSIVE ApplyAll(_, _)
ApplyAll(state, batches) ==
  IF batches = {} THEN state
  ELSE LET first == CHOOSE b \in batches : \A c \in batches : b.origin <= c.origin
       IN ApplyAll(Apply(state, first), batches \ {first})
==============================================================================================
