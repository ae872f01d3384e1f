/**
 * Claims tasks, runs their handlers and settles them; leases, recovery and retention.
 */
@NullMarked
package io.gobstopper.worker;

import org.jspecify.annotations.NullMarked;
