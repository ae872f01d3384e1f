package io.gobstopper.sample;

import java.io.IOException;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.server.ResponseStatusException;

import io.gobstopper.GobstopperException;
import io.gobstopper.TaskQueueService;

/**
 * Turns uploaded files into tasks.
 */
@Component
class Uploads {

	private final DataFolder dataFolder;

	private final TaskQueueService taskQueue;

	Uploads(DataFolder dataFolder, TaskQueueService taskQueue) {
		this.dataFolder = dataFolder;
		this.taskQueue = taskQueue;
	}

	/**
	 * Keeps a file and enqueues the task that uses it.
	 * @param task the name of the task, whose argument is the id of the upload
	 * @param file the file as received
	 * @return the id of the task
	 * @throws IOException if the file cannot be stored
	 */
	String enqueue(String task, MultipartFile file) throws IOException {
		if (file.isEmpty()) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "The file is empty");
		}
		String upload = this.dataFolder.keepUpload(file);
		try {
			return this.taskQueue.enqueue(task, upload);
		}
		catch (GobstopperException ex) {
			this.dataFolder.deleteUpload(upload);
			throw ex;
		}
	}

}
