package io.gobstopper.benchmarks;

/**
 * Another library, set up as its documentation says is fastest.
 */
interface Rival extends AutoCloseable {

	String name();

	// Stores jobs that do nothing, without running them.
	void prefill(int jobs);

	// Stores one job and returns when it is durable.
	void enqueue(int number);

	// Runs all jobs that are stored and returns when they are done.
	void drain(int jobs) throws InterruptedException;

	@Override
	void close();

}
