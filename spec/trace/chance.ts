/** Forgeries that nobody thought of: by chance, one field of an event is changed, or the event is missing, doubled, too early. */
import type { SeededRandom } from '../history/random.ts';
import { type Corruption, type Forged, text } from './forgery.ts';

const HEAD = ['actor', 'incarnation', 'number', 'clock', 'counter', 'event'];

/** Of an event of any kind: the rare ones as often as the others. */
export function byChance(random: SeededRandom, kinds: readonly string[]): Corruption {
  const kind = random.pick(kinds);
  const how = random.next();
  const where = random.next();
  return (lines, actor, all) => {
    // Whose it is, is up to chance, too.
    const told = [...all].flatMap(([owner, its]) =>
      its.filter(({ event }) => event === kind).map((line) => ({ owner, line })),
    );
    const chosen = told[Math.floor(where * told.length)];
    if (chosen === undefined || chosen.owner !== actor) return false;
    const place = lines.indexOf(chosen.line);
    if (how < 0.08) lines.splice(place, 1);
    else if (how < 0.16) lines.splice(place, 0, { ...chosen.line });
    else if (how < 0.24) advanced(lines, place, random);
    else
      return changed(
        chosen.line,
        told.map(({ line }) => line),
        random,
      );
    return true;
  };
}

/** It comes up to five places earlier. */
function advanced(lines: Forged[], place: number, random: SeededRandom): void {
  const [line] = lines.splice(place, 1);
  if (line !== undefined) lines.splice(Math.max(1, place - 1 - random.below(5)), 0, line);
}

function changed(line: Forged, others: readonly Forged[], random: SeededRandom): boolean {
  const fields = Object.keys(line).filter((field) => !HEAD.includes(field));
  if (fields.length === 0) return false;
  const field = random.pick(fields);
  const before = line[field];
  const after = random.chance(0.4) ? random.pick(others)[field] : tweaked(before, random);
  if (after === undefined || JSON.stringify(after) === JSON.stringify(before)) return false;
  Object.assign(line, { [field]: after });
  return true;
}

/** One number in it is one more or less; or there is nothing, or less. */
function tweaked(value: unknown, random: SeededRandom): unknown {
  if (Array.isArray(value)) return value.filter((_, i) => i !== random.below(value.length));
  if (typeof value === 'number') return value + (random.chance(0.5) ? 1 : -1);
  if (value === null || random.chance(0.1)) return null;
  const numbers = [...text(value).matchAll(/(?<![\w-])\d+/g)];
  const chosen = numbers[random.below(numbers.length)];
  if (chosen === undefined) return null;
  const by = random.chance(0.5) ? 1n : -1n;
  const number = BigInt(chosen[0]) + by;
  return `${text(value).slice(0, chosen.index)}${number < 0n ? 0n : number}${text(value).slice(chosen.index + chosen[0].length)}`;
}
