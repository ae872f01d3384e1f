package io.gobstopper.sample;

import java.util.Set;

import org.springframework.stereotype.Component;

import io.gobstopper.TaskInfo;
import io.gobstopper.event.TaskListener;

/**
 * Deletes an upload once the success of the task that used it is stored. The handler
 * itself could lose it: a crash after the deletion would have the task run again, without
 * its file. Uploads of failed tasks stay, so that those can be tried again.
 */
@Component
class UploadCleanup implements TaskListener {

	private static final Set<String> TASKS_WITH_UPLOAD = Set.of(ImportTasks.IMPORT_CSV, ThumbnailTasks.MAKE_THUMBNAIL);

	private final DataFolder dataFolder;

	UploadCleanup(DataFolder dataFolder) {
		this.dataFolder = dataFolder;
	}

	@Override
	public void onSuccess(TaskInfo task) {
		if (TASKS_WITH_UPLOAD.contains(task.name()) && task.args().get(0) instanceof String upload) {
			this.dataFolder.deleteUpload(upload);
		}
	}

}
