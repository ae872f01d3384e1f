/**
 * Claims tasks and hands them to free threads, category by category.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.worker.dispatch;

import org.jspecify.annotations.NullMarked;
