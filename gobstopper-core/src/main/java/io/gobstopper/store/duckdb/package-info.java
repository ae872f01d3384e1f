/**
 * The store on an embedded DuckDB file.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.store.duckdb;

import org.jspecify.annotations.NullMarked;
