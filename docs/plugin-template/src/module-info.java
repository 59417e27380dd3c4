/** A plugin to begin with. The name of the module is its own: no other plugin may have it. */
module com.example.greeting {
  requires s6j.spi;

  provides s6j.spi.StageHook with
      com.example.greeting.Greeting;
  provides s6j.spi.CommandProvider with
      com.example.greeting.Hello;
}
