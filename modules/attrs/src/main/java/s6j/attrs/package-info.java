/** fix-attrs; {@link s6j.attrs.FixAttrs} is the way in. */
package s6j.attrs;
