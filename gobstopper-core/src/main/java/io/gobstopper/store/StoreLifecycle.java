package io.gobstopper.store;

/**
 * A database from its opening to its closing. It is opened, checkpointed and closed by
 * the thread that writes; any thread may ask the rest.
 */
public interface StoreLifecycle extends AutoCloseable {

	/**
	 * Opens the database and brings its schema up to date. Called once, before anything
	 * else.
	 * @throws io.gobstopper.error.TaskStoreException if the database cannot be used
	 */
	void open();

	/**
	 * Returns whether a failure means that the database does not work until it is opened
	 * again.
	 * @param failure what a call threw
	 * @return whether {@link #reopen()} may help
	 */
	boolean isBroken(Throwable failure);

	/**
	 * Opens the database again, with all that was committed; leases stay as they are.
	 * @throws io.gobstopper.error.TaskStoreException if it still cannot be used
	 */
	void reopen();

	/**
	 * Moves what was written to the log into the tables, if it is enough to be worth it.
	 * Called when nobody waits for a write.
	 * @return whether it was
	 */
	boolean checkpoint();

	/**
	 * Returns the size of the log, which falls with each checkpoint.
	 * @return the size in bytes, 0 if there is no log
	 */
	long logBytes();

	/**
	 * Checks that what is stored now is there after a restart.
	 * @throws io.gobstopper.error.TaskStoreException if it is not, because someone took
	 * the file away
	 */
	void check();

	/**
	 * Returns where the database is, for people to read.
	 * @return the location, such as the path of a file
	 */
	String location();

	@Override
	void close();

}
