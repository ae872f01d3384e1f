/**
 * The Actuator endpoint and the health of the task queue.
 */
@NullMarked
package io.gobstopper.actuate;

import org.jspecify.annotations.NullMarked;
