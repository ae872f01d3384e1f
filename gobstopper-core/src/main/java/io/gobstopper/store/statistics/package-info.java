/**
 * What a store counts and measures.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.store.statistics;

import org.jspecify.annotations.NullMarked;
