/**
 * The shipped roles with fields that can be read: the text of src as it is, but for `#name`, which becomes `_name`.
 * A search has to see all that a role remembers, or it would take two different states for one.
 */
import { registerHooks } from 'node:module';

/** A change of one place in the text of src. `from` has to be there exactly once. */
export interface Change {
  /** Below src: `paxos/reader.ts`. */
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface Roles {
  readonly Counter: typeof import('../../src/counter/counter.ts').Counter;
}

const SOURCES = new URL('../../src/', import.meta.url).href;
const PARAMETER = 'search';
const changes = new Map<string, readonly Change[]>();

/** The parameter by which modules of one loading find each other; null if `url` is none of theirs. */
function loadingOf(url: string | undefined): string | null {
  return url?.startsWith(SOURCES) ? new URL(url).searchParams.get(PARAMETER) : null;
}

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const loading = loadingOf(context.parentURL);
    if (loading === null || !resolved.url.startsWith(SOURCES)) return resolved;
    return { ...resolved, url: `${resolved.url}?${PARAMETER}=${loading}` };
  },
  load(url, context, next) {
    const loaded = next(url, context);
    const loading = loadingOf(url);
    if (loading === null) return loaded;
    const file = new URL(url).pathname.slice(new URL(SOURCES).pathname.length);
    return { ...loaded, source: readable(change(file, String(loaded.source), changes.get(loading) ?? [])) };
  },
});

export function readable(text: string): string {
  return text.replaceAll(/#(?=[A-Za-z])/g, '_');
}

function change(file: string, text: string, wanted: readonly Change[]): string {
  return wanted.reduce((changed, one) => {
    if (one.file !== file) return changed;
    const places = changed.split(one.from).length - 1;
    if (places !== 1) throw new Error(`${file} has ${places} places of: ${one.from}`);
    return changed.replace(one.from, () => one.to);
  }, text);
}

/** `name` is of this loading: another name loads the modules anew. */
export async function loadRoles(name = 'as-shipped', wanted: readonly Change[] = []): Promise<Roles> {
  changes.set(name, wanted);
  return (await import(`${SOURCES}counter/counter.ts?${PARAMETER}=${name}`)) as Roles;
}
