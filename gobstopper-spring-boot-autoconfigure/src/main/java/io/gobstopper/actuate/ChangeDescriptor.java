package io.gobstopper.actuate;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What a write operation did.
 *
 * @param action the action
 * @param matching how many tasks or categories it is about
 * @param changed how many it changed, 0 if it was only tried
 */
public record ChangeDescriptor(String action, long matching, long changed) implements OperationResponseBody {

}
