/**
 * Tasks that are held until their limits have room for them.
 */
@NullMarked
package io.gobstopper.store.limit;

import org.jspecify.annotations.NullMarked;
