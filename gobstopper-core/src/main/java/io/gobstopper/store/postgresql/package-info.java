/**
 * The store in PostgreSQL, which several processes share.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.store.postgresql;

import org.jspecify.annotations.NullMarked;
