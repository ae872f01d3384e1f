package io.gobstopper.handler;

import org.jspecify.annotations.Nullable;

import io.gobstopper.limit.LimitNumbers;

/**
 * What a {@link io.gobstopper.limit.TaskLimit} annotation says.
 *
 * @param name the name of the limit
 * @param key computes the key, or {@code null} if there is none
 * @param numbers how many tasks may run at once, as far as it says so
 */
record LimitDeclaration(String name, @Nullable LimitKey key, LimitNumbers numbers) {

}
