/**
 * The one thread that writes: many writes in one transaction, and what is told of them
 * after it.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.store.writer;

import org.jspecify.annotations.NullMarked;
