package io.gobstopper.sample;

import java.io.IOException;
import java.nio.file.Path;

import org.springframework.stereotype.Component;

import io.gobstopper.TaskContext;

/**
 * Makes small JPEG images of uploaded ones.
 */
@Component
class Thumbnails implements ThumbnailTasks {

	private final DataFolder dataFolder;

	Thumbnails(DataFolder dataFolder) {
		this.dataFolder = dataFolder;
	}

	@Override
	public MadeThumbnail makeThumbnail(String upload) throws IOException {
		TaskContext context = TaskContext.current();
		Path file = this.dataFolder.upload(upload);
		Thumbnail thumbnail = Thumbnail.of(file);
		context.throwIfCancelled();
		byte[] jpeg = thumbnail.toJpeg();
		this.dataFolder.write(this.dataFolder.thumbnail(context.id()), jpeg);
		return new MadeThumbnail(thumbnail.width(), thumbnail.height(), jpeg.length);
	}

}
