package io.gobstopper.sample;

import java.io.IOException;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContract;

/**
 * The images that are made in the background.
 */
@TaskContract
interface ThumbnailTasks {

	/**
	 * The name of the task.
	 */
	String MAKE_THUMBNAIL = "make_thumbnail";

	@GobstopperTask(name = MAKE_THUMBNAIL, category = "images", timeout = "1m")
	MadeThumbnail makeThumbnail(String upload) throws IOException;

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
