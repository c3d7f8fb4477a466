/** A register of notes in the order of their counting, so that the roles are tested without a counter. */
import type { Actor, Ballot, Vote } from '../../src/paxos/ballot.ts';
import type { Effect } from '../../src/paxos/effects.ts';
import type { Answer } from '../../src/paxos/message.ts';
import type { ReadReply } from '../../src/paxos/reader.ts';
import type { Machine, Surroundings } from '../../src/paxos/surroundings.ts';
import { effectWords, readWords, type Words } from './words.ts';

export interface Note {
  readonly origin: Actor;
  readonly number: number;
}

export interface Notes {
  readonly state: readonly Note[];
  readonly command: Note;
  /** Its place among all notes, from 1. */
  readonly outcome: number;
  readonly watermark: number;
}

const covers = (state: readonly Note[], actor: Actor, number: number) =>
  state.some((note) => note.origin === actor && note.number >= number);

export const notes: Machine<Notes> = {
  zero: [],
  apply: (state, note) => (covers(state, note.origin, note.number) ? state : [...state, note]),
  origin: ({ origin }) => origin,
  isLater: (note, other) => note.number > other.number,
  counts: (state, note) => covers(state, note.origin, note.number),
  outcome(state, note) {
    const last = state.findLastIndex(({ origin }) => origin === note.origin);
    return state[last]?.number === note.number ? last + 1 : null;
  },
  covers,
};

const noteWords = ({ origin, number }: Note) => `${origin}${number}`;

export const noteTaking: Words<Notes> = {
  state: (state) => `[${state.map(noteWords).join(' ')}]`,
  command: noteWords,
  outcome: (place) => `as number ${place}`,
  watermark: String,
};

/** What the roles want, one line each. */
export function lines(effects: readonly Effect<Notes, ReadReply<Notes>>[]): string[] {
  return effects.map((effect) => effectWords(effect, noteTaking, (answer) => readWords(answer, noteTaking)));
}

/** `a1` is the first note of a. */
export function note(text: string): Note {
  return { origin: text.slice(0, 1), number: Number(text.slice(1)) };
}

/** `3.b` is the ballot of b in round 3. */
export function ballot(text: string): Ballot {
  const [round, actor] = text.split('.');
  if (actor === undefined) throw new TypeError(`${text} is no ballot`);
  return { round: Number(round), actor };
}

/** `3.b/1 a1 b1`: in slot 1 of ballot 3.b, the notes a1 and b1. */
export function vote(text: string): Vote<readonly Note[]> {
  const [id = '', ...written] = text.split(' ');
  const [name = '', slot] = id.split('/');
  return { ballot: ballot(name), slot: Number(slot), state: written.map(note) };
}

export const nothing: Answer<Notes> = { promised: null, vote: null, mark: null, watermark: null };

export interface World extends Surroundings {
  now: number;
  alive: Set<Actor>;
  candidate: Actor;
  quorum: Actor[];
  late: (actor: Actor) => void;
  patience: number;
  hedge: number;
  /** What the next rolls of the die are, in [0, 1). */
  dice: number;
}

/** What `self` sees of `actors`, all alive, in its first incarnation. */
export function worldOf(self: Actor, ...actors: Actor[]): World {
  let sequence = 0;
  return {
    self,
    actors,
    incarnation: 1,
    now: 0,
    alive: new Set(actors),
    candidate: self,
    quorum: actors,
    late: () => undefined,
    unanswered: () => undefined,
    settled: () => undefined,
    patience: 20,
    hedge: 20,
    dice: 0,
    random() {
      return this.dice;
    },
    nextSequence: () => ++sequence,
  };
}
