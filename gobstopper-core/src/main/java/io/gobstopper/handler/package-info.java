/**
 * Finds annotated methods, binds JSON arguments to their parameters and invokes them.
 */
@NullMarked
package io.gobstopper.handler;

import org.jspecify.annotations.NullMarked;
