import { contradictions } from './contradictions.ts';
import { testRejections } from './rejecting.ts';

testRejections(contradictions);
