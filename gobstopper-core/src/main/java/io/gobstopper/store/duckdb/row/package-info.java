/**
 * Rows and parameters as DuckDB takes them fastest.
 */
@NullMarked
package io.gobstopper.store.duckdb.row;

import org.jspecify.annotations.NullMarked;
