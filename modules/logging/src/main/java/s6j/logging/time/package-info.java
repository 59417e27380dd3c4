/** Time stamps: TAI64N, and local time as time zone files have it. No clock but in Stamps. */
package s6j.logging.time;
