/**
 * A task and its attempts as they are stored, and what changes them.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.store.task;

import org.jspecify.annotations.NullMarked;
