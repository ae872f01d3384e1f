package io.gobstopper.store;

/**
 * Is told what was committed, one call at a time and in the order of the commits. It may
 * block, which slows the workers down but never the writer.
 */
public interface TaskStoreListener {

	/**
	 * An attempt ended, or a waiting task was cancelled.
	 * @param task the task afterwards
	 */
	void settled(StoredTask task);

}
