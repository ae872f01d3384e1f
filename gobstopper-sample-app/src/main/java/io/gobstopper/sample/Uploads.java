package io.gobstopper.sample;

import java.io.IOException;
import java.util.function.UnaryOperator;

import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.multipart.MultipartFile;
import org.springframework.web.server.ResponseStatusException;

import io.gobstopper.GobstopperException;

/**
 * Turns uploaded files into tasks.
 */
@Component
class Uploads {

	private final DataFolder dataFolder;

	Uploads(DataFolder dataFolder) {
		this.dataFolder = dataFolder;
	}

	/**
	 * Keeps a file and enqueues the task that uses it.
	 * @param file the file as received
	 * @param task enqueues the task of an upload, by its id, and returns the id of the
	 * task
	 * @return the id of the task
	 * @throws IOException if the file cannot be stored
	 */
	String enqueue(MultipartFile file, UnaryOperator<String> task) throws IOException {
		if (file.isEmpty()) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "The file is empty");
		}
		String upload = this.dataFolder.keepUpload(file);
		try {
			return task.apply(upload);
		}
		catch (GobstopperException ex) {
			this.dataFolder.deleteUpload(upload);
			throw ex;
		}
	}

}
