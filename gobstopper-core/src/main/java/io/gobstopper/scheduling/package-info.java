/**
 * When schedules enqueue tasks, and what becomes of times that were missed.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.scheduling;

import org.jspecify.annotations.NullMarked;
