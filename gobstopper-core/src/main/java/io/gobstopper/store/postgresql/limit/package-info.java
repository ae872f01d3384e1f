/**
 * Tasks that are held in PostgreSQL until their limits have room for them.
 */
@NullMarked
package io.gobstopper.store.postgresql.limit;

import org.jspecify.annotations.NullMarked;
