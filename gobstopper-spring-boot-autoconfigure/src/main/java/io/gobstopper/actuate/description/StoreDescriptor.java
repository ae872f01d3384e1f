package io.gobstopper.actuate.description;

import java.util.List;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.OperationResponseBody;

/**
 * What was done to the database.
 *
 * @param operation the operation
 * @param damage what is wrong with the stored tasks, in sentences, or nothing
 * @param file the name of the file that was made, if one was
 */
public record StoreDescriptor(String operation, List<String> damage,
		@Nullable String file) implements OperationResponseBody {

}
