/**
 * A task and its attempts as they are stored, and what changes them.
 */
@NullMarked
package io.gobstopper.store.task;

import org.jspecify.annotations.NullMarked;
