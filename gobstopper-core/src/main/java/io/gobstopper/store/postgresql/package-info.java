/**
 * The store in PostgreSQL, which several processes share.
 */
@NullMarked
package io.gobstopper.store.postgresql;

import org.jspecify.annotations.NullMarked;
