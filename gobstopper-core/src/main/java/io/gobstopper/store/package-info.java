/**
 * The contract to a database of tasks: what is read, what is written, its life.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.store;

import org.jspecify.annotations.NullMarked;
