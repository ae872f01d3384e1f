/**
 * What both databases share: tables, columns, readers.
 */
@NullMarked
package io.gobstopper.store.sql;

import org.jspecify.annotations.NullMarked;
