/**
 * Rows and parameters as DuckDB takes them fastest.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.store.duckdb.row;

import org.jspecify.annotations.NullMarked;
