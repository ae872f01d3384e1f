/**
 * Claims tasks and hands them to free threads, category by category.
 */
@NullMarked
package io.gobstopper.worker.dispatch;

import org.jspecify.annotations.NullMarked;
