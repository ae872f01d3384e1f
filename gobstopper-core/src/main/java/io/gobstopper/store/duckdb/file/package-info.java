/**
 * The DuckDB file itself: who holds it, its version, its blocks.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.store.duckdb.file;

import org.jspecify.annotations.NullMarked;
