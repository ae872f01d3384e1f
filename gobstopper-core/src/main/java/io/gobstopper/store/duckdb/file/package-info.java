/**
 * The DuckDB file itself: who holds it, its version, its blocks.
 */
@NullMarked
package io.gobstopper.store.duckdb.file;

import org.jspecify.annotations.NullMarked;
