/** The states of a small cluster, and what can happen in each. */
import type { Actor } from '../../src/paxos/ballot.ts';
import { InvariantViolation } from '../history/operation.ts';
import type { ActorInput } from './actor.ts';
import { isOver, type Told, tell, textOfTold } from './clients.ts';
import type { Configuration } from './configuration.ts';
import { Numbered } from './numbered.ts';
import type { Roles } from './shipped.ts';
import { type Envelope, type Outcome, Steps } from './steps.ts';
import { checkKept, checkTold, NO_VOTES, nameOf, type Votes, witness } from './witness.ts';
import { inputWords } from './words.ts';

/** Everything by the number that it was given when it was first met. */
export interface State {
  /** Of each actor. */
  readonly locals: readonly number[];
  /** Messages under way: a set, in order of their numbers. */
  readonly flying: readonly number[];
  readonly votes: number;
  readonly told: number;
  /** What may still happen to them. */
  readonly left: readonly number[];
}

/** Something that can happen. */
export interface Action {
  readonly actor: number;
  readonly input: ActorInput;
  /** The same for equal inputs of one actor. */
  readonly key: string;
  /** The message that is taken away by it. */
  readonly takes: number | null;
  /** The place in `left` of what it uses up. */
  readonly uses: number | null;
}

/** Places in `left`; the alarms of each actor come after them. */
const [CRASHES, DOUBLES, SUSPICIONS, ALARMS] = [0, 1, 2, 3];

export class SearchedWorld {
  readonly configuration: Configuration;
  readonly #steps: Steps;
  readonly #votes = new Numbered<Votes>();
  readonly #told = new Numbered<Told>();
  readonly #witnessed = new Map<string, number>();
  readonly #right = new Set<string>();

  constructor(configuration: Configuration, roles: Roles) {
    this.configuration = configuration;
    this.#steps = new Steps(configuration, roles);
  }

  /** How many states of single actors it has met. */
  get localStates(): number {
    return this.#steps.locals.values.length;
  }

  /** All that one actor remembers. */
  textOf(state: State, actor: number): string {
    return this.#steps.locals.at(state.locals[actor] ?? 0).text;
  }

  /** The messages under way; of a model, all that were ever sent. */
  envelopes(state: State): Envelope[] {
    return state.flying.map((number) => this.#steps.envelopes.at(number));
  }

  toldIn(state: State): Told {
    return this.#told.at(state.told);
  }

  keyOf({ locals, flying, votes, told, left }: State): string {
    return `${locals.join()};${flying.join()};${votes};${told};${left.join()}`;
  }

  first(): State {
    const { actors, operations, crashes, doubles, suspicions, alarms } = this.configuration;
    return {
      locals: actors.map((self) => this.#steps.first(self)),
      flying: [],
      votes: this.#votes.numberOf(NO_VOTES.text, () => NO_VOTES),
      told: this.#internTold(operations.map(() => null)),
      left: [crashes.most, doubles, suspicions.most, ...actors.map((actor) => alarms[actor] ?? 0)],
    };
  }

  /** All that can happen in `state`. */
  actions(state: State): Action[] {
    return [
      ...this.#askings(state),
      ...this.#deliveries(state),
      ...state.locals.flatMap((local, actor) => this.#ownActions(state, local, actor)),
    ];
  }

  /** What lets the world come to rest without any fault; null if it is at rest. */
  calming(state: State): Action | null {
    const [delivery] = this.#deliveries(state);
    if (delivery !== undefined) return delivery;
    const actor = state.locals.findIndex((local) => this.#steps.locals.at(local).isFlushing);
    return actor < 0 ? null : { ...DONE, actor };
  }

  /** A client asks for one of the operations. */
  asking(request: number): Action {
    const { kind, actor } = this.configuration.operations[request] ?? { kind: 'read', actor: '' };
    const input: ActorInput =
      kind === 'read'
        ? { type: 'read', request }
        : { type: 'increment', request, amount: 8n ** BigInt(request) };
    return { actor: this.#indexOf(actor), input, key: `o${request}`, takes: null, uses: null };
  }

  #deliveries(state: State): Action[] {
    const mayDouble = (state.left[DOUBLES] ?? 0) > 0;
    // In the model messages are never taken away.
    const { isModel } = this.configuration.setting;
    return state.flying.flatMap((number) => {
      const { from, to, message } = this.#steps.envelopes.at(number);
      const input: ActorInput = { type: 'message', from, message };
      const taken = {
        actor: this.#indexOf(to),
        input,
        key: `m${number}`,
        takes: isModel ? null : number,
        uses: null,
      };
      return mayDouble ? [taken, { ...taken, takes: null, uses: DOUBLES }] : [taken];
    });
  }

  #askings({ told }: State): Action[] {
    const known = this.#told.at(told);
    return this.configuration.operations.flatMap(({ after }, request) =>
      known[request] === null && isOver(known, after) ? [this.asking(request)] : [],
    );
  }

  #ownActions(state: State, number: number, actor: number): Action[] {
    const { actors, crashes, suspicions, isLazy, setting } = this.configuration;
    const local = this.#steps.locals.at(number);
    const self = actors[actor] ?? '';
    const isLeft = (place: number) => (state.left[place] ?? 0) > 0;
    const own = (input: ActorInput, key: string, uses: number | null): Action => ({
      actor,
      input,
      key,
      takes: null,
      uses,
    });
    const possible: Action[] = [];
    if (setting.isModel) possible.push(own({ type: 'turn' }, 'turn', null));
    if (local.isFlushing) possible.push({ ...DONE, actor });
    else if (isLazy && local.isUnwritten) possible.push(own({ type: 'leisure' }, 'leisure', null));
    if (local.hasAlarm && isLeft(ALARMS + actor))
      possible.push(own({ type: 'alarm' }, 'alarm', ALARMS + actor));
    if (isLeft(CRASHES) && crashes.at.includes(self)) {
      possible.push(own({ type: 'crash', flushed: false }, 'crash', CRASHES));
      if (local.isFlushing) possible.push(own({ type: 'crash', flushed: true }, 'crash late', CRASHES));
    }
    if (isLeft(SUSPICIONS) && suspicions.at.includes(self)) {
      for (const other of actors) {
        if (other === self) continue;
        const type = local.alive.has(other) ? 'suspect' : 'trust';
        possible.push(own({ type, actor: other }, `${type} ${other}`, SUSPICIONS));
      }
    }
    return possible;
  }

  /** Null if nothing comes of it. Throws if an invariant is broken. */
  take(state: State, action: Action): State | null {
    const before = state.locals[action.actor] ?? 0;
    const self = this.configuration.actors[action.actor] ?? '';
    const outcome = this.#steps.outcomeOf(self, before, action.input, action.key);
    if (outcome.violation !== null) throw new InvariantViolation(outcome.violation);
    const votes = this.#witness(state.votes, outcome);
    const known = this.#told.at(state.told);
    const after = tell(known, self, action.input, outcome.replies);
    const told = after === known ? state.told : this.#internTold(after);
    const flying = new Set(state.flying);
    if (action.takes !== null) flying.delete(action.takes);
    const rest = flying.size;
    for (const sent of outcome.sent) flying.add(sent);
    // With a message less, and else the same, less can happen: it is as if it were lost.
    const isNothing =
      outcome.local === before && votes === state.votes && told === state.told && flying.size === rest;
    if (isNothing) return null;
    const next: State = {
      locals: state.locals.with(action.actor, outcome.local),
      flying: [...flying].sort((a, b) => a - b),
      votes,
      told,
      left:
        action.uses === null ? state.left : state.left.with(action.uses, (state.left[action.uses] ?? 0) - 1),
    };
    this.#check(next, action.actor);
    return next;
  }

  wordsOf({ actor, input, uses }: Action): string {
    const words = inputWords(this.configuration.actors[actor] ?? '', input);
    return uses === DOUBLES ? `${words}, which comes again` : words;
  }

  #witness(before: number, { number, proposed, accepted }: Outcome): number {
    if (proposed.length === 0 && accepted.length === 0) return before;
    const key = `${before} ${number}`;
    const known = this.#witnessed.get(key);
    if (known !== undefined) return known;
    const votes = witness(this.#votes.at(before), this.configuration.actors.length, proposed, accepted);
    const after = this.#votes.numberOf(votes.text, () => votes);
    this.#witnessed.set(key, after);
    return after;
  }

  #internTold(told: Told): number {
    return this.#told.numberOf(textOfTold(told), () => told);
  }

  /** What was right once stays right, as far as only `told` and `votes` say. */
  #check(state: State, actor: number): void {
    const [told, votes] = [this.#told.at(state.told), this.#votes.at(state.votes)];
    const key = `${state.told} ${state.votes}`;
    if (!this.#right.has(key)) {
      checkTold(told, votes);
      this.#right.add(key);
    }
    checkKept(told, votes, (one) => this.#steps.locals.at(state.locals[this.#indexOf(one)] ?? 0).recorded);
    for (const mark of this.#steps.locals.at(state.locals[actor] ?? 0).marks) {
      if (!votes.chosen.has(nameOf(mark)))
        throw new InvariantViolation(`${nameOf(mark)} is marked, and was not chosen`);
    }
  }

  #indexOf(actor: Actor): number {
    return this.configuration.actors.indexOf(actor);
  }
}

const DONE = { input: { type: 'flush' }, key: 'flush', takes: null, uses: null } as const;
