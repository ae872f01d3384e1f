/**
 * How values are bound to statements of PostgreSQL.
 */
@NullMarked
package io.gobstopper.store.postgresql.row;

import org.jspecify.annotations.NullMarked;
