/**
 * What handlers and properties say of limits.
 */
@NullMarked
package io.gobstopper.handler.limit;

import org.jspecify.annotations.NullMarked;
