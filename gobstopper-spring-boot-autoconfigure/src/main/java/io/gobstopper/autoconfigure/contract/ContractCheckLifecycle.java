package io.gobstopper.autoconfigure.contract;

import java.util.List;
import java.util.function.Supplier;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.context.SmartLifecycle;

import io.gobstopper.GobstopperException;
import io.gobstopper.error.TaskContractException;
import io.gobstopper.worker.TaskWorker;

/**
 * Checks, before the worker starts, whether the handlers fit the tasks that wait. Only
 * where that may stop the application does its start wait for it.
 */
public final class ContractCheckLifecycle implements SmartLifecycle {

	private static final Log logger = LogFactory.getLog(ContractCheckLifecycle.class);

	private final Supplier<List<String>> misfits;

	private final ContractCheckMode mode;

	private volatile boolean running;

	/**
	 * Creates it.
	 * @param misfits looks, and returns a sentence for each thing that does not fit
	 * @param mode what becomes of it if there is anything
	 */
	public ContractCheckLifecycle(Supplier<List<String>> misfits, ContractCheckMode mode) {
		this.misfits = misfits;
		this.mode = mode;
	}

	@Override
	public void start() {
		this.running = true;
		if (this.mode == ContractCheckMode.FAIL) {
			fail();
		}
		else if (this.mode == ContractCheckMode.WARN) {
			Thread thread = new Thread(this::warn, "gobstopper-contract-check");
			thread.setDaemon(true);
			thread.start();
		}
	}

	private void fail() {
		List<String> found = this.misfits.get();
		if (!found.isEmpty()) {
			throw new TaskContractException(
					"Tasks wait that the handlers of this application cannot run: " + String.join("; ", found));
		}
	}

	private void warn() {
		try {
			this.misfits.get()
				.forEach((misfit) -> logger
					.warn("Tasks wait that the handlers of this application cannot run: " + misfit));
		}
		catch (GobstopperException ex) {
			logger.debug("The database is not open, so that nothing is run", ex);
		}
		catch (RuntimeException ex) {
			if (this.running) {
				logger.warn("It could not be checked whether the handlers fit the tasks that wait", ex);
			}
			else {
				logger.debug("The application was closed before its handlers were checked", ex);
			}
		}
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

	@Override
	public int getPhase() {
		return TaskWorker.PHASE - 1;
	}

}
