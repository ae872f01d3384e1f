/**
 * The queue service: enqueue, find, cancel, retry, statistics and completions.
 */
@NullMarked
package io.gobstopper.queue;

import org.jspecify.annotations.NullMarked;
