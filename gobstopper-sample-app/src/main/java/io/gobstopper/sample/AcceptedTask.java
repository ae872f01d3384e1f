package io.gobstopper.sample;

import java.net.URI;

import org.springframework.http.ResponseEntity;

/**
 * The answer to a request whose work is done later.
 *
 * @param id the id of the task that does it
 */
record AcceptedTask(String id) {

	static ResponseEntity<AcceptedTask> response(String id) {
		return ResponseEntity.accepted().location(URI.create("/api/tasks/" + id)).body(new AcceptedTask(id));
	}

}
