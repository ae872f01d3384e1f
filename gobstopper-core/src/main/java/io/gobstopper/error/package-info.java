/**
 * What enqueueing and the start of an application may throw.
 */
@NullMarked
package io.gobstopper.error;

import org.jspecify.annotations.NullMarked;
