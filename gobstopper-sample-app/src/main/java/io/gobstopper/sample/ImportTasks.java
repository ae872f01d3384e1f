package io.gobstopper.sample;

import java.io.IOException;

import io.gobstopper.GobstopperTask;
import io.gobstopper.TaskContract;

/**
 * The imports that are made in the background.
 */
@TaskContract
interface ImportTasks {

	/**
	 * The name of the task.
	 */
	String IMPORT_CSV = "import_csv";

	@GobstopperTask(name = IMPORT_CSV, category = "imports")
	ImportedCsv importCsv(String upload) throws IOException;

}
