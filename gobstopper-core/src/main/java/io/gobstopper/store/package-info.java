/**
 * The batch-shaped contract to a database, its value types, and the group commit before
 * it.
 */
@NullMarked
package io.gobstopper.store;

import org.jspecify.annotations.NullMarked;
