package io.gobstopper.sample;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import io.gobstopper.TaskQueueService;

/**
 * Takes the people to welcome by mail.
 */
@RestController
class EmailController {

	private final TaskQueueService taskQueue;

	EmailController(TaskQueueService taskQueue) {
		this.taskQueue = taskQueue;
	}

	@PostMapping("/api/emails")
	ResponseEntity<AcceptedTask> sendEmail(@RequestBody Recipient recipient) {
		return AcceptedTask.response(this.taskQueue.enqueue(WelcomeMails.TASK, recipient));
	}

}
