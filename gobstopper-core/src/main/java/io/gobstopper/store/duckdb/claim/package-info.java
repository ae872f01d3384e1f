/**
 * Which tasks are claimed next from a DuckDB file.
 */
@NullMarked
package io.gobstopper.store.duckdb.claim;

import org.jspecify.annotations.NullMarked;
