/**
 * Finds annotated methods, binds JSON arguments to their parameters and invokes them.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.handler;

import org.jspecify.annotations.NullMarked;
