/** What every {@code Posix} must do, as tests that those of a provider extend. */
package s6j.testing.contract;
