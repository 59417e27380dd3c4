/** Test expressions, as those of eltest and s6-test: about words, numbers and files. */
package s6j.expressions.test;
