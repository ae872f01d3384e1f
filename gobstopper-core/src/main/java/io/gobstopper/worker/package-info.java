/**
 * Starts and stops what claims, runs and maintains tasks in this process.
 * <p>
 * Internal: what is here may change with any version.
 */
@NullMarked
package io.gobstopper.worker;

import org.jspecify.annotations.NullMarked;
