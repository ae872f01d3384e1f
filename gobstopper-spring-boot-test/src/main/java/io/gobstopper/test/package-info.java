/**
 * Tests of applications with tasks: runs them on the thread of the test, by a clock of
 * its own, and asserts what was enqueued.
 */
@NullMarked
package io.gobstopper.test;

import org.jspecify.annotations.NullMarked;
