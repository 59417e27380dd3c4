/**
 * What the tests of the plugins share: receivers that keep what they get, JSON that is read
 * strictly, and the contract that each backend keeps. Never part of a jar.
 */
package s6j.plugin.testing;
