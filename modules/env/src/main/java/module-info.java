/**
 * The container environment, envdirs, accounts, and the settings: every S6_ name with default and
 * unit in one table.
 */
module s6j.env {
  requires transitive s6j.chain;

  exports s6j.env;
}
