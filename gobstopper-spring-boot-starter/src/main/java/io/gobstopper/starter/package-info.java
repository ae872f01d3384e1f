/**
 * Nothing but dependencies: the library and DuckDB's driver.
 */
@NullMarked
package io.gobstopper.starter;

import org.jspecify.annotations.NullMarked;
