/**
 * The move of a queue from one database to another.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.store.migration;

import org.jspecify.annotations.NullMarked;
