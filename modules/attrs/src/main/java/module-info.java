/** fix-attrs: rules, accounts, the walk, and the change of owners and modes. */
module s6j.attrs {
  requires transitive s6j.env;

  exports s6j.attrs;
}
