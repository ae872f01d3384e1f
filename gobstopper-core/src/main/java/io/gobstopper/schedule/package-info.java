/**
 * Recurring tasks: schedules declared by annotation or kept as data.
 */
@NullMarked
package io.gobstopper.schedule;

import org.jspecify.annotations.NullMarked;
