/**
 * What both databases share: tables, columns, readers.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.store.sql;

import org.jspecify.annotations.NullMarked;
