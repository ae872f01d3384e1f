/**
 * Connections to one DuckDB file.
 */
@NullMarked
package io.gobstopper.store.duckdb.connection;

import org.jspecify.annotations.NullMarked;
