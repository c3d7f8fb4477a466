export default {
  // Bundling strips types by a function that Node calls experimental.
  nodeArguments: ['--disable-warning=ExperimentalWarning'],
  files: ['spec/**/*.test.ts'],
  // Node itself strips the types: no loader, no compiler.
  extensions: ['ts'],
  // Each file in a process of its own: a native crash then fails that file and not the whole run.
  workerThreads: false,
  // Files at a time; the machines that run this have two cores.
  concurrency: 2,
  // Not how long a test may take but how long nothing may finish: every test that ends starts it anew.
  timeout: '5m',
};
