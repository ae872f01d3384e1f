package io.gobstopper.benchmarks;

import java.util.function.Consumer;

/**
 * Something to time.
 */
interface Scenario {

	void run(Options options, Consumer<Result> results) throws Exception;

}
