/**
 * Auto-configuration for Spring Boot.
 */
@NullMarked
package io.gobstopper.autoconfigure;

import org.jspecify.annotations.NullMarked;
