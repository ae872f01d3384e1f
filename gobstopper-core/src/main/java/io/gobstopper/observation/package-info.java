/**
 * Meters and observations of the task queue.
 */
@NullMarked
package io.gobstopper.observation;

import org.jspecify.annotations.NullMarked;
