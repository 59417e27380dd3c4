package s6j.attrs;

import s6j.posix.Bytes;

/**
 * What is to be changed about one object.
 *
 * @param directory the open directory that it is in, or a descriptor of the object itself
 * @param name its name there; empty for the object that {@code directory} is
 * @param path for messages
 * @param rule whose owner and group it gets
 * @param chown whether owner and group are changed
 * @param mode the permissions it gets, or {@link AttributeRule#LEAVE}
 */
record Change(int directory, Bytes name, Bytes path, AttributeRule rule, boolean chown, int mode) {}
