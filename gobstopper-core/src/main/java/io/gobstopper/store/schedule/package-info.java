/**
 * A schedule as it is stored, and what reads and changes it.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.store.schedule;

import org.jspecify.annotations.NullMarked;
