/**
 * Connections to one DuckDB file.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.store.duckdb.connection;

import org.jspecify.annotations.NullMarked;
