/**
 * The move of a queue from one database to another.
 */
@NullMarked
package io.gobstopper.store.migration;

import org.jspecify.annotations.NullMarked;
