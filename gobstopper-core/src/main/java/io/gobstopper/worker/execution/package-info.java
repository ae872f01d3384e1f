/**
 * Runs one attempt and stores how it ended.
 */
@NullMarked
package io.gobstopper.worker.execution;

import org.jspecify.annotations.NullMarked;
