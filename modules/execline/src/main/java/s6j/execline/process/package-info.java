/** What commands do with the calling process: its children, descriptors and signals. */
package s6j.execline.process;
