/** In a file of its own, so that another core can have it. */
import { testMutations } from './mutating.ts';
import { isOfReads, mutations } from './mutations.ts';

testMutations(mutations.filter(isOfReads));
