package io.gobstopper.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.springframework.core.io.FileSystemResource;
import org.springframework.core.io.Resource;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.multipart.MultipartFile;

import io.gobstopper.TaskInfo;
import io.gobstopper.TaskQueueService;
import io.gobstopper.TaskStatus;
import io.gobstopper.Tasks;

/**
 * Takes images and serves their thumbnails.
 */
@RestController
class ThumbnailController {

	private final Uploads uploads;

	private final Tasks<ThumbnailTasks> thumbnails;

	private final TaskQueueService taskQueue;

	private final DataFolder dataFolder;

	ThumbnailController(Uploads uploads, Tasks<ThumbnailTasks> thumbnails, TaskQueueService taskQueue,
			DataFolder dataFolder) {
		this.uploads = uploads;
		this.thumbnails = thumbnails;
		this.taskQueue = taskQueue;
		this.dataFolder = dataFolder;
	}

	@PostMapping("/api/thumbnails")
	ResponseEntity<AcceptedTask> makeThumbnail(@RequestParam("file") MultipartFile file) throws IOException {
		return AcceptedTask.response(this.uploads.enqueue(file,
				(upload) -> this.thumbnails.enqueue((tasks) -> tasks.makeThumbnail(upload))));
	}

	@GetMapping("/api/thumbnails/{id}")
	ResponseEntity<Resource> thumbnail(@PathVariable("id") String id) {
		return this.taskQueue.findTask(id)
			.filter(ThumbnailController::hasThumbnail)
			.map((task) -> this.dataFolder.thumbnail(task.id()))
			.filter(Files::isRegularFile)
			.map(ThumbnailController::image)
			.orElseGet(() -> ResponseEntity.notFound().build());
	}

	private static ResponseEntity<Resource> image(Path file) {
		return ResponseEntity.ok().contentType(MediaType.IMAGE_JPEG).body(new FileSystemResource(file));
	}

	private static boolean hasThumbnail(TaskInfo task) {
		return task.name().equals(ThumbnailTasks.MAKE_THUMBNAIL) && task.status() == TaskStatus.SUCCESS;
	}

}
