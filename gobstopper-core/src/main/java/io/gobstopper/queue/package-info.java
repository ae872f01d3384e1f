/**
 * The queue service: enqueue, find, cancel, retry, statistics and completions.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.queue;

import org.jspecify.annotations.NullMarked;
