/**
 * The store on an embedded DuckDB file.
 */
@NullMarked
package io.gobstopper.store.duckdb;

import org.jspecify.annotations.NullMarked;
