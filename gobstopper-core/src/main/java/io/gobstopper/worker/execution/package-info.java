/**
 * Runs one attempt and stores how it ended.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.worker.execution;

import org.jspecify.annotations.NullMarked;
