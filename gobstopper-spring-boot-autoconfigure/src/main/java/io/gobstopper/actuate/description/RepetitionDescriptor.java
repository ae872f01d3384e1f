package io.gobstopper.actuate.description;

import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * A new task with the arguments of another one.
 *
 * @param action always {@code repeat}
 * @param id the id of the new task
 */
public record RepetitionDescriptor(String action, String id) implements OperationResponseBody {

}
