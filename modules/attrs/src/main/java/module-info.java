/**
 * fix-attrs: rules that say who owns which files and with what mode, the paths that they mean, and
 * the change of what differs.
 *
 * <p>Works through the process it is given, with that process's rights. Must not know: stages,
 * where rule files are, what becomes of a boot when a rule fails.
 */
module s6j.attrs {
  requires transitive s6j.env;

  exports s6j.attrs;
}
