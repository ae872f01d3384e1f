/**
 * What enqueueing and the start of an application may throw, and why a task waits that
 * cannot be read.
 */
@NullMarked
package io.gobstopper.error;

import org.jspecify.annotations.NullMarked;
