/**
 * Times the task queue as a whole, beside others that do the same.
 */
@NullMarked
package io.gobstopper.benchmarks;

import org.jspecify.annotations.NullMarked;
