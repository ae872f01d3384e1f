package io.gobstopper.sample;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQueueService;

/**
 * Shows how far tasks are.
 */
@RestController
class TaskController {

	private final TaskQueueService taskQueue;

	TaskController(TaskQueueService taskQueue) {
		this.taskQueue = taskQueue;
	}

	@GetMapping("/api/tasks/{id}")
	ResponseEntity<TaskInfo> task(@PathVariable("id") String id) {
		return ResponseEntity.of(this.taskQueue.findTask(id));
	}

}
