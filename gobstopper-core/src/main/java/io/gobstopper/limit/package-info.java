/**
 * Limits of how many tasks run at once, and of how many with the same key there are.
 */
@NullMarked
package io.gobstopper.limit;

import org.jspecify.annotations.NullMarked;
