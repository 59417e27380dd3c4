/** A small HTTP server, whose sources plugins compile into their own jars. No plugin itself. */
module s6j.plugin.http {
  exports s6j.plugin.http;
}
