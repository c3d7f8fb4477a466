/** Who wants to be woken at which tick. An alarm that is no longer wanted wakes for nothing, and harms nothing. */
export class Alarms<T extends { alarmAt: number | null }> {
  readonly #sleepers = new Map<number, Set<T>>();

  /** Wakes `sleeper` at `tick`, or earlier if it was set to earlier before. */
  set(sleeper: T, tick: number): void {
    if (sleeper.alarmAt !== null && sleeper.alarmAt <= tick) return;
    if (sleeper.alarmAt !== null) this.#sleepers.get(sleeper.alarmAt)?.delete(sleeper);
    sleeper.alarmAt = tick;
    const sleepers = this.#sleepers.get(tick);
    if (sleepers === undefined) this.#sleepers.set(tick, new Set([sleeper]));
    else sleepers.add(sleeper);
  }

  forget(sleeper: T): void {
    if (sleeper.alarmAt !== null) this.#sleepers.get(sleeper.alarmAt)?.delete(sleeper);
    sleeper.alarmAt = null;
  }

  /** Those whose alarm is at `tick`; to be asked for every tick. */
  due(tick: number): T[] {
    const sleepers = [...(this.#sleepers.get(tick) ?? [])];
    this.#sleepers.delete(tick);
    for (const sleeper of sleepers) sleeper.alarmAt = null;
    return sleepers;
  }
}
