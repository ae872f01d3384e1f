package io.gobstopper.sample;

import java.io.IOException;
import java.nio.file.Path;

import org.springframework.stereotype.Component;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContext;

/**
 * Makes small JPEG images of uploaded ones.
 */
@Component
class Thumbnails {

	static final String TASK = "make_thumbnail";

	private final DataFolder dataFolder;

	Thumbnails(DataFolder dataFolder) {
		this.dataFolder = dataFolder;
	}

	@GobstopperTask(name = TASK, category = "images", timeout = "1m")
	MadeThumbnail makeThumbnail(String upload, TaskContext context) throws IOException {
		Path file = this.dataFolder.upload(upload);
		Thumbnail thumbnail = Thumbnail.of(file);
		context.throwIfCancelled();
		byte[] jpeg = thumbnail.toJpeg();
		this.dataFolder.write(this.dataFolder.thumbnail(context.id()), jpeg);
		return new MadeThumbnail(thumbnail.width(), thumbnail.height(), jpeg.length);
	}

	/**
	 * What was made.
	 *
	 * @param width the width in pixels
	 * @param height the height in pixels
	 * @param bytes the size of the file
	 */
	record MadeThumbnail(int width, int height, int bytes) {

	}

}
