package io.gobstopper.store;

import java.nio.file.Path;
import java.util.List;

/**
 * Copies of a database that are made while it is in use. Safe for use by several threads.
 */
public interface StoreSnapshots {

	/**
	 * Makes a copy of all that was committed before the call, and checks it by opening
	 * it. The database must be open.
	 * @return the file
	 * @throws io.gobstopper.error.TaskStoreException if it cannot be made or is not right
	 */
	Path take();

	/**
	 * Returns the copies that are kept.
	 * @return the files, newest first
	 */
	List<Path> list();

}
