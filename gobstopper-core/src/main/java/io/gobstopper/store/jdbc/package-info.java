/**
 * Task stores on JDBC databases.
 */
@NullMarked
package io.gobstopper.store.jdbc;

import org.jspecify.annotations.NullMarked;
