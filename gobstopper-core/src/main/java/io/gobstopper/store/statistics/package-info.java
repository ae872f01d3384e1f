/**
 * What a store counts and measures.
 */
@NullMarked
package io.gobstopper.store.statistics;

import org.jspecify.annotations.NullMarked;
