/**
 * What the tests of several modules share: the real shim, built from its source, and commands run
 * through it as processes of their own. Never part of the runtime.
 */
module s6j.testing {
  requires transitive s6j.chain;
  requires transitive org.junit.jupiter.api;

  exports s6j.testing;
  exports s6j.testing.contract;
}
